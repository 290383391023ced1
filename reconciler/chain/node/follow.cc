#include "reconciler/chain/node/follow.h"

#include <algorithm>
#include <optional>

#include <fmt/core.h>

#include "reconciler/base/units.h"
#include "reconciler/chain/node/answers.h"
#include "reconciler/chain/rpc/answer.h"

namespace reconcile::chain {
namespace {

using Milliseconds = std::chrono::milliseconds;

// Finalized blocks without it before it is handed in again: some two minutes on a chain of 12 s blocks.
constexpr std::uint64_t kBlocksBeforeAgain = 8;

class Follower {
 public:
  Follower(Rpc& rpc, const SignedExtrinsic& extrinsic, const FollowOptions& options)
      : rpc_(rpc),
        extrinsic_(extrinsic),
        options_(options),
        next_(options.first_block),
        handed_in_(options.first_block),
        last_progress_(options.now()) {}

  Result<std::variant<Included, Died>> run() {
    Milliseconds wait{250};
    while (options_.now() - last_progress_ < options_.stall_max) {
      if (!options_.pause(wait)) return unknown("asked to stop");
      wait = std::min(wait * 2, options_.poll_max);
      const Result<bool> settled = look();
      if (!settled) {
        last_error_ = settled.error();
        continue;  // unreachable now; the answer is still there later
      }
      if (included_) return std::variant<Included, Died>(*included_);
      if (*settled) return std::variant<Included, Died>(Died{options_.death});
    }
    return unknown(last_error_ ? last_error_->cause : "no new block was finalized");
  }

 private:
  /// True when the last block of its era was read.
  Result<bool> look() {
    TRY_ASSIGN(const BlockRef head, finalized_head(rpc_));
    last_error_.reset();
    while (next_ <= head.number && next_ < options_.death) {
      TRY_ASSIGN(const BlockHash hash,
                 next_ == head.number ? Result<BlockHash>(head.hash) : block_hash(rpc_, next_));
      TRY_ASSIGN(const std::optional<std::uint32_t> place, place_in_block(rpc_, hash, extrinsic_.bytes));
      last_progress_ = options_.now();
      if (place) {
        included_ = Included{{next_, hash}, *place};
        return true;
      }
      ++next_;
    }
    if (next_ >= options_.death) return true;
    if (next_ >= handed_in_ + kBlocksBeforeAgain) again();
    return false;
  }

  /// Whatever the node says: that it has it, that it came too late, or that it takes it now.
  void again() {
    handed_in_ = next_;
    static_cast<void>(rpc_.submit(hex_of(extrinsic_.bytes)));
  }

  tl::unexpected<Error> unknown(const std::string& why) const {
    return fail(Fault::kUnknownOutcome,
                fmt::format("whether the extrinsic {} is included is not known: {}",
                            hex_of(extrinsic_.hash.get()), why),
                fmt::format("it may still be until block {}; the next pass reads the chain first",
                            print_count(options_.death)));
  }

  Rpc& rpc_;
  const SignedExtrinsic& extrinsic_;
  const FollowOptions& options_;
  std::uint64_t next_;       // the first finalized block not read yet
  std::uint64_t handed_in_;  // `next_` when it was handed in last
  std::chrono::steady_clock::time_point last_progress_;
  std::optional<Included> included_;
  std::optional<Error> last_error_;
};

}  // namespace

Result<std::variant<Included, Died>> follow(Rpc& rpc, const SignedExtrinsic& extrinsic,
                                            const FollowOptions& options) {
  return Follower(rpc, extrinsic, options).run();
}

}  // namespace reconcile::chain
