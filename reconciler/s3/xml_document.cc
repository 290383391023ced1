#include "reconciler/s3/xml_document.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "reconciler/base/percent.h"

namespace reconcile::s3 {
namespace {

constexpr const char* kRemedy = "this is not the expected answer of an S3 server; check the endpoint";

tl::unexpected<Error> corrupt(const std::string& what) { return fail(Fault::kCorrupt, what, kRemedy); }

/// Walks the tree without recursion, so that depth costs no stack.
struct DepthMeter final : pugi::xml_tree_walker {
  int deepest = 0;
  bool for_each(pugi::xml_node&) override {
    deepest = std::max(deepest, depth());
    return deepest <= kXmlDepthMax;
  }
};

}  // namespace

Result<void> load_xml(pugi::xml_document& document, std::string_view text, const char* root) {
  const std::string what = std::string("the ") + root + " answer ";
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (text.size() > kXmlBytesMax) return corrupt(what + "is larger than 8 MiB");
  if (text.find('\0') != std::string_view::npos) return corrupt(what + "holds a NUL byte");
  if (static_cast<std::size_t>(std::count(text.begin(), text.end(), '<')) > kXmlTagsMax)
    return corrupt(what + "has more than 64,000 tags");
  // parse_ws_pcdata_single: a prefix may be a single space.
  const pugi::xml_parse_result parsed = document.load_buffer(
      text.data(), text.size(), pugi::parse_default | pugi::parse_ws_pcdata_single, pugi::encoding_utf8);
  if (!parsed)
    return corrupt(what + "is not whole XML: " + parsed.description() + " at byte " +
                   std::to_string(parsed.offset) + " of " + std::to_string(text.size()));
  DepthMeter meter;
  document.traverse(meter);
  if (meter.deepest > kXmlDepthMax) return corrupt(what + "is nested deeper than 12 elements");
  int elements = 0;
  for (const pugi::xml_node& child : document) elements += child.type() == pugi::node_element ? 1 : 0;
  const char* found = document.document_element().name();
  if (elements != 1 || std::strcmp(found, root) != 0)
    return corrupt(what + "is a " + std::string(found).substr(0, 40) + " document");
  return {};
}

Result<std::string> required_text(const pugi::xml_node& node, const char* name) {
  const pugi::xml_node child = node.child(name);
  if (!child) return corrupt(std::string("element ") + name + " is missing in " + node.name());
  if (child.next_sibling(name)) return corrupt(std::string("element ") + name + " is there twice");
  return std::string(child.text().get());
}

Result<std::uint64_t> required_number(const pugi::xml_node& node, const char* name) {
  TRY_ASSIGN(const std::string text, required_text(node, name));
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    return corrupt(std::string("element ") + name + " is not a number");
  return value;
}

Result<bool> required_flag(const pugi::xml_node& node, const char* name) {
  TRY_ASSIGN(const std::string text, required_text(node, name));
  if (text != "true" && text != "false")
    return corrupt(std::string("element ") + name + " is neither true nor false");
  return text == "true";
}

std::string bare_etag(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  return std::string(text);
}

Result<std::string> decoded_key(std::string_view text) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');  // a plus itself comes as %2B
  auto out = percent_decode(spaced);
  if (!out) return corrupt("a key with a broken %XX escape");
  return *std::move(out);
}

std::string xml_escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\r':
        out += "&#13;";
        break;
      default:
        out.push_back(c);
    }
  }
  return out;
}

}  // namespace reconcile::s3
