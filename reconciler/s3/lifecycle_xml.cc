#include "reconciler/s3/lifecycle_xml.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <set>

#include "reconciler/base/bytes.h"
#include "reconciler/base/sha256.h"
#include "reconciler/s3/xml_document.h"

namespace reconcile::s3 {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;
constexpr std::uint64_t kDaysMax = 1'000'000;  // no clock that we know reaches further

/// The rule's own bytes in `source`, which was parsed in place: name offsets are source offsets.
std::string text_of_node(const pugi::xml_node& node, std::string_view source) {
  const auto start = static_cast<std::size_t>(node.offset_debug()) - 1;
  const pugi::xml_node next = node.next_sibling();
  const std::size_t limit = next ? static_cast<std::size_t>(next.offset_debug()) - 1 : source.rfind("</");
  return std::string(source.substr(start, source.rfind('>', limit - 1) + 1 - start));
}

/// A rule as far as the model reaches; anything else turns `understood` off.
class RuleReader {
 public:
  LiveRule read(const pugi::xml_node& node, std::string_view source) {
    out_.raw = text_of_node(node, source);
    std::set<std::string> seen;
    for (const pugi::xml_node& child : node.children()) {
      const std::string name = child.name();
      if (!seen.insert(name).second) foreign();
      if (name == "ID")
        out_.rule.id = child.text().get();
      else if (name == "Status")
        out_.enabled = std::strcmp(child.text().get(), "Enabled") == 0;
      else if (name == "Prefix")
        out_.rule.prefix = child.text().get();
      else if (name == "Filter")
        read_filter(child);
      else if (name == "Expiration")
        out_.rule.expire_after = only_days(child, "Days");
      else if (name == "AbortIncompleteMultipartUpload")
        out_.rule.abort_uploads_after = only_days(child, "DaysAfterInitiation");
      else
        foreign();
    }
    if (!out_.rule.expire_after && !out_.rule.abort_uploads_after) foreign();
    if (out_.rule.id.empty()) out_.rule.id = "unnamed-" + to_hex(sha256_of(out_.raw)).substr(0, 8);
    return std::move(out_);
  }

 private:
  void foreign() { out_.understood = false; }

  void read_filter(const pugi::xml_node& filter) {
    for (const pugi::xml_node& child : filter.children()) {
      if (std::strcmp(child.name(), "Prefix") == 0)
        out_.rule.prefix = child.text().get();
      else if (std::strcmp(child.name(), "And") == 0)
        read_filter(child);
      else
        foreign();
    }
  }

  std::optional<Seconds> only_days(const pugi::xml_node& action, const char* name) {
    for (const pugi::xml_node& child : action.children())
      if (std::strcmp(child.name(), name) != 0) foreign();
    if (!action.child(name)) return std::nullopt;
    const auto days = required_number(action, name);
    if (!days || *days < 1 || *days > kDaysMax) {
      foreign();
      return std::nullopt;
    }
    return Seconds(static_cast<std::int64_t>(*days) * kDaySeconds);
  }

