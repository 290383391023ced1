#include "reconciler/report/headline.h"

#include <gtest/gtest.h>

namespace reconcile {
namespace {

TEST(Headline, WhatBlockedAnEarlierProcessIsPast) {
  PublicationStatus status;
  status.conditions = {{"Ready", Truth::kUnknown, "FirstPassDue", "no pass has ended yet", 0, {}}};
  status.history = {{"journal-7", {}, {}, "blocked", "GuardBlocked: 4 are over 3"}};
  EXPECT_EQ(headline_of(status, Instant()).word, "Starting");
  status.observed_generation = 1;
  EXPECT_EQ(headline_of(status, Instant()).word, "Blocked") << "a pass of this process has ended so";
}

}  // namespace
}  // namespace reconcile
