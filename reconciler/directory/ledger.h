#pragma once
// The embedded chain: a local file with one JSON line a commitment.
//
//   {"block":1,"time":"2026-11-22T07:20:14Z","netuid":13,"hotkey":"5F3s…","fields":[{"kind":"Raw","hex":"68"}]}
//
// The block is the line's number, final as soon as it is on disk. Anybody may write here who may write the
// file: no keys, no registration, no budget. A line without its newline is what a crash left of an append: it
// never happened, and the next append cuts it off. Any other line that does not parse is an error, never
// "none".

#include "reconciler/base/files.h"
#include "reconciler/ports/chain.h"
#include "reconciler/ports/clock.h"

namespace reconcile::directory {

/// The reading half: never creates the file. An absent file is block 0 with no commitment.
class LedgerReader final : public ChainReader {
 public:
  explicit LedgerReader(Path file) : file_(std::move(file)) {}
  /// Waits for a write in progress, so that it tells only what is on disk. Reads the whole file, in bounded
  /// memory. kCorrupt names the line.
  Result<ChainView> observe(const Account& account) override;

 private:
  Path file_;
};

class Ledger final : public Chain {
 public:
  /// The clock dates the lines.
  Ledger(Path file, Clock& clock) : file_(std::move(file)), clock_(clock), reader_(file_) {}
  Result<ChainView> observe(const Account& account) override { return reader_.observe(account); }
  /// Appends under a lock and syncs; creates file and folder when they are missing. kInvalidInput: not 1 to 3
  /// fields, a Raw field over 128 bytes, a Sha256 field that is not 32. kUnknownOutcome: the sync failed.
  Result<Inclusion> commit(const Account& account, const Commitment& commitment) override;

 private:
  Path file_;
  Clock& clock_;
  LedgerReader reader_;
};

}  // namespace reconcile::directory
