#include "reconciler/sim/world.h"

#include <algorithm>

#include "reconciler/sim/rule_text.h"
#include "reconciler/sim/witness.h"

namespace reconcile::sim {
namespace {

void expire_objects(WorldBucket& bucket, Instant now, Witness* witness) {
  for (const std::string& text : bucket.rules) {
    const LiveRule live = parse_rule(text);
    if (!live.enabled || !live.understood || !live.rule.expire_after) continue;
    std::erase_if(bucket.objects, [&](const auto& entry) {
      const bool due =
          entry.first.starts_with(live.rule.prefix) && entry.second.modified + *live.rule.expire_after <= now;
      if (!due) return false;
      bucket.expired.push_back(entry.first);
      if (witness) witness->departs(entry.first, entry.second, true);
      return true;
    });
  }
}

void include_extrinsics(WorldChain& chain, std::uint64_t head) {
  std::stable_sort(chain.pending.begin(), chain.pending.end(),
                   [](const auto& a, const auto& b) { return a.block < b.block; });
  while (!chain.pending.empty() && chain.pending.front().block <= head) {
    chain.included.push_back(std::move(chain.pending.front()));
    chain.pending.erase(chain.pending.begin());
  }
}

}  // namespace

std::uint64_t Random::next() {
  std::uint64_t z = state_ += 0x9e3779b97f4a7c15ull;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

void World::advance(Seconds by) {
  const std::lock_guard lock(mutex);
  now += by;
  include_extrinsics(chain, head_block());
  if (options.store.lifecycle_enforced) expire_objects(bucket, now, witness);
}

std::uint64_t World::head_block() const {
  const std::lock_guard lock(mutex);
  return options.first_block + static_cast<std::uint64_t>((now - options.start) / options.block_time);
}

std::uint64_t World::finalized_block() const {
  const std::uint64_t head = head_block();
  return head - std::min(head, options.finality_lag);
}

void World::write_file(const std::string& name, std::string content, const std::string& damage) {
  const std::lock_guard lock(mutex);
  const FileIdentity identity{1, folder.next_inode++, Bytes(content.size()),
                              now.time_since_epoch().count() * 1'000'000'000};
  folder.files[name] = {std::make_shared<const std::string>(std::move(content)), identity, damage};
}

void World::begin_call(const char* method, const std::string& subject) {
  befallen.reset();
  if (!schedule) return;
  befallen = schedule->next(method, subject);
  if (befallen && befallen->kind >= FaultKind::kHumanDeletes && somebody_else) somebody_else(*befallen);
}

bool World::befalls(FaultKind kind, int percent) {
  if (schedule) return befallen && befallen->kind == kind;
  return random.roll(percent);
}

void World::record(Call call) {
  const auto fold = [this](const std::string& text) {
    for (const char c : text) trace = (trace ^ static_cast<std::uint8_t>(c)) * 0x100000001b3ull;
  };
  fold(call.method);
  fold(call.subject);
  fold(call.fault ? name_of(*call.fault) : "ok");
  calls.push_back(std::move(call));
}

void World::before_write(const std::string& key) {
  constexpr std::size_t kRemembered = 4;
  const auto found = bucket.objects.find(key);
  if (bucket.before.size() == kRemembered) bucket.before.erase(bucket.before.begin());
  bucket.before.push_back({key, found == bucket.objects.end() ? std::nullopt : std::optional(found->second)});
}

std::vector<Call> World::writes() const {
  const std::lock_guard lock(mutex);
  std::vector<Call> out;
  std::copy_if(calls.begin(), calls.end(), std::back_inserter(out),
               [](const Call& call) { return call.write; });
  return out;
}

void World::forget_calls() {
  const std::lock_guard lock(mutex);
  calls.clear();
}

void World::ask_to_stop() {
  const std::lock_guard lock(mutex);
  stopping = true;
}

}  // namespace reconcile::sim
