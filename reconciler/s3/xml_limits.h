#pragma once
// How large an XML answer may be.

#include <cstddef>

namespace reconcile::s3 {

// A listing page: 1,000 keys of 1,024 bytes, each byte as %XX, plus about 500 bytes of other elements each.
inline constexpr std::size_t kXmlBytesMax = 8u << 20;
// The same page has about 12 elements a key (with owner), each with two tags.
inline constexpr std::size_t kXmlTagsMax = 64'000;
// S3's deepest documents (lifecycle, with And and Tag) have 6 levels.
inline constexpr int kXmlDepthMax = 12;

}  // namespace reconcile::s3
