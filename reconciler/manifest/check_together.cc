#include <algorithm>
#include <tuple>

#include <fmt/core.h>

#include "reconciler/manifest/check.h"
#include "reconciler/model/key_template.h"

namespace reconcile::manifest {
namespace {

/// A folder that somebody owns.
struct Folder {
  std::string path;  ///< ends with a slash
  const Desired* owner = nullptr;
  const char* address = "";
  bool is_buffer = false;
};

class Together {
 public:
  std::vector<Diagnostic> run(const std::vector<Desired>& all) {
    check_names(all);
    check_slots(all);
    check_folders(all);
    check_buckets(all);
    return std::move(errors_);
  }

 private:
  /// The error stands at `second`; both places are named.
  void clash(const Desired& first, const std::string& first_address, const Desired& second,
             const std::string& second_address, const std::string& what, std::string remedy) {
    Notes notes(second, nullptr);
    notes.error(second_address,
                fmt::format("{}: {} ({}) and {} ({})", what, first.name, place_of(first, first_address),
                            second.name, place_of(second, second_address)),
                std::move(remedy));
    errors_.push_back(std::move(notes.findings.errors.front()));
  }

  void check_names(const std::vector<Desired>& all) {
    std::map<std::string, const Desired*> seen;
    for (const Desired& one : all)
      if (const auto [before, added] = seen.emplace(one.name, &one); !added)
        clash(*before->second, "metadata.name", one, "metadata.name", "two publications have one name",
              "give each its own metadata.name");
  }

  static std::string network_of(const CommitmentSpec& commitment) {
    if (commitment.network == Network::kLedger) return "ledger " + commitment.ledger.string();
    if (commitment.network != Network::kCustom)
      return fmt::format("network {}", static_cast<int>(commitment.network));
    if (!commitment.genesis_hash.empty()) return "genesis " + commitment.genesis_hash;
    return "endpoint " + (commitment.endpoints.empty() ? "" : commitment.endpoints.front());
  }

  /// Two manifests may name one hotkey by its file or by its address. On a ledger it is what the wallet is
  /// called.
  static std::vector<std::string> hotkeys_of(const CommitmentSpec& commitment) {
    const WalletSpec& wallet = commitment.wallet;
    if (commitment.network == Network::kLedger)
      return {wallet.ss58_address.empty() ? wallet.name + "/" + wallet.hotkey : wallet.ss58_address};
    std::vector<std::string> out{"file " + (wallet.path / wallet.name / wallet.hotkey).string()};
    if (!wallet.ss58_address.empty()) out.push_back("address " + wallet.ss58_address);
    return out;
  }

  void check_slots(const std::vector<Desired>& all) {
    std::map<std::tuple<std::string, std::uint16_t, std::string>, const Desired*> seen;
    for (const Desired& one : all) {
      if (!one.commitment) continue;
      for (const std::string& hotkey : hotkeys_of(*one.commitment)) {
        const auto [before, added] =
            seen.emplace(std::tuple(network_of(*one.commitment), one.commitment->netuid, hotkey), &one);
        if (added) continue;
        clash(*before->second, "spec.commitment", one, "spec.commitment",
              fmt::format("one commitment slot (netuid {}) would be overwritten in turns",
                          one.commitment->netuid),
              "the chain keeps one commitment per netuid and hotkey: use another hotkey, or strategy: none");
        break;
      }
    }
  }

  static std::string with_slash(const Path& path) {
    std::string out = path.string();
    if (!out.ends_with('/')) out += '/';
    return out;
  }

  /// Buffers and bucket folders: none may lie in, or be, another. Sorted, a folder's inner ones follow it.
  void check_folders(const std::vector<Desired>& all) {
    std::vector<Folder> folders;
    for (const Desired& one : all) {
      folders.push_back({with_slash(one.buffer.path), &one, "spec.buffer.path", true});
      if (one.bucket.provider == Provider::kDirectory)
        folders.push_back({with_slash(one.bucket.path), &one, "spec.bucket.path", false});
    }
    std::stable_sort(folders.begin(), folders.end(),
                     [](const Folder& a, const Folder& b) { return a.path < b.path; });
    std::vector<const Folder*> around;
    for (const Folder& inner : folders) {
      while (!around.empty() && !inner.path.starts_with(around.back()->path)) around.pop_back();
      if (!around.empty()) folder_clash(*around.back(), inner);
      around.push_back(&inner);
    }
  }

  void folder_clash(const Folder& outer, const Folder& inner) {
    const bool same = outer.path == inner.path;
    if (same && !outer.is_buffer && !inner.is_buffer) return;  // one bucket: see check_buckets
    const char* kind = outer.is_buffer && inner.is_buffer ? "buffer" : "folder";
    clash(*outer.owner, outer.address, *inner.owner, inner.address,
          same ? fmt::format("two publish from or into one {}", kind)
               : fmt::format("one {} lies in another", kind),
          "give each buffer and each bucket a folder of its own, side by side");
  }

  static std::string bucket_of(const BucketSpec& bucket) {
    if (bucket.provider == Provider::kDirectory) return "folder " + bucket.path.string();
    const auto url = web_address(bucket.endpoint);
    const std::string where =
        url ? url->host : fmt::format("provider {} {}", static_cast<int>(bucket.provider), bucket.region);
    return where + " " + bucket.name;
  }

  void check_buckets(const std::vector<Desired>& all) {
    std::map<std::string, std::vector<const Desired*>> shared;
    for (const Desired& one : all) {
      std::vector<const Desired*>& others = shared[bucket_of(one.bucket)];
      for (const Desired* other : others)
        if (bucket_clash(*other, one)) break;
      others.push_back(&one);
    }
  }

  bool bucket_clash(const Desired& first, const Desired& second) {
    if (has_index(first) && has_index(second)) {
      clash(first, "spec.bucket", second, "spec.bucket", "two publications keep their index in one bucket",
            "give each its own bucket, or strategy: none to all but one");
      return true;
    }
    const auto a = KeyTemplate::compile(first.upload.key), b = KeyTemplate::compile(second.upload.key);
    if (a && b &&
        (a->static_prefix().starts_with(b->static_prefix()) ||
         b->static_prefix().starts_with(a->static_prefix()))) {
      clash(first, "spec.upload.key", second, "spec.upload.key",
            "two publications put objects under one prefix of a bucket",
            "begin spec.upload.key with another folder in each");
      return true;
    }
    const auto exclusive = [](const Desired& d) {
      return d.bucket.lifecycle.ownership == LifecycleOwnership::kExclusive;
    };
    if (!exclusive(first) && !exclusive(second)) return false;
    clash(first, "spec.bucket.lifecycle", second, "spec.bucket.lifecycle",
          "lifecycle ownership is exclusive in a bucket of two publications", "use ownership: merge in both");
    return true;
  }

  std::vector<Diagnostic> errors_;
};

}  // namespace

std::vector<Diagnostic> check_together(const std::vector<Desired>& all) { return Together().run(all); }

}  // namespace reconcile::manifest
