#pragma once
// The trash folder: one folder for each moment of release.

#include <optional>
#include <string>
#include <string_view>

#include "reconciler/base/files.h"
#include "reconciler/base/result.h"
#include "reconciler/base/strong.h"

namespace reconcile::buffer {

/// `20261122T072014Z`; `.1`, `.2` and so on behind it where a file of that name lies in it already.
std::string trash_name(Instant released, int attempt);
/// The inverse; nothing for names of another form.
std::optional<Instant> trash_time(std::string_view name);
/// Removes what was released `keep` ago or earlier. Other names in the folder are left alone; no folder is
/// success.
Result<void> empty_trash(const Path& trash, Seconds keep, Instant now);

}  // namespace reconcile::buffer
