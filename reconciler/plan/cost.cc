#include "reconciler/plan/cost.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "reconciler/base/units.h"
#include "reconciler/plan/cost_counts.h"

namespace reconcile {
namespace {

class Bill {
 public:
  explicit Bill(const PriceTable& prices) : prices_(prices), free_storage_(prices.free_storage.get()) {
    for (std::size_t at = 0; at < free_.size(); ++at) free_[at] = prices.requests[at].free;
    out_.as_of = prices.as_of;
  }

  void storage(const char* name, std::uint64_t bytes, std::string why) {
    add(name, CostItem::Unit::kByteMonths, bytes, free_storage_, prices_.storage_gb_month, std::move(why));
  }
  void requests(const char* name, RequestClass which, std::uint64_t count, std::string why, bool own = true) {
    add(name, CostItem::Unit::kRequests, count, free_[static_cast<std::size_t>(which)],
        prices_.of(which).per_million, std::move(why));
    out_.items.back().own = own;
  }
  void deletes(std::uint64_t count) {
    std::uint64_t none = 0;
    add("deletes", CostItem::Unit::kRequests, count, none, MicroUsd(0),
        "what expires; no provider here bills it");
  }
  void egress(std::uint64_t bytes, std::string why) {
    std::uint64_t free = prices_.free_egress.get();
    add("egress", CostItem::Unit::kBytes, bytes, free, prices_.egress_gb, std::move(why));
  }
  CostEstimate take() { return std::move(out_); }

 private:
  void add(const char* name, CostItem::Unit unit, std::uint64_t quantity, std::uint64_t& free, MicroUsd price,
           std::string why) {
    CostItem item{.name = name, .unit = unit, .quantity = quantity, .price = price, .why = std::move(why)};
    item.free = std::min(quantity, free);
    free -= item.free;
    const std::uint64_t billed = quantity - item.free;
    item.amount =
        unit == CostItem::Unit::kRequests ? price_of(billed, price) : price_of(Bytes(billed), price);
    out_.total = MicroUsd(static_cast<std::int64_t>(std::min<std::uint64_t>(
        plus(static_cast<std::uint64_t>(out_.total.get()), static_cast<std::uint64_t>(item.amount.get())),
        static_cast<std::uint64_t>(INT64_MAX))));
    out_.items.push_back(std::move(item));
  }

  const PriceTable& prices_;
  std::uint64_t free_storage_;
  std::array<std::uint64_t, 3> free_{};
  CostEstimate out_;
};

std::string every(const Habits& habits, const MonthlyRequests& requests) {
  return fmt::format("{} passes, one each {}, of which {} have something to do and look twice",
                     print_count(requests.passes), print_duration(habits.cadence),
                     print_count(requests.working));
}

/// What is billed of storage beyond what is stored.
void add_minima(const Volume& volume, const PriceTable& prices, Bill& bill) {
  std::uint64_t bytes = volume.stored.get(), objects = volume.objects;
  const Seconds minimum(prices.minimum_days * static_cast<std::int64_t>(kDaySeconds));
  if (volume.retention && *volume.retention < minimum) {
    const auto rest = static_cast<std::uint64_t>((minimum - *volume.retention).count());
    const std::uint64_t gone = share(volume.bytes_per_day.get(), rest, kDaySeconds);
    bytes = plus(bytes, gone);
    objects = plus(objects, share(volume.puts_per_day, rest, kDaySeconds));
    bill.storage("minimum-duration", gone,
                 fmt::format("objects go after {}, and are billed for {}", print_duration(*volume.retention),
                             print_duration(minimum)));
  }
  const std::uint64_t padded = times(objects, prices.minimum_object.get());
  if (padded > bytes) {
    bill.storage("minimum-object", padded - bytes,
                 fmt::format("an object is billed as {} at least, and the mean is below",
                             print_size(prices.minimum_object)));
    bytes = padded;
  }
  if (bytes < prices.minimum_storage.get())
    bill.storage("minimum-bill", prices.minimum_storage.get() - bytes, "so much is billed at least");
}

std::string pages(std::uint64_t count) { return count == 1 ? "1 page" : print_count(count) + " pages"; }

void add_own_requests(const Habits& habits, const PriceTable& prices, const MonthlyRequests& requests,
                      Bill& bill) {
  if (requests.passes == 0) return;
  bill.requests("listings", prices.lists, requests.listings,
                fmt::format("{} of objects{}{} each time; {}", pages(requests.pages),
                            requests.pages_between < requests.pages
                                ? fmt::format(" each {}, else {}", print_duration(habits.resync),
                                              print_count(requests.pages_between))
                                : "",
                            habits.index ? ", 1 of indexes" : "", every(habits, requests)));
  bill.requests("settings", prices.settings, requests.looks, "the bucket and its lifecycle rules, each time");
  if (requests.looks_before_put > 0)
    bill.requests("absence", prices.gets, requests.looks_before_put,
                  "no conditional writes here: the key is looked at before it is written");
  if (requests.verification > 0)
    bill.requests("verification", requests.verified_by_listing ? prices.lists : prices.gets,
                  requests.verification,
                  requests.verified_by_listing ? "the uploads of a pass are seen in one listing"
                                               : "each upload is seen by HEAD");
  const char* const records = !habits.index  ? "the lease"
                              : habits.lease ? "the index and the lease"
                                             : "the index";
  if (requests.record_writes > 0)
    bill.requests("record-writes", prices.puts, requests.record_writes,
                  fmt::format("{}, in each pass with something to do", records));
  if (requests.record_reads > 0)
    bill.requests("record-reads", prices.gets, requests.record_reads,
                  fmt::format("{}{}, read each time, and verified when written", records,
                              requests.index_parts == 0
                                  ? ""
                                  : fmt::format(" in {} parts", print_count(requests.index_parts + 1))));
}

}  // namespace

CostEstimate estimate_cost(const Volume& volume, const Habits& habits, const PriceTable& prices) {
  const MonthlyRequests requests = requests_of(volume, habits);
  Bill bill(prices);
  bill.storage("storage", volume.stored.get(), volume.why);
  add_minima(volume, prices, bill);
  bill.requests("uploads", prices.puts, requests.uploads,
                fmt::format("{} objects a day{}", print_count(volume.puts_per_day),
                            requests.uploads > times(volume.puts_per_day, kMonthDays) ? ", in parts" : ""),
                false);
  bill.requests("downloads", prices.gets, times(volume.gets_per_day, kMonthDays),
                fmt::format("{} a day by readers", print_count(volume.gets_per_day)), false);
  if (requests.deletes > 0) bill.deletes(requests.deletes);
  bill.egress(volume.egress_per_month.get(), "what readers fetch");
  add_own_requests(habits, prices, requests, bill);
  return bill.take();
}

Habits habits_of(const Desired& desired, bool conditional) {
  const Seconds margin = expiry_margin_of(desired);
  return {.cadence = desired.upload.cadence,
          .resync = std::min(desired.bucket.resync, margin / 2),
          .expiry_margin = margin,
          .index = has_index(desired),
          .lease = conditional,
          .looks_before_put = !conditional};
}

std::optional<CostEstimate> cost_of(const Desired& desired, const Observed& observed) {
  const std::optional<Volume> volume = volume_of(desired, observed);
  if (!volume || !observed.prices) return std::nullopt;
  return estimate_cost(*volume, habits_of(desired, observed.store.conditional_put), *observed.prices);
}

}  // namespace reconcile
