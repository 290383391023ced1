#pragma once
// What a manifest means, and whether that can work. Pure: nothing here looks at the world.

#include "reconciler/manifest/diagnostic.h"

namespace reconcile::manifest {

struct Findings {
  std::vector<Diagnostic> errors;
  std::vector<Diagnostic> warnings;
};

/// One publication by itself.
Findings check(const Desired& desired, const Source& source);

/// Publications against each other: names, slots, buffers, buckets. Each error names both places.
std::vector<Diagnostic> check_together(const std::vector<Desired>& all);

/// Collects findings with their places; the parts of `check` write into it.
class Notes {
 public:
  Notes(const Desired& desired, const Source* source) : desired_(desired), source_(source) {}
  void error(const std::string& address, std::string cause, std::string remedy);
  void warning(const std::string& address, std::string cause, std::string remedy);
  /// The key stands in the manifest.
  bool given(const std::string& address) const { return desired_.positions.contains(address); }
  Findings findings;

 private:
  Diagnostic at(const std::string& address, std::string cause, std::string remedy) const;
  const Desired& desired_;
  const Source* source_;
};

void check_bucket(const Desired& desired, Notes& notes);
void check_lifecycle(const Desired& desired, Notes& notes);
void check_publishing(const Desired& desired, Notes& notes);
void check_commitment(const Desired& desired, Notes& notes);

/// An address for HTTP: how far it can be trusted without asking anyone.
struct WebAddress {
  std::string scheme;
  std::string host;  ///< lower case, without port
  std::string path;  ///< "" or begins with a slash
  bool is_http() const { return scheme == "http"; }
  bool is_loopback() const;
};
/// kInvalidInput, never with the address in it: user and password, query, fragment, spaces, no host.
Result<WebAddress> web_address(std::string_view text);

}  // namespace reconcile::manifest
