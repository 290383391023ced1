// Names, connections, certificates, clocks: what is seen of a server before it is trusted with a request.
#include <algorithm>
#include <chrono>

#include <fmt/core.h>

#include "reconciler/base/units.h"
#include "reconciler/doctor/checks.h"
#include "reconciler/net/http_date.h"

namespace reconcile::doctor {
namespace {

using Reached = net::Contact::Reached;

constexpr Seconds kExpirySoon{14 * 86'400};
// S3: "the difference between the request time and the server's time is too large" above 15 minutes (API
// reference, RequestTimeTooSkewed).
constexpr Seconds kSkewMax{15 * 60};
constexpr Seconds kSkewWarn{5 * 60};
constexpr const char* kSetClock = "set this machine's clock (NTP: timedatectl set-ntp true)";

std::string describe(const net::Certificate& certificate) {
  std::string out = fmt::format("{}, issued by {}", certificate.subject, certificate.issuer);
  if (certificate.not_after) out += ", valid until " + print_time(*certificate.not_after);
  return out;
}

/// The certificate of the chain that ends first.
const net::Certificate* first_to_end(const net::Contact& contact) {
  const net::Certificate* out = nullptr;
  for (const net::Certificate& each : contact.presented)
    if (each.not_after && (!out || *each.not_after < *out->not_after)) out = &each;
  return out;
}

struct Line {
  Verdict verdict = Verdict::kOk;
  std::string evidence;
  std::string remedy;
};

Line name_line(const net::Contact& contact) {
  if (contact.by_address) return {Verdict::kSkipped, contact.host + " is an address, not a name", ""};
  if (contact.reached == Reached::kNothing)
    return {Verdict::kFail, contact.error->cause, contact.error->remedy};
  return {Verdict::kOk,
          contact.host + (contact.address.empty() ? " is known" : " is reached at " + contact.address), ""};
}

Line connection_line(const net::Contact& contact) {
  if (contact.reached == Reached::kName || contact.reached == Reached::kNothing)
    return {Verdict::kFail, contact.error->cause, contact.error->remedy};
  return {Verdict::kOk, "connected to " + contact.host, ""};
}

Line certificate_line(const net::Contact& contact, Instant now) {
  if (!contact.encrypted) return {Verdict::kSkipped, contact.host + " is reached without TLS", ""};
  const net::Certificate* own = contact.presented.empty() ? nullptr : &contact.presented.front();
  if (contact.reached != Reached::kTrusted)
    return {Verdict::kFail, contact.error->cause + (own ? "; it shows " + describe(*own) : ""),
            contact.error->remedy};
  const net::Certificate* first = first_to_end(contact);
  if (first && *first->not_after < now + kExpirySoon)
    return {Verdict::kWarn, contact.host + " shows " + describe(*first),
            "renew it on the server: readers and this program refuse it after that"};
  return {Verdict::kOk, contact.host + (own ? " shows " + describe(*own) : " is trusted"), ""};
}

void say(const std::string& id, const Line& line, Findings& findings) {
  switch (line.verdict) {
    case Verdict::kOk:
      return findings.ok(id, line.evidence);
    case Verdict::kWarn:
      return findings.warn(id, line.evidence, line.remedy);
    case Verdict::kFail:
      return findings.fail(id, line.evidence, line.remedy);
    case Verdict::kSkipped:
      return findings.skip(id, line.evidence);
  }
}

bool works(const net::Contact& contact) { return contact.reached == Reached::kTrusted; }

}  // namespace

bool judge_contact(const std::string& group, const net::Contact& contact, Instant now, Findings& findings) {
  const std::string dns = group + "/dns", tcp = group + "/tcp", tls = group + "/tls";
  say(dns, name_line(contact), findings);
  if (!findings.hidden(tcp, {dns})) say(tcp, connection_line(contact), findings);
  if (!findings.hidden(tls, {tcp})) say(tls, certificate_line(contact, now), findings);
  return works(contact);
}

bool judge_contacts(const std::string& group, const std::vector<net::Contact>& contacts, Instant now,
                    Findings& findings) {
  const auto good = std::find_if(contacts.begin(), contacts.end(), works);
  if (good == contacts.end()) {
    // The one that came farthest says most.
    const auto best = std::max_element(contacts.begin(), contacts.end(),
                                       [](const auto& a, const auto& b) { return a.reached < b.reached; });
    return best != contacts.end() && judge_contact(group, *best, now, findings);
  }
  for (const net::Contact& each : contacts) {
    if (works(each)) continue;
    const char* id = each.reached == Reached::kNothing ? "/dns"
                     : each.reached == Reached::kName  ? "/tcp"
                                                       : "/tls";
    findings.warn(group + id, each.error->cause + "; another endpoint works", each.error->remedy);
  }
  return judge_contact(group, *good, now, findings);
}

void judge_clock(const std::string& group, std::optional<Seconds> ahead, Findings& findings) {
  const std::string id = group + "/clock";
  if (!ahead) return findings.skip(id, "the server does not say what time it is");
  const Seconds size(std::abs(ahead->count()));
  const std::string evidence =
      size <= Seconds(1) ? "this machine's clock and the server's agree"
                         : fmt::format("this machine's clock is {} {} the server's", print_duration(size),
                                       ahead->count() < 0 ? "behind" : "ahead of");
  if (size > kSkewMax) return findings.fail(id, evidence + "; S3 accepts 15 minutes", kSetClock);
  if (size > kSkewWarn) return findings.warn(id, evidence + "; S3 accepts 15 minutes", kSetClock);
  findings.ok(id, evidence);
}

std::optional<Seconds> clock_ahead(net::Client& client, const net::Request& request, Clock& clock) {
  const Instant before = clock.now();
  const auto response = client.send(request);
  const Instant after = clock.now();
  if (!response) return std::nullopt;
  const std::string* date = response->header("date");
  const auto theirs = date ? net::parse_http_date(*date) : std::nullopt;
  if (!theirs) return std::nullopt;
  // Between the two moments the server wrote its Date: no difference that this explains is one.
  if (*theirs < before) return before - *theirs;
  if (*theirs > after) return after - *theirs;
  return Seconds(0);
}

}  // namespace reconcile::doctor
