#pragma once
// The variables that a manifest may name: the process's, and those of a `.env` file. Values are secrets until
// proven otherwise.

#include <map>
#include <string>
#include <string_view>

#include "reconciler/base/files.h"
#include "reconciler/base/secret.h"
#include "reconciler/model/desired.h"

namespace reconcile::manifest {

class Environment {
 public:
  /// What this process was started with.
  static Environment of_process();

  void set(std::string name, Secret value) { values_.insert_or_assign(std::move(name), std::move(value)); }
  /// nullptr when it is not set. Set to the empty string is set.
  const Secret* find(const std::string& name) const;
  /// The same, with those of `file` that are not set here: the process environment wins.
  Environment with(const Environment& file) const;

 private:
  std::map<std::string, Secret> values_;
};

/// `[A-Za-z_][A-Za-z0-9_]*`, at most 200 bytes.
bool is_variable_name(std::string_view name);

/// Lines of KEY=VALUE, optionally after `export`; `#` begins a comment at the start of a line or after a
/// space; 'single quotes' keep every letter, "double quotes" know \n \t \" \\ \$; no variables inside. At
/// most 64 KiB. kInvalidInput with `name:line`, never with a value. kNotFound when there is no such file.
Result<Environment> read_env_file(const Path& path);
Result<Environment> parse_env(std::string_view text, const std::string& name);

/// The secret itself. kInvalidInput names the variable or file that is missing, empty or over 64 KiB, never
/// the value. One newline at the end of a file is dropped. A reference of kind kNone is an empty secret.
Result<Secret> resolve(const SecretRef& reference, const Environment& environment);

}  // namespace reconcile::manifest
