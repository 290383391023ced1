#include "reconciler/verify/read_index.h"

#include <iterator>

#include <fmt/core.h>

#include "reconciler/base/percent.h"
#include "reconciler/base/units.h"
#include "reconciler/model/index_parts.h"
#include "reconciler/model/index_signature.h"

namespace reconcile::verify {
namespace {

constexpr const char* kCommitAnother = "the publisher's next pass should commit another; see its log";

Judgement malformed(const Error& error) { return publishers_fault(error.cause, kCommitAnother); }

/// The address as far as its key: no query, no fragment.
std::string path_of(const std::string& url) { return url.substr(0, url.find_first_of("?#")); }

/// What proves that these very bytes are meant; a failed verdict where something proves the opposite.
Judgement proof_of(const Account& account, const Pointer& pointer, const Body& body, const Index& index,
                   const VerifyOptions& options) {
  const std::string told =
      fmt::format("index {}, {} objects", print_count(index.seq), print_count(index.objects.size()));
  if (index.netuid != account.netuid || index.hotkey != account.hotkey)
    return publishers_fault(
        fmt::format("the index of another slot: netuid {}, {}", index.netuid, index.hotkey), kCommitAnother);
  if (pointer.bits() >= kDigestBitsTrusted)
    return passed(told + (pointer.bits() == 256
                              ? "; its hash is the committed one"
                              : fmt::format("; {} bits of its hash are committed", pointer.bits())));
  const std::string path = path_of(pointer.url);
  const std::size_t folder = path.rfind(kIndexPrefix);
  if (folder != std::string::npos)
    if (const auto named = index_digest(kIndexPrefix, ObjectKey(path.substr(folder)))) {
      if (*named == body.sha256) return passed(told + "; its hash is the one in its address");
      return other_bytes(body, "its hash is not the one in its address", kCommitAnother);
    }
  const auto split = split_signature(body.text);
  if (!options.checker) return passed(told + "; this network knows no signatures");
  if (split && options.checker->verify(account, signed_message(split->unsigned_text), split->signature))
    return passed(told + "; signed by this hotkey");
  if (split || index.signature) return other_bytes(body, "not signed by this hotkey", kCommitAnother);
  return not_judged(Blame::kReader, "neither a hash on chain nor a signature proves whose it is",
                    "ask the publisher for a format with {sha256}, or strategy static-pointer");
}

std::string count_words(std::uint64_t count) {
  return fmt::format("{} object{}", print_count(count), count == 1 ? "" : "s");
}

Judged<std::vector<IndexEntry>> read_part(const std::string& base, const IndexPart& part,
                                          const VerifyOptions& options, Source& source) {
  if (part.size > options.index_memory_max)
    return refuse(not_judged(Blame::kReader, "longer than " + print_size(options.index_memory_max),
                             "raise --max-index to open it"));
  const Judged<Body> body = read_body(source, {.url = base + percent_encode(part.key.get(), true),
                                               .size = part.size,
                                               .keep_max = part.size,
                                               .keep = Wanted::Keep::kAll});
  if (!body) return refuse(body.error());
  Result<std::vector<IndexEntry>> entries = parse_index_part(body->text, part);
  if (!entries) return refuse(malformed(entries.error()));
  return *std::move(entries);
}

/// True when every part was read and is what the root says of it.
bool read_parts(const IndexRoot& root, OpenedIndex& out, const VerifyOptions& options, Source& source,
                std::vector<Finding>& findings) {
  bool whole = true;
  for (const IndexPart& part : root.parts) {
    if (options.stopping && options.stopping()) {
      findings.push_back({Finding::What::kPart, part.key.get(), stopped(), {}});
      return false;
    }
    Judged<std::vector<IndexEntry>> entries = read_part(out.base, part, options, source);
    if (entries) {
      findings.push_back({Finding::What::kPart, part.key.get(), passed(count_words(part.count)), part.size});
      std::move(entries->begin(), entries->end(), std::back_inserter(out.objects));
      continue;
    }
    whole = false;
    Judgement judgement = entries.error();
    if (judgement.verdict == Verdict::kUnknown) judgement.cause += "; no object is judged without it";
    findings.push_back({Finding::What::kPart, part.key.get(), std::move(judgement), {}});
  }
  return whole;
}

}  // namespace

std::optional<std::string> base_of(const std::string& index_url) {
  const std::string path = path_of(index_url);
  const std::size_t folder = path.rfind("/" + std::string(kIndexPrefix));
  if (folder == std::string::npos) return std::nullopt;
  return path.substr(0, folder + 1);
}

std::optional<OpenedIndex> open_index(const Account& account, const Pointer& pointer, const Body& body,
                                      const VerifyOptions& options, Source& source,
                                      std::vector<Finding>& findings) {
  const auto found = [&](Judgement judgement) {
    findings.push_back({Finding::What::kIndex, pointer.url, std::move(judgement), body.size});
    return std::optional<OpenedIndex>();
  };
  if (!body.kept)
    return found(body.was_asked
                     ? not_judged(Blame::kReader,
                                  "longer than " + print_size(options.index_memory_max) + ", not opened",
                                  "raise --max-index to open it")
                     : publishers_fault("not an index", kCommitAnother));
  Result<IndexRoot> root = parse_index_root(body.text);
  if (!root) return found(malformed(root.error()));
  Judgement proof = proof_of(account, pointer, body, root->index, options);
  const bool is_wrong = proof.verdict == Verdict::kFail;
  const std::optional<std::string> base = base_of(pointer.url);
  if (!is_wrong && !base)
    return found(
        publishers_fault("its address has no i/ before its name: nothing tells where its objects are",
                         "publish indexes below i/"));
  found(std::move(proof));
  if (is_wrong) return std::nullopt;
  OpenedIndex out{.facts = {.sha256 = body.sha256,
                            .seq = root->index.seq,
                            .time = root->index.time,
                            .parts = root->parts.size()},
                  .base = *base};
  if (!read_parts(*root, out, options, source, findings)) return std::nullopt;
  Result<Index> whole = join_index(std::move(root->index), std::move(out.objects));
  if (!whole) return found(malformed(whole.error()));
  out.objects = std::move(whole->objects);
  out.facts.objects = out.objects.size();
  for (const IndexEntry& entry : out.objects) out.facts.bytes = out.facts.bytes + entry.size;
  return out;
}

}  // namespace reconcile::verify
