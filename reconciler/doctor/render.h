#pragma once
// Reports for people and for programs.

#include <string>
#include <vector>

#include "reconciler/doctor/findings.h"
#include "reconciler/report/layout.h"

namespace reconcile::doctor {

/// A table a publication: verdict, check, evidence; below it what to do. Checks that do not apply are counted
/// in the last line unless `show_all`.
std::string render_text(const std::vector<Report>& reports, const LayoutOptions& options);

/// One document; schema/doctor.schema.json describes it.
std::string render_json(const std::vector<Report>& reports);

}  // namespace reconcile::doctor
