// cost: what a month costs. Asks the bucket for its listing alone, and nothing where the volume is declared.

#include <algorithm>
#include <array>

#include "reconciler/base/units.h"
#include "reconciler/cli/commands.h"
#include "reconciler/cli/stores.h"
#include "reconciler/engine/observe.h"
#include "reconciler/plan/cost.h"
#include "reconciler/plan/cost_counts.h"
#include "reconciler/report/cost.h"
#include "reconciler/s3/providers.h"

namespace reconcile::cli {
namespace {

constexpr std::array kCompared{Provider::kR2, Provider::kB2, Provider::kAws, Provider::kWasabi};
constexpr Seconds kDay{86'400};
constexpr Seconds kAsIfKept = 30 * kDay;  // where nothing says for how long

/// The chain is left out: it costs nothing, and an index is found by it alone.
Result<Volume> look(const Publication& publication, const Options& options) {
  TRY_ASSIGN(const std::unique_ptr<ReadSite> site, open_for_reading(publication, options));
  ReadPorts ports = site->ports();
  ports.chain = nullptr;
  const Observed observed = observe(publication.desired, site->site, ports, {});
  std::optional<Volume> volume = volume_of(publication.desired, observed);
  if (volume) return *std::move(volume);
  const Error* why = why_not(observed.objects);
  return fail(within("what there is in " + site->site.bucket_location + " is not known", *why));
}

Volume declared(const CostChoices& choices, std::optional<Seconds> retention) {
  Volume out;
  out.retention = choices.retention ? choices.retention : retention;
  const auto days = static_cast<std::uint64_t>(out.retention.value_or(kAsIfKept) / kDay);
  out.stored = *choices.stored;
  out.puts_per_day = choices.puts_per_day.value_or(0);
  out.objects = choices.objects.value_or(times(out.puts_per_day, days));
  out.bytes_per_day = Bytes(out.stored.get() / std::max<std::uint64_t>(1, days));
  out.why = out.retention ? "as declared" : "as declared; put within 30 days";
  return out;
}

Result<Volume> volume_for(const Publication* publication, const Options& options) {
  const CostChoices& choices = options.cost;
  const Desired* desired = publication ? &publication->desired : nullptr;
  Volume out;
  if (choices.stored) {
    out = declared(choices, desired ? retention_of(*desired, desired->bucket.lifecycle.rules) : std::nullopt);
  } else {
    TRY_ASSIGN(out, look(*publication, options));
    if (choices.puts_per_day) out.puts_per_day = *choices.puts_per_day;
    if (choices.retention && out.retention) out = kept_for(out, *choices.retention);
    if (choices.retention) out.retention = choices.retention;
  }
  out.gets_per_day = choices.gets_per_day.value_or(0);
  out.egress_per_month = choices.egress_per_month.value_or(Bytes());
  return out;
}

Habits habits_for(const s3::Profile& profile, const Desired* desired, const CostChoices& choices) {
  const bool conditional = profile.conditional_put != s3::Support::kNo;
  Habits out = desired ? habits_of(*desired, conditional) : habits_of(Desired{}, conditional);
  if (!desired) out.index = true;
  out.lease = profile.conditional_replace != s3::Support::kNo;
  if (choices.cadence) out.cadence = *choices.cadence;
  return out;
}

std::vector<std::string> notes_on(const s3::Profile& profile, const Volume& volume) {
  std::vector<std::string> out;
  if (profile.expire_hides && volume.retention)
    out.emplace_back(
        "what expires is only hidden, and billed until a rule deletes hidden versions: reckoned as "
        "if there were one");
  if (profile.provider == Provider::kAws) out.emplace_back("us-east-1, of storage and egress the first step");
  if (profile.provider == Provider::kWasabi && volume.egress_per_month > volume.stored)
    out.emplace_back("a month's egress is meant to stay below what is stored");
  return out;
}

class Comparison {
 public:
  Comparison(const Publication* publication, const Options& options)
      : desired_(publication ? &publication->desired : nullptr), choices_(options.cost) {
    out_.cadence = choices_.cadence.value_or(desired_ ? desired_->upload.cadence : Habits{}.cadence);
    if (!desired_) return;
    out_.publication = desired_->name;
    out_.location = location_of(desired_->bucket);
    if (desired_->budget_monthly_usd) out_.budget = usd_from(*desired_->budget_monthly_usd);
  }

  CostReport run(const Volume& volume) {
    volume_ = volume;
    for (const Provider provider : kCompared) {
      const s3::Profile& profile = s3::profile_of(provider);
      out_.providers.push_back({std::string(profile.name), is_own(profile), estimate(profile, volume_),
                                notes_on(profile, read(profile, volume_))});
    }
    out_.shown = shown();
    const s3::Profile& profile = s3::profile_of(kCompared.at(out_.shown));
    out_.volume = read(profile, volume_);
    what_if(profile);
    if (volume_.gets_per_day == 0 && volume_.egress_per_month == Bytes() && choices_.readers == 0)
      out_.notes.emplace_back(
          "what readers fetch is not known here: --readers, --gets-per-day and --egress-per-month tell it");
    if (desired_ && s3::profile_of(desired_->bucket.provider).prices.as_of.empty())
      out_.notes.emplace_back("no price list is known for this manifest's provider");
    return std::move(out_);
  }

 private:
  bool is_own(const s3::Profile& profile) const {
    return choices_.provider.empty() ? desired_ && desired_->bucket.provider == profile.provider
                                     : choices_.provider == profile.name;
  }

  /// Readers fetch what this publication puts, and its indexes.
  Volume read(const s3::Profile& profile, const Volume& volume) const {
    return read_by(volume, habits_for(profile, desired_, choices_), choices_.readers);
  }

  CostEstimate estimate(const s3::Profile& profile, const Volume& volume,
                        std::optional<Seconds> cadence = std::nullopt) const {
    Habits habits = habits_for(profile, desired_, choices_);
    if (cadence) habits.cadence = *cadence;
    return estimate_cost(read_by(volume, habits, choices_.readers), habits, profile.prices);
  }

  std::size_t shown() const {
    const auto own = std::find_if(out_.providers.begin(), out_.providers.end(),
                                  [](const ProviderCost& provider) { return provider.own; });
    const auto cheapest = std::min_element(
        out_.providers.begin(), out_.providers.end(),
        [](const ProviderCost& a, const ProviderCost& b) { return a.estimate.total < b.estimate.total; });
    return static_cast<std::size_t>((own == out_.providers.end() ? cheapest : own) - out_.providers.begin());
  }

  void what_if(const s3::Profile& profile) {
    for (const Seconds cadence : {2 * out_.cadence, std::max(Seconds(60), out_.cadence / 2)})
      if (cadence != out_.cadence)
        out_.what_if.push_back(
            {"cadence " + print_duration(cadence), estimate(profile, volume_, cadence).total});
    if (!volume_.retention) return;
    for (const Seconds kept : {2 * *volume_.retention, std::max(kDay, *volume_.retention / 2 / kDay * kDay)})
      if (kept != *volume_.retention)
        out_.what_if.push_back(
            {"kept for " + print_duration(kept), estimate(profile, kept_for(volume_, kept)).total});
  }

  const Desired* desired_;
  const CostChoices& choices_;
  Volume volume_;
  CostReport out_;
};

}  // namespace

ExitCode cost_command(const Options& options, const std::vector<Publication>& publications,
                      Console& console) {
  std::vector<const Publication*> asked;
  for (const Publication& publication : publications) asked.push_back(&publication);
  if (asked.empty()) asked.push_back(nullptr);
  ExitCode code = kOk;
  std::vector<CostReport> reports;
  for (const Publication* publication : asked) {
    const Result<Volume> volume = volume_for(publication, options);
    if (!volume) {
      console.error(publication ? within(publication->desired.name, volume.error()) : volume.error());
      code = kError;
      continue;
    }
    reports.push_back(Comparison(publication, options).run(*volume));
  }
  if (options.output == Output::kJson) {
    console.out(print_cost_json(reports));
    return code;
  }
  const LayoutOptions layout{.color = console.color_out(),
                             .width = static_cast<std::size_t>(console.width())};
  for (std::size_t at = 0; at < reports.size(); ++at)
    console.out((at > 0 ? "\n" : "") + print_cost(reports[at], layout));
  return code;
}

}  // namespace reconcile::cli
