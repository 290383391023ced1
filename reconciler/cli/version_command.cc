#include <sstream>

#include <curl/curl.h>
#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <openssl/crypto.h>
#include <sodium.h>
#include <sqlite3.h>

#include "reconciler/cli/commands.h"
#include "reconciler/model/plan_json.h"

namespace reconcile::cli {
namespace {

/// From lines of `NAME VERSION`.
nlohmann::ordered_json built_with() {
  nlohmann::ordered_json out = nlohmann::ordered_json::object();
  std::istringstream lines(RECONCILE_BUILT_WITH);
  for (std::string name, version; lines >> name >> version;) out[name] = version;
  return out;
}

}  // namespace

ExitCode version_command(const Options& options, Console& console) {
  const char* const curl = curl_version_info(CURLVERSION_NOW)->version;
  if (options.output != Output::kJson) {
    console.out(fmt::format("reconcile {}\n", RECONCILE_VERSION));
    return kOk;
  }
  const nlohmann::ordered_json out{{"schemaVersion", kPlanSchemaVersion},
                                   {"kind", "Version"},
                                   {"version", RECONCILE_VERSION},
                                   {"revision", RECONCILE_REVISION},
                                   {"libraries",
                                    {{"libcurl", curl},
                                     {"openssl", OpenSSL_version(OPENSSL_VERSION_STRING)},
                                     {"libsodium", sodium_version_string()},
                                     {"sqlite", sqlite3_libversion()}}},
                                   {"builtWith", built_with()}};
  console.out(out.dump(2) + "\n");
  return kOk;
}

}  // namespace reconcile::cli
