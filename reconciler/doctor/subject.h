#pragma once
// What is looked at: one publication, and the adapters that serve it.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "reconciler/manifest/diagnostic.h"
#include "reconciler/model/desired.h"
#include "reconciler/ports/buffer.h"
#include "reconciler/ports/chain.h"
#include "reconciler/ports/clock.h"
#include "reconciler/ports/journal.h"
#include "reconciler/ports/lease.h"
#include "reconciler/ports/object_store.h"
#include "reconciler/ports/signer.h"
#include "reconciler/s3/store.h"

namespace reconcile::doctor {

/// The bucket's adapter. `writing` and `leases` are used for the probe alone, all else goes through
/// `reading`.
struct Bucket {
  ObjectReader* reading = nullptr;
  ObjectStore* writing = nullptr;
  LeaseStore* leases = nullptr;
  s3::Session* session = nullptr;  ///< nullptr: no S3 server
};

/// The `.env` that was read.
struct EnvFile {
  Path path;                                 ///< empty: there is none
  std::vector<std::string> git_environment;  ///< PATH=… and HOME=…, for git
};

/// Everything that is referred to must outlive the look. Nothing here has been contacted yet.
struct Subject {
  const Desired& desired;
  std::vector<manifest::Diagnostic> warnings;  ///< the manifest's own
  EnvFile env_file;
  Path journal_file;
  std::string location;   ///< "r2://name"
  Result<Bucket> bucket;  ///< an error: credentials that are not there, an endpoint that is none
  Result<PublicReader*> readers;
  std::vector<std::string> endpoints;  ///< of the chain
  Result<Account> account;
  Path key_file;               ///< of the hotkey
  Result<ChainReader*> chain;  ///< nullptr: nothing is committed
  SignatureChecker* checker = nullptr;
  BufferReader& buffer;
  Result<JournalReader*> journal;
  Clock& clock;
};

}  // namespace reconcile::doctor
