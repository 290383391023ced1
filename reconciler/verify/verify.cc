#include "reconciler/verify/verify.h"

#include <algorithm>

#include <fmt/core.h>

#include "reconciler/base/at_once.h"
#include "reconciler/base/percent.h"
#include "reconciler/base/units.h"
#include "reconciler/verify/read_index.h"

namespace reconcile::verify {
namespace {

constexpr Seconds kClockAheadMax{3600};
constexpr const char* kPublishAgain = "publish it again, or commit an index that names what is there";

/// The last part of an address, decoded: its ending tells what is inside.
std::string name_of_url(const std::string& url) {
  const std::string path = url.substr(0, url.find_first_of("?#"));
  return percent_decode(std::string_view(path).substr(path.rfind('/') + 1)).value_or("");
}

std::string short_of(const Sha256& digest) { return to_hex(digest).substr(0, 16); }

/// What is inside, once the bytes are known to be the right ones.
std::optional<Judgement> damage_of(const Body& body) {
  if (!body.damage || body.damage->fault == Fault::kUnsupported) return std::nullopt;
  return publishers_fault("the right bytes, but " + body.damage->cause,
                          "publish a whole file; buffer.invalid keeps damaged ones out");
}

std::string praise(const Body& body, const std::string& compared) {
  std::string out = print_size(body.size);
  if (body.rows) out += fmt::format(", {} rows", print_count(*body.rows));
  out += ", " + compared;
  if (body.damage) out += "; " + body.damage->cause;
  return out;
}

/// A file at the end of a commitment that has no index.
Judgement proof_of_file(const Pointer& pointer, const Body& body) {
  if (pointer.bits() == 0)
    return not_judged(Blame::kReader, "it is there, but nothing on chain tells whether these are the bytes",
                      "ask the publisher for a format with {sha256}");
  if (pointer.bits() < kDigestBitsTrusted)
    return not_judged(
        Blame::kReader,
        fmt::format("only {} bits of its hash are committed: other bytes can be made to fit", pointer.bits()),
        "ask the publisher for 64 bits or more");
  return passed(praise(body, pointer.bits() == 256
                                 ? "its hash is the committed one"
                                 : fmt::format("{} bits of its hash are committed", pointer.bits())));
}

class Slot {
 public:
  Slot(const Account& account, const VerifyOptions& options, Source& source)
      : account_(account), options_(options), source_(source) {
    out_.hotkey = account.hotkey;
  }

  SlotResult run(const StoredCommitment* stored) {
    follow(stored);
    settle(out_);
    return std::move(out_);
  }

 private:
  void follow(const StoredCommitment* stored) {
    if (!stored)
      return add(Finding::What::kCommitment, "none",
                 publishers_fault("nothing is committed", "publish: readers have nothing to follow"));
    out_.commitment = describe(*stored);
    out_.block = stored->block;
    const Judged<Pointer> pointer = pointer_of(*stored, options_.expected);
    if (!pointer) return add(Finding::What::kCommitment, out_.commitment, pointer.error());
    out_.url = pointer->url;
    out_.form = pointer->form;
    add(Finding::What::kCommitment, out_.commitment, passed(pointer->form));
    const Judged<Body> body =
        read_body(source_, {.url = pointer->url,
                            .name = pointer->must_be_index ? "" : name_of_url(pointer->url),
                            .bytes_max = pointer->must_be_index ? kIndexBytesMax : options_.object_max,
                            .must_be_index = pointer->must_be_index,
                            .keep_max = options_.index_memory_max,
                            .keep = pointer->must_be_index ? Wanted::Keep::kAll : Wanted::Keep::kIndex});
    if (!body) return add(pointed_at(*pointer), pointer->url, body.error());
    if (!pointer->matches(body->sha256))
      return add(pointed_at(*pointer), pointer->url,
                 other_bytes(*body,
                             fmt::format("other bytes than committed: their SHA-256 begins {}",
                                         short_of(body->sha256)),
                             "something replaced or damaged it: publish it again"));
    if (pointer->must_be_index || body->was_asked) return follow_index(*pointer, *body);
    judge_file(*pointer, *body);
  }

