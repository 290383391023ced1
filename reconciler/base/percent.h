#pragma once
// Percent-encoding of URL paths (RFC 3986 section 2.1), as S3 wants it: all but A-Z a-z 0-9 - . _ ~ and, in
// paths, `/`.

#include <optional>
#include <string>
#include <string_view>

namespace reconcile {

/// Upper-case hex. With `keep_slash` the slashes of a key stay slashes.
std::string percent_encode(std::string_view text, bool keep_slash);

/// nullopt when a `%` is not followed by two hex digits. `+` stays `+`.
std::optional<std::string> percent_decode(std::string_view text);

}  // namespace reconcile
