#include "reconciler/verify/pointer.h"

#include <algorithm>
#include <vector>

#include <fmt/core.h>

#include "reconciler/base/percent.h"
#include "reconciler/base/units.h"

namespace reconcile::verify {
namespace {

constexpr std::size_t kHexBytesMin = 8;  // 32 bits; less is no hash that anybody means
constexpr std::size_t kHexBytes = 64;

bool is_address(std::string_view text) {
  return text.starts_with("https://") || text.starts_with("http://") || text.starts_with("file://");
}

struct Form {
  std::string format;
  CommitmentShape shape;
  bool must_be_index;
  const char* name;
};

/// `url|hash`: how much of a hash, and in which letters, its end tells.
std::optional<std::string> url_and_hash(std::string_view text) {
  const std::size_t bar = text.rfind('|');
  if (bar == std::string_view::npos) return std::nullopt;
  const std::string_view hash = text.substr(bar + 1);
  const bool hex = hash.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  if (hex && hash.size() == kHexBytes) return "{url}|{sha256}";
  if (hex && hash.size() >= kHexBytesMin && hash.size() < kHexBytes)
    return fmt::format("{{url}}|{{sha256:trunc:{}}}", hash.size());
  if (hash.size() == 43) return "{url}|{sha256:b64url}";  // RFC 4648: 32 bytes
  return std::nullopt;
}

std::vector<Form> known_forms(const StoredCommitment& stored) {
  std::vector<Form> out{{"{url}", CommitmentShape::kTextAndDigest, false, "address and Sha256 field"},
                        {"rc1|{sha256:b64url}|{url}", CommitmentShape::kText, true, "index pointer"}};
  if (!stored.fields.empty())
    if (const auto format = url_and_hash(text_of(stored.fields[0].bytes)))
      out.push_back({*format, CommitmentShape::kText, false, "address and hash"});
  out.push_back({"{url}", CommitmentShape::kText, false, "address"});
  return out;
}

std::vector<Form> expected_forms(const Expected& expected) {
  if (!expected.strategy)
    return {{expected.format, CommitmentShape::kText, false, "the format given"},
            {expected.format, CommitmentShape::kTextAndDigest, false, "the format given, and Sha256 field"}};
  const bool two = *expected.strategy == Strategy::kTwoField;
  return {{expected.format, two ? CommitmentShape::kTextAndDigest : CommitmentShape::kText,
           *expected.strategy != Strategy::kLastFile, "the manifest's format"}};
}

Judgement unknown_form(const StoredCommitment& stored, const Expected& expected) {
  for (const StoredField& field : stored.fields)
    if (field.reveal_round)
      return not_judged(Blame::kReader,
                        fmt::format("sealed until drand round {}", print_count(*field.reveal_round)),
                        "verify again once it is revealed");
  if (expected.strategy)
    return publishers_fault(
        "what is committed is not of the manifest's format `" + expected.format + "`",
        "see whether something else writes with this hotkey; the next pass with --allow foreign-commitment "
        "puts it right");
  return not_judged(Blame::kReader,
                    expected.format.empty() ? "it is of no form that is known here"
                                            : "it is not of the format `" + expected.format + "`",
                    "name the form with --format TEMPLATE, if it leads anywhere");
}

std::string address_in(const ParsedCommitment& parsed, const Expected& expected) {
  if (parsed.url) return *parsed.url;
  if (parsed.key && !expected.public_base.empty())
    return expected.public_base + percent_encode(*parsed.key, true);
  return "";
}

}  // namespace

bool Pointer::matches(const Sha256& of) const {
  if (sha256) return *sha256 == of;
  return !digest || digest->matches(of);
}

Judged<Pointer> pointer_of(const StoredCommitment& stored, const Expected& expected) {
  const bool given = !expected.format.empty();
  for (const Form& form : given ? expected_forms(expected) : known_forms(stored)) {
    const Result<Format> format = Format::compile(form.format);
    if (!format) return refuse(not_judged(Blame::kReader, format.error().cause, format.error().remedy));
    const Result<ParsedCommitment> parsed = parse_commitment(*format, stored, form.shape);
    if (!parsed) continue;
    Pointer out{address_in(*parsed, expected), parsed->sha256, parsed->digest, form.must_be_index, form.name};
    if (is_address(out.url)) return out;
    if (given)
      return refuse(not_judged(Blame::kReader, "`" + expected.format + "` gives no address to follow",
                               "only formats with {url} lead a reader anywhere"));
  }
  return refuse(unknown_form(stored, expected));
}

}  // namespace reconcile::verify
