// The simulator itself under the sanitizers, on some worlds; tests/seeds runs ten thousand without.

#include <gtest/gtest.h>

#include "reconciler/sim/simulate.h"

namespace reconcile::sim {
namespace {

TEST(Worlds, SomeSeedsBreakNoPromiseUnderTheSanitizers) {
  const SimulationFigures figures = simulate_many(0, 60, 2);
  EXPECT_FALSE(figures.broken) << "reconcile simulate --seed " << figures.broken->seed << ": "
                               << figures.broken->broken->what;
  EXPECT_EQ(figures.runs, 60u);
}

}  // namespace
}  // namespace reconcile::sim
