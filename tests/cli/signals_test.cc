// Each in a process of its own: a signal that asked to stop is never forgotten.

#include <csignal>
#include <cstdlib>
#include <unistd.h>

#include <gtest/gtest.h>

#include "reconciler/cli/system_clock.h"

namespace reconcile::cli {
namespace {

/// Both ends stay open: nothing ever comes, and the end never either.
int silent_pipe() {
  int ends[2];
  if (::pipe(ends) != 0) std::abort();
  return ends[0];
}

[[noreturn]] void answer(bool yes) { std::_Exit(yes ? 10 : 20); }

TEST(Signals, ThatCameBeforeAQuestionAnswerIt) {
  EXPECT_EXIT(
      {
        ::alarm(20);
        install_signal_handlers();
        std::raise(SIGTERM);
        answer(wait_for_input(silent_pipe()));
      },
      ::testing::ExitedWithCode(20), "");
}

TEST(Signals, DoNotKeepAnAnswerFromBeingRead) {
  EXPECT_EXIT(
      {
        ::alarm(20);
        install_signal_handlers();
        int ends[2];
        if (::pipe(ends) != 0 || ::write(ends[1], "yes\n", 4) != 4) std::abort();
        answer(wait_for_input(ends[0]));
      },
      ::testing::ExitedWithCode(10), "");
}

}  // namespace
}  // namespace reconcile::cli