  LiveRule out_;
};

bool is_marker_rule(const pugi::xml_node& node) {
  const pugi::xml_node marker = node.child("Expiration").child("ExpiredObjectDeleteMarker");
  return marker && std::strcmp(marker.text().get(), "true") == 0 &&
         !node.child("NoncurrentVersionExpiration") && !node.child("AbortIncompleteMultipartUpload");
}

/// Hands each marker rule's text to an expiring rule of the same prefix and status; those without stay.
void fold_twins(std::vector<LiveRule>& rules, std::vector<LiveRule> markers) {
  for (LiveRule& marker : markers) {
    const auto sibling = std::find_if(rules.begin(), rules.end(), [&](const LiveRule& rule) {
      return rule.rule.expire_after && rule.rule.prefix == marker.rule.prefix &&
             rule.enabled == marker.enabled;
    });
    if (sibling == rules.end())
      rules.push_back(std::move(marker));
    else
      sibling->raw += marker.raw;
  }
}

tl::unexpected<Error> invalid(const LiveRule& rule, const std::string& what, const std::string& remedy) {
  return fail(Fault::kInvalidInput, "lifecycle rule " + rule.rule.id + ": " + what, remedy);
}

Result<std::string> days_of(const LiveRule& rule, Seconds duration) {
  const std::int64_t seconds = duration.count();
  if (seconds < kDaySeconds || seconds % kDaySeconds != 0)
    return invalid(rule, "S3 counts in whole days, at least 1", "write it as 1d, 14d, 2w …");
  return std::to_string(seconds / kDaySeconds);
}

Result<std::string> rendered(const LiveRule& rule) {
  if (rule.rule.id.empty() || rule.rule.id.size() > kLifecycleIdBytesMax)
    return invalid(rule, "an id has 1 to 255 bytes", "choose another id");
  std::string out = "<Rule><ID>" + xml_escape(rule.rule.id) + "</ID><Filter><Prefix>" +
                    xml_escape(rule.rule.prefix) + "</Prefix></Filter><Status>" +
                    (rule.enabled ? "Enabled" : "Disabled") + "</Status>";
  if (!rule.rule.expire_after && !rule.rule.abort_uploads_after)
    return invalid(rule, "it does nothing", "give it expireAfter or abortIncompleteUploadsAfter");
  if (rule.rule.expire_after) {
    TRY_ASSIGN(const std::string days, days_of(rule, *rule.rule.expire_after));
    out += "<Expiration><Days>" + days + "</Days></Expiration>";
  }
  if (rule.rule.abort_uploads_after) {
    TRY_ASSIGN(const std::string days, days_of(rule, *rule.rule.abort_uploads_after));
    out += "<AbortIncompleteMultipartUpload><DaysAfterInitiation>" + days +
           "</DaysAfterInitiation></AbortIncompleteMultipartUpload>";
  }
  return out + "</Rule>";
}

/// Text that came from a plan file or a store is written only if it is one or more rules and nothing else.
Result<std::string> verbatim(const LiveRule& rule) {
  pugi::xml_document document;
  bool good = load_xml(document, "<R>" + rule.raw + "</R>", "R").has_value();
  for (const pugi::xml_node& node : document.document_element().children())
    good = good && std::strcmp(node.name(), "Rule") == 0;
  if (!good || !document.document_element().first_child())
    return invalid(rule, "its kept text is not a rule", "make a new plan");
  return rule.raw;
}

}  // namespace

Result<LifecycleDocument> read_lifecycle(std::string_view xml, const LifecycleDialect& dialect) {
  if (xml.starts_with("\xEF\xBB\xBF")) xml.remove_prefix(3);  // offsets below count from here
  pugi::xml_document document;
  TRY(load_xml(document, xml, "LifecycleConfiguration"));
  LifecycleDocument out;
  std::vector<LiveRule> markers;
  for (const pugi::xml_node& node : document.document_element().children()) {
    if (std::strcmp(node.name(), "Rule") != 0)
      return fail(Fault::kCorrupt, std::string("a LifecycleConfiguration with an element ") + node.name(),
                  "this program would lose it on writing; change the rules by hand");
    LiveRule rule = RuleReader().read(node, xml);
    (dialect.marker_twins && is_marker_rule(node) ? markers : out.rules).push_back(std::move(rule));
  }
  if (out.rules.size() + markers.size() > 2 * kLifecycleRulesMax)
    return fail(Fault::kCorrupt, "more lifecycle rules than S3 allows", "check the endpoint");
  fold_twins(out.rules, std::move(markers));
  std::stable_sort(out.rules.begin(), out.rules.end(),
                   [](const LiveRule& a, const LiveRule& b) { return a.rule.id < b.rule.id; });
  return out;
}

Result<std::string> write_lifecycle(const LifecycleDocument& document) {
  if (document.rules.size() > kLifecycleRulesMax)
    return fail(Fault::kInvalidInput, "more than 1,000 lifecycle rules", "merge some of them");
  // Kept rules came from the store as they are; only a rule of ours must not take another's id.
  std::map<std::string, bool> ours;
  std::string out = "<LifecycleConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">";
  for (const LiveRule& rule : document.rules) {
    const auto [other, first] = ours.emplace(rule.rule.id, rule.raw.empty());
    if (!first && (rule.raw.empty() || other->second))
      return invalid(rule, "two rules have this id", "rename one of them");
    TRY_ASSIGN(const std::string text, rule.raw.empty() ? rendered(rule) : verbatim(rule));
    out += text;
  }
  return out + "</LifecycleConfiguration>";
}

}  // namespace reconcile::s3
