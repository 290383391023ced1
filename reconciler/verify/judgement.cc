#include "reconciler/verify/judgement.h"

#include <fmt/core.h>

#include "reconciler/net/ip_address.h"
#include "reconciler/net/url.h"

namespace reconcile::verify {
namespace {

constexpr const char* kLater = "verify again later; nothing follows for the publisher";

/// The URL says where: no name server had a hand in it.
bool names_an_address(const std::string& host) { return net::parse_ip(host) || net::is_loopback(host); }

}  // namespace

const char* name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass:
      return "pass";
    case Verdict::kUnknown:
      return "unknown";
    case Verdict::kFail:
      break;
  }
  return "fail";
}

const char* name_of(Blame blame) {
  switch (blame) {
    case Blame::kNobody:
      return "nobody";
    case Blame::kPublisher:
      return "publisher";
    case Blame::kInfrastructure:
      return "infrastructure";
    case Blame::kReader:
      break;
  }
  return "reader";
}

Verdict worse(Verdict a, Verdict b) { return a > b ? a : b; }

Judgement passed(std::string cause) { return {Verdict::kPass, Blame::kNobody, std::move(cause), ""}; }

Judgement publishers_fault(std::string cause, std::string remedy) {
  return {Verdict::kFail, Blame::kPublisher, std::move(cause), std::move(remedy)};
}

Judgement not_judged(Blame blame, std::string cause, std::string remedy) {
  return {Verdict::kUnknown, blame, std::move(cause), std::move(remedy)};
}

Judgement stopped() {
  return not_judged(Blame::kReader, "not begun: this run was asked to stop", "verify again");
}

Judgement of_status(int status) {
  std::string cause = fmt::format("HTTP {}", status);
  if (status == 401 || status == 403)
    return publishers_fault(cause + " to a reader without credentials",
                            "make the bucket publicly readable; where it is, the object is gone (S3 answers "
                            "403 then too, unless everybody may list): publish it again");
  if (status == 404 || status == 410)
    return publishers_fault(
        cause + ": not there",
        "publish it again: what a commitment names must stay until another takes its place");
  if (status >= 500 || status == 429 || status == 408 || status == 425)
    return not_judged(Blame::kInfrastructure, std::move(cause), kLater);
  if (status >= 400)
    return publishers_fault(cause + " to a plain GET", "check bucket.publicUrl with curl from elsewhere");
  if (status >= 300)
    return publishers_fault(cause + ": a redirect that no reader has to follow",
                            "commit the address that it leads to");
  return not_judged(Blame::kInfrastructure, cause + ": no whole answer", kLater);
}

Judgement of_error(const Error& error, const std::string& host) {
  switch (error.fault) {
    case Fault::kDenied:
      if (names_an_address(host))
        return publishers_fault(error.cause, "commit an address that readers elsewhere can reach");
      return not_judged(Blame::kInfrastructure, error.cause + " as names are resolved here",
                        "ask another name server; if it says the same, it is the publisher's fault");
    case Fault::kCancelled:
    case Fault::kDiskFull:
    case Fault::kInternal:
      return not_judged(Blame::kReader, error.cause, error.remedy);
    default:
      return not_judged(Blame::kInfrastructure, error.cause, kLater);
  }
}

Judgement of_chain_error(const Error& error) {
  return not_judged(error.fault == Fault::kInvalidInput ? Blame::kReader : Blame::kInfrastructure,
                    error.cause, error.remedy);
}

}  // namespace reconcile::verify
