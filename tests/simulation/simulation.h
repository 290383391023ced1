#pragma once
// One publication with the real planner and engine in a simulated world, and a reader who knows nothing but
// the chain.

#include <set>

#include <gtest/gtest.h>

#include "reconciler/base/sha256.h"
#include "reconciler/engine/pass.h"
#include "reconciler/model/index_parts.h"
#include "reconciler/model/index_signature.h"
#include "reconciler/sim/faulty.h"
#include "reconciler/sim/sim_buffer.h"
#include "reconciler/sim/sim_chain.h"
#include "reconciler/sim/sim_clock.h"
#include "reconciler/sim/sim_journal.h"
#include "reconciler/sim/sim_signer.h"
#include "reconciler/sim/sim_store.h"

namespace reconcile::simulation {

using sim::World;

class Silent final : public Events {
 public:
  void emit(const Event&) override {}
};

/// A strategy, and above how many entries its index is stored in parts.
struct Way {
  const char* name;
  Strategy strategy;
  std::size_t inline_max = kIndexInlineMax;
};
inline void PrintTo(const Way& way, std::ostream* out) { *out << way.name; }

inline Desired wish(const Way& way) {
  Desired out;
  out.name = "sim";
  out.source = "sim.yaml";
  out.bucket.provider = Provider::kS3;
  out.bucket.name = "sim";
  out.bucket.create = true;
  out.bucket.lifecycle.rules = {{"ExpireOldData", "data/", Seconds(std::chrono::days(14)), std::nullopt}};
  if (way.strategy == Strategy::kNone) return out;
  CommitmentSpec commitment;
  commitment.network = Network::kLedger;
  commitment.netuid = 13;
  commitment.strategy = way.strategy;
  commitment.format = default_format(way.strategy);
  out.commitment = commitment;
  return out;
}

/// One publication in one world, with everything that was ever written to the buffer remembered.
class Simulation {
 public:
  explicit Simulation(sim::WorldOptions options, const Way& how = {"index", Strategy::kIndex})
      : world(options), way(how), desired(wish(how)) {}

  void scrape(const std::string& name, const std::string& content) {
    world.write_file(name, content);
    written.insert_or_assign(content, world.now);
  }

  WritePorts ports() {
    return {*store_in_use, way.strategy == Strategy::kNone ? nullptr : chain_in_use,
            buffer,        journal,
            clock,         readers,
            events,        &checker,
            &signer};
  }
  Site site() const {
    return {.bucket_location = "s3://sim", .account = account, .index_inline_max = way.inline_max};
  }

  PassResult pass() {
    WritePorts all = ports();
    PassOptions options;
    options.apply.uploads.parallelism = 1;  // one thread: a seed replays exactly
    const std::size_t released_before = world.folder.released.size();
    const PassResult result = run_pass(desired, site(), all, options);
    if (world.folder.released.size() != released_before && judged) check_releases();
    return result;
  }

  /// What a reader finds who knows nothing but the chain and the strategy: the entries of the index, every
  /// part compared with what names it. Nothing when the commitment leads nowhere.
  std::optional<std::vector<IndexEntry>> committed_entries() {
    const sim::Faults faults = std::exchange(world.options.faults, {});
    std::optional<std::vector<IndexEntry>> out;
    if (const ChainView view = chain.observe(account).value(); view.commitment) {
      const std::string text(text_of(view.commitment->fields.at(0).bytes));
      const Result<std::string> body = readers.fetch(text.substr(text.rfind('|') + 1), Bytes(1 << 20));
      if (body && is_committed(*view.commitment, text, *body)) out = entries_of(*body);
    }
    world.options.faults = faults;
    return out;
  }

  bool is_committed(const StoredCommitment& stored, const std::string& text, const std::string& body) {
    const Sha256 digest = sha256_of(std::string_view(body));
    switch (way.strategy) {
      case Strategy::kTwoField:
        return stored.fields.size() == 2 && stored.fields[1].variant == "Sha256" &&
               to_hex(ByteView(stored.fields[1].bytes)) == to_hex(digest);
      case Strategy::kStaticPointer: {
        const auto split = split_signature(body);
        return text == "https://sim.invalid/i/latest.json" && split &&
               checker.verify(account, signed_message(split->unsigned_text), split->signature);
      }
      default:  // in the text beside the address, or in the address
        return text.find(to_base64url(ByteView(digest.get()))) != std::string::npos;
    }
  }

