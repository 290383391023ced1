#include "reconciler/model/index_lines.h"

#include <algorithm>

#include "reconciler/base/bytes.h"
#include "reconciler/base/units.h"

namespace reconcile {
namespace {

constexpr std::string_view kMember = "\"objects\"";
constexpr std::string_view kList = ",\"objects\":[";
constexpr std::size_t kDigitsMax = 18;  // fits into 64 bits whatever they are
constexpr std::size_t kEntryBytesMin =
    128;  // of the shortest entry some 140; only for the memory to begin with

class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool skip(std::string_view expected) {
    if (!text_.substr(at_).starts_with(expected)) return false;
    at_ += expected.size();
    return true;
  }
  /// Up to the next quote, which is skipped. Printable ASCII without a backslash.
  std::optional<std::string_view> text() {
    const std::size_t end = text_.find('"', at_);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view out = text_.substr(at_, end - at_);
    if (!std::all_of(out.begin(), out.end(), [](char c) { return c >= 0x20 && c < 0x7f && c != '\\'; }))
      return std::nullopt;
    at_ = end + 1;
    return out;
  }
  std::optional<std::uint64_t> number() {
    const std::size_t begin = at_;
    std::uint64_t out = 0;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_)
      out = out * 10 + static_cast<std::uint64_t>(text_[at_] - '0');
    const std::size_t digits = at_ - begin;
    if (digits == 0 || digits > kDigitsMax || (digits > 1 && text_[begin] == '0')) return std::nullopt;
    return out;
  }
  std::size_t position() const { return at_; }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

std::optional<IndexEntry> entry(Cursor& from) {
  if (!from.skip("{\"key\":\"")) return std::nullopt;
  const auto key = from.text();
  if (!key || key->empty() || !from.skip(",\"size\":")) return std::nullopt;
  const auto size = from.number();
  if (!size || !from.skip(",\"sha256\":\"")) return std::nullopt;
  const auto digest = from.text();
  if (!digest || !from.skip(",\"time\":\"")) return std::nullopt;
  const auto time = from.text();
  if (!time) return std::nullopt;
  std::optional<std::uint64_t> rows;
  if (from.skip(",\"rows\":") && !(rows = from.number())) return std::nullopt;
  if (!from.skip("}")) return std::nullopt;
  const Result<Sha256> sha256 = sha256_from_hex(*digest);
  const Result<Instant> when = parse_time(*time);
  if (!sha256 || !when) return std::nullopt;
  return IndexEntry{ObjectKey(std::string(*key)), Bytes(*size), *sha256, *when, rows};
}

}  // namespace

std::optional<IndexLines> read_index_lines(std::string_view text) {
  const std::size_t list = text.find(kList);
  if (list == std::string_view::npos || text.find(kMember) != list + 1) return std::nullopt;
  const std::size_t begin = list + kList.size();
  Cursor from(text.substr(begin));
  IndexLines out;
  out.objects.reserve(std::min(text.size() / kEntryBytesMin, kIndexEntriesMax));
  for (bool more = !from.skip("]"); more;) {
    std::optional<IndexEntry> next = entry(from);
    if (!next || out.objects.size() == kIndexEntriesMax) return std::nullopt;
    if (!out.objects.empty() && out.objects.back().key >= next->key) return std::nullopt;
    out.objects.push_back(*std::move(next));
    more = from.skip(",");
    if (!more && !from.skip("]")) return std::nullopt;
  }
  const std::string_view rest = text.substr(begin + from.position());
  if (rest.find(kMember) != std::string_view::npos) return std::nullopt;  // the last of that name counts
  out.around = std::string(text.substr(0, begin)) + "]" + std::string(rest);
  return out;
}

}  // namespace reconcile
