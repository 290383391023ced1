#include "reconciler/chain/rpc/health.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace reconcile::chain {

void Health::failed(Error error, std::optional<Seconds> asked_to_wait, TimePoint now) {
  trouble_ = std::move(error);
  failures_ = std::min(failures_ + 1, 30);
  rests_until_ = now + std::min(kRestFirst * (std::int64_t{1} << (failures_ - 1)), kRestMax);
  waits_until_ = asked_to_wait ? now + *asked_to_wait : TimePoint{};
}

void Health::worked() {
  if (!unusable_) *this = Health();
}

void Health::unusable(Error error) {
  unusable_ = true;
  trouble_ = std::move(error);
}

Seconds Health::wait_left(TimePoint now) const {
  return waits_until_ > now ? std::chrono::ceil<Seconds>(waits_until_ - now) : Seconds(0);
}

std::vector<std::size_t> order_of(const std::vector<const Health*>& endpoints, std::size_t current,
                                  TimePoint now) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < endpoints.size(); ++i)
    if (!endpoints[i]->is_unusable() && endpoints[i]->wait_left(now) == Seconds(0)) out.push_back(i);
  const auto rank = [&](std::size_t i) {
    const bool rests = endpoints[i]->rests_until() > now;
    return std::tuple(rests, rests ? endpoints[i]->rests_until() : TimePoint{}, i != current);
  };
  std::stable_sort(out.begin(), out.end(), [&](std::size_t a, std::size_t b) { return rank(a) < rank(b); });
  return out;
}

}  // namespace reconcile::chain
