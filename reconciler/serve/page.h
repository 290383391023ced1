#pragma once
// The status page: pure. Header and plans stand in the HTML itself, so that they are there with the first
// answer and without JavaScript; all else is filled in by the script from /api/v1.

#include <string>

#include "reconciler/model/status.h"

namespace reconcile::serve {

/// Publications whose plans stand in the HTML, worst first. All are named.
inline constexpr std::size_t kPagePlansMax = 5;

/// One HTML document that needs nothing else. All that comes from outside is escaped, control and
/// bidirectional characters made visible.
std::string render_page(const ProcessStatus& status);

/// The Content-Security-Policy of that document: the one style and the one script by their hashes, requests
/// to where it came from, and nothing else.
std::string page_policy();

}  // namespace reconcile::serve
