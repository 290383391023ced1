#pragma once
// An XML answer, parsed within bounds. Private to s3/: the only headers that know pugixml are the .cc files'.

#include <cstdint>
#include <string>
#include <string_view>

#include <pugixml.hpp>

#include "reconciler/base/result.h"
#include "reconciler/s3/xml_limits.h"

namespace reconcile::s3 {

/// Parses `text` whose single document element is `root`. kCorrupt for anything else: not XML, cut off, too
/// large, too deep, another element. No entity beyond the five of XML is ever expanded.
Result<void> load_xml(pugi::xml_document& document, std::string_view text, const char* root);

/// The text of a child that must be there, once. kCorrupt otherwise.
Result<std::string> required_text(const pugi::xml_node& node, const char* name);
/// A non-negative decimal number, digits only.
Result<std::uint64_t> required_number(const pugi::xml_node& node, const char* name);
/// "true" or "false".
Result<bool> required_flag(const pugi::xml_node& node, const char* name);

/// An ETag without its quotes: stores list it with, without, or escaped.
std::string bare_etag(std::string_view text);

/// Query-style decoding as `encoding-type=url` uses it: %XX, and `+` for a space. kCorrupt on a broken
/// escape.
Result<std::string> decoded_key(std::string_view text);

/// `&`, `<`, `>` and quotes as entities, CR as a character reference.
std::string xml_escape(std::string_view text);

}  // namespace reconcile::s3