  std::optional<std::vector<IndexEntry>> entries_of(const std::string& body) {
    IndexRoot root = parse_index_root(body).value();
    most_parts = std::max(most_parts, root.parts.size());
    std::vector<IndexEntry> out = std::move(root.index.objects);
    for (const IndexPart& part : root.parts) {
      const Result<std::string> text = readers.fetch("https://sim.invalid/" + part.key.get(), part.size);
      if (!text || sha256_of(std::string_view(*text)) != part.sha256) return std::nullopt;
      const std::vector<IndexEntry> entries = parse_index_part(*text, part).value();
      out.insert(out.end(), entries.begin(), entries.end());
    }
    return out;
  }

  /// S1, S2: whatever left the buffer is named by what is finalized, and its very bytes are in the bucket.
  void check_releases() {
    std::set<Sha256> named;
    if (has_index(desired)) {
      const std::optional<std::vector<IndexEntry>> entries = committed_entries();
      ASSERT_TRUE(entries) << "something was released and no finalized commitment leads to an index";
      for (const IndexEntry& entry : *entries) {
        const auto object = world.bucket.objects.find(entry.key.get());
        ASSERT_NE(object, world.bucket.objects.end())
            << "the committed index names what is not there: " << entry.key.get();
        ASSERT_EQ(object->second.sha256, entry.sha256);
        named.insert(entry.sha256);
      }
    } else {
      for (const auto& [key, object] : world.bucket.objects)
        if (way.strategy == Strategy::kNone || was_committed(object.sha256)) named.insert(object.sha256);
    }
    for (const auto& [content, when] : written) {
      const bool may_have_expired = world.now - when > std::chrono::days(14) - expiry_margin_of(desired);
      if (in_buffer(content) || may_have_expired) continue;
      EXPECT_TRUE(named.contains(sha256_of(std::string_view(content)))) << "lost: " << content;
    }
  }

  /// last-file: each file had its turn in a finalized block.
  bool was_committed(const Sha256& sha256) const {
    for (const auto& entry : world.chain.included)
      if (entry.block <= world.finalized_block() &&
          describe(entry.commitment).find(to_base64url(ByteView(sha256.get()))) != std::string::npos)
        return true;
    return false;
  }

  bool in_buffer(const std::string& content) const {
    for (const auto& [name, file] : world.folder.files)
      if (*file.content == content) return true;
    return false;
  }

  World world;
  Way way;
  Desired desired;
  Account account{13, "5Hotkey"};
  sim::SimStore store{world};
  sim::SimChain chain{world};
  sim::SimBuffer buffer{world};
  sim::SimClock clock{world};
  sim::SimPublicReader readers{world};
  sim::SimJournal journal;
  sim::SimChecker checker;
  sim::SimSigner signer{"5Hotkey"};
  Silent events;
  ObjectStore* store_in_use = &store;
  Chain* chain_in_use = &chain;
  bool judged = true;                      // false where the format is none that the reader here knows
  std::size_t most_parts = 0;              // that any committed index had
  std::map<std::string, Instant> written;  // content, and when it was scraped
};

/// Passes until nothing is left to do. `passes_max` is what L1 promises.
inline void settle(Simulation& simulation, int passes_max) {
  PassResult last;
  int passes = 0;
  do {
    last = simulation.pass();
    ++passes;
  } while (!last.plan.empty() && passes <= passes_max);
  EXPECT_TRUE(last.plan.empty()) << "not converged after " << passes_max << " passes: "
                                 << (last.plan.refusals.empty() ? address_of(last.plan.steps.front().action)
                                                                : last.plan.refusals.front().error.cause);
  EXPECT_TRUE(simulation.world.folder.files.empty());
  simulation.check_releases();
  // S9: nothing more is sent.
  simulation.world.forget_calls();
  simulation.pass();
  EXPECT_TRUE(simulation.world.writes().empty());
}

}  // namespace reconcile::simulation
