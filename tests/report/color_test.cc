#include "reconciler/report/color.h"

#include <gtest/gtest.h>

namespace reconcile {
namespace {

TEST(Color, TheFlagWinsOverEverything) {
  EXPECT_TRUE(use_color({.mode = ColorMode::kAlways, .no_color = "1", .term = "dumb", .terminal = false}));
  EXPECT_FALSE(use_color({.mode = ColorMode::kNever, .clicolor_force = "1", .terminal = true}));
}

TEST(Color, NoColorCountsOnlyWhenItIsNotEmpty) {  // no-color.org
  EXPECT_FALSE(use_color({.no_color = "0", .terminal = true}));
  EXPECT_FALSE(use_color({.no_color = "1", .clicolor_force = "1", .terminal = true}));
  EXPECT_TRUE(use_color({.no_color = "", .terminal = true}));
}

TEST(Color, ForceColorsWhereThereIsNoTerminal) {
  EXPECT_TRUE(use_color({.clicolor_force = "1", .terminal = false}));
  EXPECT_TRUE(use_color({.clicolor_force = "1", .term = "dumb", .terminal = false}));
  EXPECT_FALSE(use_color({.clicolor_force = "0", .terminal = false}));
  EXPECT_FALSE(use_color({.clicolor_force = "", .terminal = false}));
}

TEST(Color, ColorsATerminalThatIsNotDumb) {
  EXPECT_TRUE(use_color({.term = "xterm-256color", .terminal = true}));
  EXPECT_TRUE(use_color({.terminal = true}));
  EXPECT_FALSE(use_color({.term = "dumb", .terminal = true}));
  EXPECT_FALSE(use_color({.term = "xterm-256color", .terminal = false}));
}

TEST(Color, ReadsItsFlag) {
  EXPECT_EQ(parse_color_mode("auto").value(), ColorMode::kAuto);
  EXPECT_EQ(parse_color_mode("always").value(), ColorMode::kAlways);
  EXPECT_EQ(parse_color_mode("never").value(), ColorMode::kNever);
  ASSERT_FALSE(parse_color_mode("sometimes"));
  EXPECT_EQ(parse_color_mode("sometimes").error().remedy, "write auto, always or never");
}

TEST(Color, PaintsOnlyWhenAskedAndLeavesNothingBehind) {
  EXPECT_EQ(paint(Style::kRed, "x", true), "\x1b[31mx\x1b[0m");
  EXPECT_EQ(paint(Style::kRed, "x", false), "x");
  EXPECT_EQ(paint(Style::kRed, "", true), "");
  EXPECT_EQ(paint(Style::kPlain, "x", true), "x");
}

}  // namespace
}  // namespace reconcile
