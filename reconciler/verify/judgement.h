#pragma once
// What a reader finds, and whose fault it is. What the way, the chain or this machine did is never called the
// publisher's fault: then nothing is known, which is a verdict of its own.

#include <string>

#include <tl/expected.hpp>

#include "reconciler/base/result.h"

namespace reconcile::verify {

enum class Verdict {
  kPass,     ///< looked at, and as it should be
  kUnknown,  ///< not judged
  kFail,     ///< certainly wrong, and the publisher's to mend
};

enum class Blame {
  kNobody,
  kPublisher,
  kInfrastructure,  ///< name servers, the way, a server that says so itself (5xx, 429), the chain's nodes
  kReader,  ///< this reader was not told enough (a format, a digest), allows too little, or was stopped
};

/// Stable names for JSON: "pass", "unknown", "fail"; "nobody", "publisher", "infrastructure", "reader".
const char* name_of(Verdict verdict);
const char* name_of(Blame blame);

/// A failure is certain whatever else is unknown; what is unknown keeps the whole from passing.
Verdict worse(Verdict a, Verdict b);

struct Judgement {
  Verdict verdict = Verdict::kPass;
  Blame blame = Blame::kNobody;
  std::string cause;   ///< what and where; of a pass what was compared
  std::string remedy;  ///< what whoever is to blame can do; empty for a pass
  friend bool operator==(const Judgement&, const Judgement&) = default;
};

Judgement passed(std::string cause);
Judgement publishers_fault(std::string cause, std::string remedy);
Judgement not_judged(Blame blame, std::string cause, std::string remedy);
/// Not begun, because the run was asked to end.
Judgement stopped();

template <class T>
using Judged = tl::expected<T, Judgement>;
inline tl::unexpected<Judgement> refuse(Judgement judgement) {
  return tl::unexpected<Judgement>(std::move(judgement));
}

/// An HTTP status other than 200 and other than a redirect that is followed. The publisher's: what says that
/// this reader may not have it or that it is not there (401, 403, 404, 410 and other 4xx), and redirects.
/// Infrastructure: 408, 425, 429, 5xx and anything that is no final answer.
Judgement of_status(int status);

/// No whole answer came from `host`: infrastructure, whatever the certificate or the name server said, for
/// none of that is known to come from the publisher. An address that is not of the open internet is the
/// publisher's only where the URL itself names it.
Judgement of_error(const Error& error, const std::string& host);

/// What the chain, its node or a ledger answered instead of a commitment: never the publisher's.
Judgement of_chain_error(const Error& error);

}  // namespace reconcile::verify
