#pragma once
// What each class of fault leads to: one table for the loop's waits, exit codes, condition reasons and metric
// labels. ARCHITECTURE.md shows it, and a test compares the two.

#include <array>
#include <string>

#include "reconciler/base/result.h"

namespace reconcile {

/// How a pass ends that met this fault, as far as the process's exit code is concerned.
enum class ExitShare {
  kError,    ///< 1
  kPartial,  ///< 3: it goes on by itself, later
  kSignal,   ///< 130 or 143: by the signal that asked to stop
};

struct FaultPolicy {
  Fault fault = Fault::kInternal;  ///< the metric label is name_of(fault)
  /// The first wait is drawn from as many retryIntervals, the next from twice that, …, never from more than a
  /// cadence. 0: no wait of its own.
  int retry_intervals = 1;
  bool needs_human = false;  ///< Stalled: tried again all the same, but nothing here can mend it
  ExitShare exit = ExitShare::kError;
  /// Nobody answers, or not as whom we take it for: after a few in a row the peer is left alone for a while.
  bool opens_breaker = false;
  const char* reason = "";  ///< of the condition Ready; `*` stands for Bucket, Chain, Buffer or Local
};

inline constexpr std::size_t kFaults = 15;
const std::array<FaultPolicy, kFaults>& fault_policies();
const FaultPolicy& policy_of(Fault fault);

/// "bucket/…", "objects/…" and "index/…" are the Bucket's, "chain/…" the Chain's, "buffer/…" the Buffer's;
/// anything else (journal, lock, wallet) is Local.
std::string domain_name_of(const std::string& address);

/// The condition's reason for a fault at an address: "ChainUnavailable", "CredentialsRejected", ….
std::string reason_of(Fault fault, const std::string& address);

}  // namespace reconcile
