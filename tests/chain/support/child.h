#pragma once
// A Node program of these tests as a child process: ready when it prints its one line of JSON, gone when its
// standard input closes, however this process ends.

#include <string>
#include <sys/types.h>
#include <vector>

#include <nlohmann/json.hpp>

namespace reconcile::chain::testing {

class Child {
 public:
  /// `script` below tests/, then its arguments. Throws std::runtime_error with words when Node or its
  /// packages are missing or no line comes: that fails the test.
  Child(const std::string& script, const std::vector<std::string>& arguments);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// The line that it printed.
  const nlohmann::json& ready() const { return ready_; }
  /// SIGKILL, and waits for the end: its ports are closed afterwards. May be repeated.
  void kill();

 private:
  pid_t pid_ = -1;
  int input_ = -1;   ///< kept open: closing it ends the child
  int output_ = -1;  ///< kept open, so that a late line does not end it
  nlohmann::json ready_;
};

}  // namespace reconcile::chain::testing
