#include "reconciler/cli/import_wish.h"

#include <filesystem>
#include <iterator>

#include "reconciler/chain/keys/ss58.h"

namespace reconcile::cli {
namespace {

constexpr std::size_t kLabelMax = 63;  // RFC 1123

constexpr std::pair<const char*, Provider> kProviders[] = {
    {"r2", Provider::kR2},       {"b2", Provider::kB2},
    {"aws", Provider::kAws},     {"wasabi", Provider::kWasabi},
    {"minio", Provider::kMinio}, {"ceph", Provider::kCeph},
    {"s3", Provider::kS3},       {"directory", Provider::kDirectory},
};

/// Hosts that only one provider has.
constexpr std::pair<const char*, Provider> kHosts[] = {
    {".r2.cloudflarestorage.com", Provider::kR2},
    {".backblazeb2.com", Provider::kB2},
    {".amazonaws.com", Provider::kAws},
    {".wasabisys.com", Provider::kWasabi},
};

constexpr std::pair<const char*, Network> kNetworks[] = {
    {"", Network::kFinney},     {"finney", Network::kFinney}, {"test", Network::kTest},
    {"local", Network::kLocal}, {"ledger", Network::kLedger}, {"custom", Network::kCustom},
};

Path whole(const Path& path) {
  return path.empty() ? path : std::filesystem::absolute(path).lexically_normal();
}

CommitmentSpec commitment_of(const ImportOptions& options) {
  CommitmentSpec out;
  out.netuid = static_cast<std::uint16_t>(options.netuid);
  for (const auto& [name, network] : kNetworks)
    if (options.network == name) out.network = network;
  if (options.network.empty() && !options.nodes.empty()) out.network = Network::kCustom;
  out.endpoints = options.nodes;
  out.ledger = whole(options.ledger);
  out.wallet.path = whole(options.wallet_path);
  if (!options.wallet.empty()) out.wallet.name = options.wallet;
  if (out.network != Network::kLedger && chain::from_ss58(options.hotkey))
    out.wallet.ss58_address = options.hotkey;
  else if (!options.hotkey.empty())
    out.wallet.hotkey = options.hotkey;
  return out;
}

}  // namespace

Provider provider_of(const ImportOptions& options, const std::string& endpoint) {
  for (const auto& [name, provider] : kProviders)
    if (options.provider == name) return provider;
  if (!options.path.empty()) return Provider::kDirectory;
  for (const auto& [host, provider] : kHosts)
    if (endpoint.ends_with(host)) return provider;
  return Provider::kS3;
}

Result<Desired> wish_of(const ImportOptions& options, const manifest::Environment& environment) {
  const auto told = [&environment](const std::string& flag, const char* variable) {
    const Secret* found = flag.empty() ? environment.find(variable) : nullptr;
    return found ? std::string(found->expose()) : flag;
  };
  Desired out;
  out.name = options.name;
  out.buffer.path = options.buffer;
  out.bucket.endpoint = told(options.endpoint, "S3_ENDPOINT");
  out.bucket.provider = provider_of(options, out.bucket.endpoint);
  out.bucket.ca_file = whole(options.ca_file);
  out.bucket.allow_http = options.allow_http;
  if (options.netuid >= 0) out.commitment = commitment_of(options);
  if (out.bucket.provider == Provider::kDirectory) {
    if (options.path.empty())
      return fail(Fault::kInvalidInput, "which folder is the bucket?", "name it with --path DIR");
    out.bucket.endpoint.clear();
    out.bucket.path = whole(options.path);
    out.bucket.public_url = options.public_url;
    return out;
  }
  out.bucket.name = told(options.bucket, "S3_BUCKET");
  out.bucket.region = told(options.region, "S3_REGION");
  out.bucket.public_url = told(options.public_url, "S3_PUBLIC_URL");
  while (out.bucket.public_url.ends_with('/')) out.bucket.public_url.pop_back();
  out.bucket.access_key_id = {SecretRef::Source::kEnvironment, "S3_ACCESS_KEY"};
  out.bucket.secret_access_key = {SecretRef::Source::kEnvironment, "S3_SECRET_KEY"};
  if (out.bucket.name.empty())
    return fail(Fault::kInvalidInput, "which bucket?", "name it with --bucket, or S3_BUCKET in .env");
  if (out.commitment && out.bucket.public_url.empty())
    return fail(Fault::kInvalidInput, "a commitment needs the address where readers fetch",
                "give --public-url, or S3_PUBLIC_URL in .env; without --netuid none is needed");
  return out;
}

std::string label_from(const std::string& text) {
  std::string out;
  for (char c : text.substr(0, kLabelMax)) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (plain || !out.empty()) out += plain ? c : '-';
  }
  while (out.ends_with('-')) out.pop_back();
  return out.empty() ? "imported" : out;
}

}  // namespace reconcile::cli
