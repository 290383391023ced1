#include "reconciler/base/child.h"

#include <atomic>
#include <csignal>
#include <fstream>

#include <gtest/gtest.h>

#include "reconciler/base/files.h"

namespace reconcile {
namespace {

using std::chrono::milliseconds;

ChildOptions shell(const std::string& script) {
  return {.arguments = {"sh", "-c", script},
          .environment = {"PATH=/usr/bin:/bin", "GREETING=hello"},
          .out_max = Bytes(1000)};
}

TEST(Child, TellsItsCodeAndWhatItSaid) {
  const auto end = run_child(shell("echo out; echo err >&2; exit 7"));
  ASSERT_TRUE(end) << end.error().cause;
  EXPECT_EQ(end->code, 7);
  EXPECT_EQ(end->out, "out\n");
  EXPECT_EQ(end->err, "err\n");
}

TEST(Child, GetsNothingOfThisProcessesEnvironment) {
  ::setenv("RECONCILE_CHILD_TEST", "leaked", 1);
  const auto end = run_child(shell("echo $GREETING $RECONCILE_CHILD_TEST"));
  ::unsetenv("RECONCILE_CHILD_TEST");
  ASSERT_TRUE(end);
  EXPECT_EQ(end->out, "hello\n");
}

TEST(Child, HasNoInputAndNoTerminal) {
  const auto end = run_child(shell("wc -c; (: </dev/tty) 2>/dev/null || echo none"));
  ASSERT_TRUE(end);
  EXPECT_EQ(end->out, "0\nnone\n");
}

TEST(Child, AProgramThatIsNotThereIsNotFound) {
  const auto end = run_child({.arguments = {"reconcile-no-such-program"}, .environment = {}});
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().fault, Fault::kNotFound);
}

/// The number of a process that runs, or one that ended and was not collected by its new parent yet.
bool runs(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const std::size_t at = text.rfind(')');
  return at != std::string::npos && text.at(at + 2) != 'Z';
}

TEST(Child, IsEndedWithAllItStartedWhenTheTimeIsUp) {
  const std::string file = ::testing::TempDir() + "child-" + std::to_string(::getpid());
  ChildOptions options = shell("sleep 600 & echo $! > " + file + "; wait");
  options.time_max = milliseconds(1500);
  const auto end = run_child(options);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().fault, Fault::kTransient);
  EXPECT_NE(end.error().cause.find("within 1 s"), std::string::npos) << end.error().cause;
  pid_t pid = 0;
  std::ifstream(file) >> pid;
  std::remove(file.c_str());
  ASSERT_GT(pid, 0);
  for (int look = 0; look < 2000 && runs(pid); ++look) ::usleep(5000);
  EXPECT_FALSE(runs(pid));
}

TEST(Child, WhatItLeavesBehindDoesNotKeepUsWaiting) {
  ChildOptions options = shell("exec >&- 2>&-; sleep 600 & exit 3");
  options.time_max = std::chrono::seconds(60);
  const auto end = run_child(options);
  ASSERT_TRUE(end) << end.error().cause;
  EXPECT_EQ(end->code, 3);
}

TEST(Child, MayBeCancelled) {
  std::atomic<int> asked{0};
  ChildOptions options = shell("sleep 600");
  options.cancelled = [&] { return ++asked > 2; };
  const auto end = run_child(options);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().fault, Fault::kCancelled);
}

TEST(Child, IsEndedWhenItSaysTooMuch) {
  const auto all = run_child(shell("head -c 1000 /dev/zero"));
  ASSERT_TRUE(all);
  EXPECT_EQ(all->out.size(), 1000u);
  const auto more = run_child(shell("head -c 1001 /dev/zero; sleep 600"));
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().fault, Fault::kInvalidInput);
}

TEST(Child, DropsWhatIsTooLongOnStderr) {
  ChildOptions options = shell("head -c 100000 /dev/zero >&2; exit 2");
  const auto end = run_child(options);
  ASSERT_TRUE(end);
  EXPECT_EQ(end->err.size(), 4096u);
  EXPECT_EQ(end->code, 2);
}

TEST(Child, NeitherItNorWhatItStartsWritesALongerFile) {
  const std::string file = ::testing::TempDir() + "child-file-" + std::to_string(::getpid());
  ChildOptions options = shell("sh -c 'head -c 100000 /dev/zero' > " + file + " 2>/dev/null; exit 0");
  options.file_max = Bytes(5000);
  const auto end = run_child(options);
  ASSERT_TRUE(end) << end.error().cause;
  EXPECT_LE(std::filesystem::file_size(file), 5000u);
  std::remove(file.c_str());
}

TEST(Child, SignalsThatThisProcessIgnoresEndItAsUsual) {
  const auto before = ::signal(SIGPIPE, SIG_IGN);
  const auto end = run_child(shell("kill -PIPE $$; echo survived"));
  ::signal(SIGPIPE, before);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().fault, Fault::kTransient);
}

}  // namespace
}  // namespace reconcile
