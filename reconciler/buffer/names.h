#pragma once
// What a file's name alone tells: pure functions of text.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reconciler/model/observed.h"

namespace reconcile::buffer {

/// Why a name cannot become a key ("its name is not UTF-8", "its name has control characters"); empty: it
/// can.
std::string unusable_name(std::string_view name);

/// The check its name asks for: .parquet, .gz, .json, .jsonl and .ndjson, in any letter case.
Container container_of(std::string_view name);
/// Is there something to gain from gzip? Not for Parquet (its pages are compressed and readers seek in it),
/// nor for what is compressed already.
bool compressible(std::string_view name);
/// `.jsonl.gz` and `.ndjson.gz`: JSON lines inside.
bool holds_json_lines(std::string_view gzip_name);

/// Does this path take part, and how?
struct Selection {
  bool compress = false;
  std::string temporary;  ///< why it is still a temporary name; empty: it is a final one
};

struct Patterns {
  std::vector<std::string> include, compress;
  friend bool operator==(const Patterns&, const Patterns&) = default;
};

/// Nothing: no pattern speaks of it. A temporary name (`x.json.tmp`, `.x.json`, `.cache/x.json`) takes part
/// when the name that it will get would.
std::optional<Selection> select(const Patterns& patterns, std::string_view path);

/// Folders of this program's own that may lie in the buffer: passed over in silence.
bool own_folder(std::string_view base_name);

}  // namespace reconcile::buffer
