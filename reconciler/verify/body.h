#pragma once
// One body, read once: counted, hashed, looked into, and no byte more than it may have.

#include <cstdint>
#include <optional>
#include <string>

#include "reconciler/verify/source.h"

namespace reconcile::verify {

struct Wanted {
  std::string url;
  std::string name;            ///< its ending says what it must be inside; empty: anything
  std::optional<Bytes> size;   ///< as somebody the chain vouches for states it; not a byte more is read
  Bytes bytes_max;             ///< where nobody states one
  bool must_be_index = false;  ///< then `bytes_max` is what the publisher has to keep to
  Bytes keep_max{};            ///< so much of a body that `keep` asks for stays in memory
  enum class Keep { kNothing, kIndex, kAll } keep = Keep::kNothing;  ///< kIndex: what begins as an index does
};

struct Body {
  Bytes size;
  Sha256 sha256;
  std::optional<Instant> modified;
  std::string text;             ///< when `kept`
  bool kept = false;            ///< the whole of it
  bool was_asked = false;       ///< it begins with what `keep` asks for: not kept means longer than keep_max
  bool may_be_cut = false;      ///< other bytes than expected may be the way's fault
  std::optional<Error> damage;  ///< of the container; kUnsupported: not looked at
  std::optional<std::uint64_t> rows;  ///< of a Parquet file
};

/// The publisher's fault: longer or shorter than stated, where the answer itself says where it ends.
Judged<Body> read_body(Source& source, const Wanted& wanted);

/// With what every index begins.
inline constexpr std::string_view kIndexBegins = R"({"schema":"reconcile.index/v1")";

/// Other bytes came than a digest or a size asks for: the publisher's fault, unless they may have been cut.
Judgement other_bytes(const Body& body, std::string cause, std::string remedy);

}  // namespace reconcile::verify
