#pragma once
// Removing exactly the file that was looked at, although a scraper may put another under its name at any
// moment.

#include <optional>
#include <string>

#include "reconciler/buffer/folder.h"

namespace reconcile::buffer {

/// The name under which a file waits while it is looked at a last time: `.releasing.NAME`, at most 255 bytes,
/// the end of NAME kept, so that the scan shows a leftover as waiting (a hidden file whose pattern matches).
std::string aside_name(const std::string& base);

/// Takes the file's name away first (`aside_name`, never over another file), looks at what was
/// caught, and removes it only if it is the one with this identity. Anything else gets its name back, or,
/// when that is taken again, stays under the private name, where the scan shows it as waiting. kConflict for
/// all of these. A file that is gone is success. May be repeated.
Result<void> remove_exactly(const Place& place, const std::string& name, const FileIdentity& identity);

/// The NAME of a `.releasing.NAME`; nothing for other names, and for one that may have been cut.
std::optional<std::string> name_before(const std::string& aside);

/// Gives a leftover that a kill left under its `aside_name` its name back, so that the next pass looks at it
/// as at any other. Never over another file: then, and where its name is not known, it stays as it is.
Result<void> give_name_back(const Place& leftover);

}  // namespace reconcile::buffer
