#include "reconciler/cli/wiring.h"

#include <fmt/core.h>

#include "reconciler/buffer/folder_buffer.h"
#include "reconciler/buffer/folder_reader.h"
#include "reconciler/chain/node/index_signer.h"
#include "reconciler/cli/chains.h"
#include "reconciler/cli/holder.h"
#include "reconciler/cli/site_paths.h"
#include "reconciler/cli/stores.h"
#include "reconciler/cli/system_clock.h"
#include "reconciler/engine/lease.h"
#include "reconciler/journal/sqlite_journal.h"

namespace reconcile::cli {
namespace {

Result<Site> site_of(const Desired& desired) {
  Site out;
  out.bucket_location = location_of(desired.bucket);
  describe_provider(desired.bucket, out);
  if (desired.commitment) {
    TRY_ASSIGN(out.account, account_of(*desired.commitment));
    if (desired.commitment->network != Network::kLedger) {
      TRY_ASSIGN(std::string warning, key_file_warning(desired.commitment->wallet));
      if (!warning.empty()) out.wallet_notes.push_back(std::move(warning));
    }
  }
  return out;
}

/// The ledger knows no keys, and every other strategy puts the digest itself on chain.
bool signs_indexes(const Desired& desired) {
  return strategy_of(desired) == Strategy::kStaticPointer && desired.commitment->network != Network::kLedger;
}

class Reading final : public ReadSite {
 public:
  ReadPorts ports() override { return {*store, chain.get(), *buffer, *journal, clock, checker.get()}; }
  std::unique_ptr<ObjectReader> store;
  std::unique_ptr<ChainReader> chain;
  std::unique_ptr<SignatureChecker> checker;
  std::unique_ptr<JournalReader> journal;
  std::unique_ptr<buffer::FolderReader> buffer;
  SystemClock clock;
};

class Writing final : public WriteSite {
 public:
  explicit Writing(Events& sink) : events(sink) {}
  WritePorts ports() override {
    return {*store,   chain.get(), *buffer,       *journal,     clock,
            *readers, events,      checker.get(), signer.get(), lease.get()};
  }
  Events& events;
  SystemClock clock;
  std::unique_ptr<journal::SqliteJournal> journal;
  std::unique_ptr<ObjectStore> store;
  std::unique_ptr<Lease> lease;
  std::unique_ptr<Chain> chain;
  std::unique_ptr<SignatureChecker> checker;
  std::unique_ptr<Signer> signer;
  std::unique_ptr<buffer::FolderBuffer> buffer;
  std::unique_ptr<PublicReader> readers;
};

}  // namespace

Result<std::unique_ptr<ReadSite>> open_for_reading(const Publication& publication, const Options& options) {
  const Desired& desired = publication.desired;
  auto out = std::make_unique<Reading>();
  TRY_ASSIGN(out->site, site_of(desired));
  TRY_ASSIGN(out->journal, journal::open_journal_read_only(journal_path(desired, options)));
  TRY_ASSIGN(out->store, open_store_reader(publication));
  if (strategy_of(desired) != Strategy::kNone) {
    TRY_ASSIGN(out->chain, open_chain_reader(*desired.commitment, genesis_path(desired, options)));
    if (signs_indexes(desired)) out->checker = std::make_unique<chain::AddressChecker>();
  }
  out->buffer = std::make_unique<buffer::FolderReader>(buffer_options(desired, options), *out->journal);
  return std::unique_ptr<ReadSite>(std::move(out));
}

Result<std::unique_ptr<WriteSite>> open_for_writing(const Publication& publication, const Options& options,
                                                    Events& events) {
  const Desired& desired = publication.desired;
  auto out = std::make_unique<Writing>(events);
  TRY_ASSIGN(out->site, site_of(desired));
  TRY_ASSIGN(out->journal, journal::open_journal(journal_path(desired, options)));
  out->warnings = out->journal->warnings();
  TRY_ASSIGN(OpenStore opened, open_store(publication, *out->journal));
  out->store = std::move(opened.store);
  if (opened.leases)
    out->lease = std::make_unique<Lease>(
        *opened.leases, out->clock,
        Lease::Options{
            .slot = slot_name(desired, out->site), .self = this_process(), .certainly_gone = certainly_gone});
  if (strategy_of(desired) != Strategy::kNone) {
    TRY_ASSIGN(out->chain, open_chain(publication, genesis_path(desired, options), out->clock));
    if (signs_indexes(desired)) {
      out->checker = std::make_unique<chain::AddressChecker>();
      out->signer = std::make_unique<chain::KeySigner>(key_opener(publication));
    }
  }
  TRY_ASSIGN(out->readers, open_public_reader(desired.bucket));
  out->buffer = std::make_unique<buffer::FolderBuffer>(buffer_options(desired, options), *out->journal);
  return std::unique_ptr<WriteSite>(std::move(out));
}

std::string slot_name(const Desired& desired, const Site& site) {
  if (strategy_of(desired) == Strategy::kNone) return site.bucket_location;
  return fmt::format("{} netuid {} {}", network_of(*desired.commitment), site.account.netuid,
                     site.account.hotkey);
}

}  // namespace reconcile::cli
