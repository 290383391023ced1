#include "reconciler/cli/provider_table.h"

#include <algorithm>
#include <cstdint>
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
std::string dollars(MicroUsd price) {
  if (price == MicroUsd(0)) return "free";
  std::string out = fmt::format("${}.{:06}", price.get() / 1'000'000, price.get() % 1'000'000);
  const std::size_t digits = out.find('.') + 3;
  out.resize(std::max(digits, out.find_last_not_of('0') + 1));
  return out;
}

double gigabytes(Bytes size) { return static_cast<double>(size.get()) / 1e9; }

std::string amount(std::uint64_t count) {
  const bool millions = count >= 1'000'000;
  return fmt::format("{:g}{}", static_cast<double>(count) / (millions ? 1e6 : 1e3), millions ? " M" : " k");
}

/// Writes and lists in one column, since most providers bill them alike.
std::string writes_of(const PriceTable& prices) {
  const MicroUsd puts = prices.of(prices.puts).per_million, lists = prices.of(prices.lists).per_million;
  return puts == lists ? dollars(puts) : dollars(puts) + "/" + dollars(lists);
}

std::string free_of(const PriceTable& prices) {
  const std::uint64_t writes = prices.of(prices.puts).free, reads = prices.of(prices.gets).free;
  std::string out;
  if (prices.free_storage > Bytes(0)) out = fmt::format("{:g} GB", gigabytes(prices.free_storage));
  const auto add = [&](std::uint64_t count, const char* of) {
    if (count > 0) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", amount(count), of);
  };
  add(writes, "w");
  add(reads, "r");
  return out.empty() ? "-" : out;
}

std::string minimum_of(const PriceTable& prices) {
  std::string out;
  if (prices.minimum_days > 0) out = fmt::format("{} days", prices.minimum_days);
  if (prices.minimum_storage > Bytes(0))
    out += fmt::format("{}{:g} TB", out.empty() ? "" : ", ", gigabytes(prices.minimum_storage) / 1000);
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
  if (profile.prices.minimum_object > Bytes(0))
    out.push_back(
        fmt::format("an object is billed as {} at least", print_size(profile.prices.minimum_object)));
  return out;
}

std::vector<std::string> traps_of(const Profile& profile) {
  std::vector<std::string> out{region_of(profile)};
  for (std::string& line : lifecycle_of(profile)) out.push_back(std::move(line));
  for (const std::string_view note : profile.notes) out.emplace_back(note);
  return out;
}

Json prices_json(const Profile& profile) {
  if (!has_prices(profile)) return nullptr;
  const PriceTable& prices = profile.prices;
  const auto million = [&](RequestClass which) { return usd_number(prices.of(which).per_million); };
  return {{"asOf", prices.as_of},
          {"storageGbMonth", usd_number(prices.storage_gb_month)},
          {"egressGb", usd_number(prices.egress_gb)},
          {"writesMillion", million(prices.puts)},
          {"listsMillion", million(prices.lists)},
          {"readsMillion", million(prices.gets)},
          {"freeGbMonth", gigabytes(prices.free_storage)},
          {"freeWrites", prices.of(prices.puts).free},
          {"freeReads", prices.of(prices.gets).free},
          {"minimumGb", gigabytes(prices.minimum_storage)}};
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
    const PriceTable& prices = profile.prices;
    out += row({std::string(profile.name), dollars(prices.storage_gb_month), dollars(prices.egress_gb),
                writes_of(prices), dollars(prices.of(prices.gets).per_million), free_of(prices),
                minimum_of(prices), prices.as_of});
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
                         {"minimumDays", profile.prices.minimum_days},
                         {"endpoint", profile.endpoint_form},
                         {"region", profile.region},
                         {"remarks", traps_of(profile)}});
  }
  const Json out{{"schemaVersion", kPlanSchemaVersion}, {"kind", "Providers"}, {"providers", providers}};
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace reconcile::cli
