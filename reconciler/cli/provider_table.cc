#include "reconciler/cli/provider_table.h"

#include <cmath>
#include <vector>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "reconciler/base/units.h"
#include "reconciler/model/plan_json.h"
#include "reconciler/report/display.h"
#include "reconciler/s3/providers.h"

namespace reconcile::cli {
namespace {

using Json = nlohmann::ordered_json;
using s3::Profile;

constexpr std::size_t kWidth = 100;
constexpr Provider kShown[] = {Provider::kR2,    Provider::kB2,   Provider::kAws, Provider::kWasabi,
                               Provider::kMinio, Provider::kCeph, Provider::kS3,  Provider::kDirectory};
// Columns: name, storage, egress, writes and lists, reads, what is free, what is billed at least, date.
constexpr std::size_t kColumns[] = {10, 10, 11, 12, 9, 23, 15, 0};

bool has_prices(const Profile& profile) { return !profile.prices.as_of.empty(); }

/// "$0.36", and as many digits as the price has where two are too few.
std::string dollars(double price) {
  if (price == 0) return "free";
  const bool has_cents = std::abs(price * 100 - std::round(price * 100)) < 1e-9;
  return has_cents ? fmt::format("${:.2f}", price) : fmt::format("${:g}", price);
}

std::string amount(double count) {
  const bool millions = count >= 1e6;
  return fmt::format("{:g}{}", millions ? count / 1e6 : count / 1e3, millions ? " M" : " k");
}

/// Writes and lists in one column, since most providers bill them alike.
std::string writes_of(const Profile& profile) {
  const s3::Prices& prices = profile.prices;
  if (prices.writes_per_million == prices.lists_per_million) return dollars(prices.writes_per_million);
  return dollars(prices.writes_per_million) + "/" + dollars(prices.lists_per_million);
}

std::string free_of(const Profile& profile) {
  const s3::Prices& prices = profile.prices;
  std::string out;
  if (prices.free_gb_month > 0) out = fmt::format("{:g} GB", prices.free_gb_month);
  if (prices.free_writes > 0 || prices.free_reads > 0)
    out += fmt::format(", {} w, {} r", amount(prices.free_writes), amount(prices.free_reads));
  return out.empty() ? "-" : out;
}

std::string minimum_of(const Profile& profile) {
  std::string out;
  if (profile.minimum_storage_days > 0) out = fmt::format("{} days", profile.minimum_storage_days);
  if (profile.prices.minimum_gb > 0)
    out += fmt::format("{}{:g} TB", out.empty() ? "" : ", ", profile.prices.minimum_gb / 1000);
  return out.empty() ? "-" : out;
}

std::string row(const std::vector<std::string>& cells) {
  std::string out = "  ";
  for (std::size_t at = 0; at < cells.size(); ++at)
    out += at + 1 == cells.size() ? cells[at] : pad_right(cells[at], kColumns[at]);
  return out.substr(0, out.find_last_not_of(' ') + 1) + "\n";
}

std::string region_of(const Profile& profile) {
  if (profile.provider == Provider::kDirectory)
    return "a folder of this machine, which a web server may serve";
  if (profile.provider == Provider::kR2) return "no region; the endpoint is the account's";
  if (!profile.endpoint_form.empty()) return "by region: " + std::string(profile.endpoint_form);
  return "your own endpoint";
}

/// What somebody who sets rules or has none should know.
std::vector<std::string> lifecycle_of(const Profile& profile) {
  std::vector<std::string> out;
  if (!profile.lifecycle_enforced)
    out.emplace_back("no lifecycle of its own: reconcile expires objects, by the same rules");
  if (!profile.abort_uploads_rule) out.emplace_back("takes no rule that drops unfinished uploads");
  if (!profile.default_rule_id.empty())
    out.push_back(fmt::format("new buckets have a rule by themselves: {}", profile.default_rule_id));
  if (profile.minimum_object > Bytes(0))
    out.push_back(fmt::format("an object is billed as {} at least", print_size(profile.minimum_object)));
  return out;
}

std::vector<std::string> traps_of(const Profile& profile) {
  std::vector<std::string> out{region_of(profile)};
  for (std::string& line : lifecycle_of(profile)) out.push_back(std::move(line));
  for (const std::string_view note : profile.notes) out.emplace_back(note);
  return out;
}

/// Prices as they were typed in, not as doubles have them.
Json number(double value) { return std::round(value * 1e6) / 1e6; }

Json prices_json(const Profile& profile) {
  if (!has_prices(profile)) return nullptr;
  const s3::Prices& prices = profile.prices;
  return {{"asOf", prices.as_of},
          {"storageGbMonth", number(prices.storage_gb_month)},
          {"egressGb", number(prices.egress_gb)},
          {"writesMillion", number(prices.writes_per_million)},
          {"listsMillion", number(prices.lists_per_million)},
          {"readsMillion", number(prices.reads_per_million)},
          {"freeGbMonth", number(prices.free_gb_month)},
          {"freeWrites", number(prices.free_writes)},
          {"freeReads", number(prices.free_reads)},
          {"minimumGb", number(prices.minimum_gb)}};
}

}  // namespace

std::string providers_text() {
  std::string out = "US dollars, from the providers' own lists; a GB is 10^9 bytes. Prices move: look.\n\n";
  out += row({"", "GB-month", "GB read", "M writes", "M reads", "free each month", "billed for", "as of"});
  out += row({"", "stored", "by others", "and lists", "", "(w writes, r reads)", "at least", ""});
  std::string others;
  for (const Provider provider : kShown) {
    const Profile& profile = s3::profile_of(provider);
    if (!has_prices(profile)) {
      others += (others.empty() ? "" : ", ") + std::string(profile.name);
      continue;
    }
    const s3::Prices& prices = profile.prices;
    out += row({std::string(profile.name), dollars(prices.storage_gb_month), dollars(prices.egress_gb),
                writes_of(profile), dollars(prices.reads_per_million), free_of(profile), minimum_of(profile),
                std::string(prices.as_of)});
  }
  out += fmt::format("  {}: your own machines, or what their owner asks for\n\n", others);
  for (const Provider provider : kShown) {
    const Profile& profile = s3::profile_of(provider);
    std::string text;
    for (const std::string& trap : traps_of(profile)) text += (text.empty() ? "" : "; ") + trap;
    bool is_first = true;
    for (const std::string& line : wrap(text, kWidth - 2 - kColumns[0])) {
      out += "  " + pad_right(is_first ? std::string(profile.name) : "", kColumns[0]) + line + "\n";
      is_first = false;
    }
  }
  return out;
}

std::string providers_json() {
  Json providers = Json::array();
  for (const Provider provider : kShown) {
    const Profile& profile = s3::profile_of(provider);
    providers.push_back({{"name", profile.name},
                         {"prices", prices_json(profile)},
                         {"minimumDays", profile.minimum_storage_days},
                         {"endpoint", profile.endpoint_form},
                         {"region", profile.region},
                         {"remarks", traps_of(profile)}});
  }
  const Json out{{"schemaVersion", kPlanSchemaVersion}, {"kind", "Providers"}, {"providers", providers}};
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace reconcile::cli
