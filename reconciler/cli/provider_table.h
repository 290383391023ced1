#pragma once
// The providers side by side: what they cost, and what each does differently.

#include <string>

namespace reconcile::cli {

/// For people: a table with the date of the prices, and the traps of each provider. No line is wider than 100
/// columns.
std::string providers_text();

/// schema/init.schema.json, kind Providers.
std::string providers_json();

}  // namespace reconcile::cli
