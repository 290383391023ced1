#pragma once
// What a pass works with. A dry run is given ReadPorts: the writing half is not there to be called.

#include "reconciler/ports/buffer.h"
#include "reconciler/ports/chain.h"
#include "reconciler/ports/clock.h"
#include "reconciler/ports/events.h"
#include "reconciler/ports/journal.h"
#include "reconciler/ports/object_store.h"
#include "reconciler/ports/signer.h"

namespace reconcile {

class Lease;
struct Swept;
struct Breakers;

/// Facts about the publication's surroundings that no port tells.
struct Site {
  std::string bucket_location;  ///< "r2://sn13-miner-1234"
  Account account;              ///< hotkey empty when no commitment is configured
  std::optional<PriceTable> prices;
  std::vector<std::string> store_notes;
  std::vector<std::string> wallet_notes;
  std::size_t index_inline_max = kIndexInlineMax;  ///< above so many entries an index is stored in parts
  /// Listings at a time of a large bucket; 1 where each walks through all of it, or is called by one thread.
  std::size_t list_parallelism = 1;
  Swept* swept = nullptr;  ///< nullptr: the whole bucket is listed by each pass
  /// Fewer settled objects on end than this are listed all the same: it saves two pages of 1,000, and costs
  /// one request more.
  std::size_t settled_run_min = 2000;
};

struct ReadPorts {
  ObjectReader& store;
  ChainReader* chain;  ///< nullptr: strategy none
  BufferReader& buffer;
  JournalReader& journal;
  Clock& clock;
  SignatureChecker* checker = nullptr;  ///< nullptr: the network has no keys
  Breakers* breakers = nullptr;         ///< nullptr: none that outlives the pass
};

struct WritePorts {
  ObjectStore& store;
  Chain* chain;  ///< nullptr: strategy none
  Buffer& buffer;
  Journal& journal;
  Clock& clock;
  PublicReader& readers;  ///< sees what a reader without credentials sees
  Events& events;
  SignatureChecker* checker = nullptr;  ///< nullptr: the network has no keys
  Signer* signer = nullptr;             ///< nullptr: as above, or nothing is signed but extrinsics
  Lease* lease = nullptr;               ///< nullptr: nothing keeps writers on other machines apart
  Breakers* breakers = nullptr;         ///< nullptr: none that outlives the pass

  ReadPorts reading() { return {store, chain, buffer, journal, clock, checker, breakers}; }
};

}  // namespace reconcile