  static Finding::What pointed_at(const Pointer& pointer) {
    return pointer.must_be_index ? Finding::What::kIndex : Finding::What::kObject;
  }

  void follow_index(const Pointer& pointer, const Body& body) {
    std::optional<OpenedIndex> index = open_index(account_, pointer, body, options_, source_, out_.findings);
    if (!index) return;
    out_.index = index->facts;
    judge_age(index->facts.time);
    judge_objects(*index);
  }

  void judge_file(const Pointer& pointer, const Body& body) {
    out_.coverage = {1, body.size};
    Judgement judgement = proof_of_file(pointer, body);
    if (const auto damage = damage_of(body)) judgement = *damage;
    out_.findings.push_back({Finding::What::kObject, pointer.url, std::move(judgement), body.size});
    if (body.modified) return judge_age(*body.modified);
    if (options_.age_max)
      add(Finding::What::kAge, pointer.url,
          not_judged(Blame::kReader, "nothing tells when it was made", "leave out --max-age"));
  }

  void judge_age(Instant made) {
    const std::string when = "made " + print_time(made);
    if (made > options_.now + kClockAheadMax)
      return add(Finding::What::kAge, when,
                 not_judged(Blame::kReader, "in the future, as this machine's clock has it",
                            "compare this clock with another; if it is right, the publisher's is wrong"));
    const Seconds age = std::max(options_.now - made, Seconds(0));
    const std::string words = print_duration(age) + " old";
    if (!options_.age_max) return add(Finding::What::kAge, when, passed(words));
    const std::string most = print_duration(*options_.age_max);
    if (age > *options_.age_max)
      return add(Finding::What::kAge, when,
                 publishers_fault(fmt::format("stale: {}, at most {} is asked", words, most),
                                  "see why nothing newer is published: reconcile status --wait Ready"));
    add(Finding::What::kAge, when, passed(fmt::format("{}, at most {}", words, most)));
  }

  void judge_objects(const OpenedIndex& index) {
    const std::vector<std::size_t> chosen = choose(index.objects, options_.sampling, options_.seed);
    std::vector<Finding> found(chosen.size());
    for_each_at_once(chosen.size(), options_.parallelism, [&](std::size_t at) {
      found[at] = judge_object(index.base, index.objects[chosen[at]]);
    });
    for (Finding& finding : found) {
      if (finding.size) {
        ++out_.coverage.objects;
        out_.coverage.bytes = out_.coverage.bytes + *finding.size;
      }
      out_.findings.push_back(std::move(finding));
    }
  }

  Finding judge_object(const std::string& base, const IndexEntry& entry) const {
    Finding out{Finding::What::kObject, entry.key.get(), {}, {}};
    if (options_.stopping && options_.stopping()) {
      out.judgement = stopped();
      return out;
    }
    const Judged<Body> body = read_body(
        source_,
        {.url = base + percent_encode(entry.key.get(), true), .name = entry.key.get(), .size = entry.size});
    if (!body) {
      out.judgement = body.error();
      return out;
    }
    out.size = body->size;
    out.judgement = judge_body(*body, entry);
    return out;
  }

  static Judgement judge_body(const Body& body, const IndexEntry& entry) {
    if (body.sha256 != entry.sha256)
      return other_bytes(
          body,
          fmt::format("other bytes than the index names: their SHA-256 begins {}", short_of(body.sha256)),
          kPublishAgain);
    if (const auto damage = damage_of(body)) return *damage;
    if (entry.rows && body.rows && *entry.rows != *body.rows)
      return publishers_fault(
          fmt::format("{} rows, the index says {}", print_count(*body.rows), print_count(*entry.rows)),
          kPublishAgain);
    return passed(praise(body, "as the index names it"));
  }

  void add(Finding::What what, const std::string& subject, Judgement judgement) {
    out_.findings.push_back({what, subject, std::move(judgement), {}});
  }

  const Account& account_;
  const VerifyOptions& options_;
  Source& source_;
  SlotResult out_;
};

}  // namespace

SlotResult verify_slot(const Account& account, const StoredCommitment* stored, const VerifyOptions& options,
                       Source& source) {
  return Slot(account, options, source).run(stored);
}

}  // namespace reconcile::verify
