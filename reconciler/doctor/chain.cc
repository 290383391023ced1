// The chain: its nodes, the account on it, and what stands there for it.
#include <algorithm>

#include <fmt/core.h>

#include "reconciler/base/units.h"
#include "reconciler/doctor/checks.h"
#include "reconciler/doctor/commitment.h"

namespace reconcile::doctor {
namespace {

constexpr const char* kNode = "chain/node";
constexpr const char* kRegistration = "chain/registration";
constexpr const char* kBudget = "chain/budget";
constexpr const char* kCommitment = "chain/commitment";

/// wss:// and https:// are the same server to a connection that asks nothing.
std::string web_form(const std::string& endpoint) {
  return endpoint.starts_with("ws") ? "http" + endpoint.substr(2) : endpoint;
}

/// True: a node can be asked.
bool look_at_endpoints(const Subject& subject, Findings& findings) {
  std::vector<net::Contact> contacts;
  for (const std::string& endpoint : subject.endpoints)
    contacts.push_back(net::contact(web_form(endpoint), {}));
  if (!judge_contacts("chain", contacts, subject.clock.now(), findings)) {
    for (const char* id : {"chain/clock", kNode})
      findings.hidden(id, {"chain/dns", "chain/tcp", "chain/tls"});
    return false;
  }
  const auto client = net::Client::make({});
  const auto body = net::memory_body(R"({"jsonrpc":"2.0","id":1,"method":"system_health","params":[]})");
  std::optional<Seconds> ahead;
  for (std::size_t i = 0; client && i < contacts.size() && !ahead; ++i)
    if (contacts[i].reached == net::Contact::Reached::kTrusted)
      ahead = clock_ahead(**client,
                          {.method = "POST",
                           .url = web_form(subject.endpoints[i]),
                           .headers = {{"Content-Type", "application/json"}},
                           .body = body.get(),
                           .deadline = net::Milliseconds(20'000),
                           .changes_something = false},
                          subject.clock);
  judge_clock("chain", ahead, findings);
  return true;
}

void judge_registration(const ChainView& view, const Account& account, Findings& findings) {
  if (!view.subnet_exists)
    return findings.fail(kRegistration,
                         fmt::format("netuid {} does not exist on {}", account.netuid, view.network),
                         "check commitment.netuid and commitment.network");
  if (!view.registered)
    return findings.fail(
        kRegistration,
        fmt::format("{} is not registered on netuid {}: the chain refuses its commitments", account.hotkey,
                    account.netuid),
        fmt::format("register the hotkey (btcli subnet register --netuid {}), or name another",
                    account.netuid));
  findings.ok(kRegistration, fmt::format("{} is registered on netuid {}", account.hotkey, account.netuid));
}

void judge_budget(const ChainView& view, Findings& findings) {
  // pallet Commitments, set_commitment: each costs 100 bytes at least.
  constexpr std::uint64_t kCommitMin = 100;
  if (!view.budget) return findings.skip(kBudget, "this chain has no byte budget");
  const CommitBudget& budget = *view.budget;
  const std::uint64_t left = budget.max - std::min(budget.used, budget.max);
  const std::string evidence =
      fmt::format("{} of {} bytes of this epoch are left; it starts anew about {}", print_count(left),
                  print_count(budget.max), print_time(budget.reset_at));
  if (left < kCommitMin)
    return findings.warn(kBudget, evidence,
                         "commits wait until then, and files with them; if this happens each epoch, lengthen "
                         "upload.cadence or stop what else commits with this hotkey");
  findings.ok(kBudget, evidence);
}

std::optional<ChainView> ask(const Subject& subject, Findings& findings) {
  if (!subject.account) {
    findings.skip_on(kNode, "wallet/address", "needs wallet/address: no account is known to ask for");
    return std::nullopt;
  }
  const auto view = (*subject.chain)->observe(*subject.account);
  if (!view) {
    findings.fail(kNode, view.error());
    return std::nullopt;
  }
  std::string evidence =
      fmt::format("{}, block {} is finalized", view->network, print_count(view->finalized_block));
  for (const std::string& note : view->notes) evidence += "; " + note;
  findings.ok(kNode, evidence);
  return *view;
}

}  // namespace

void look_at_chain(const Subject& subject, Findings& findings) {
  const auto nothing = [&](const char* why) {
    for (const std::string_view id : catalogue())
      if (id.starts_with("chain/")) findings.skip(id, why);
  };
  if (strategy_of(subject.desired) == Strategy::kNone) return nothing("nothing is committed");
  const bool ledger = subject.desired.commitment->network == Network::kLedger;
  if (ledger)
    for (const char* id : {"chain/dns", "chain/tcp", "chain/tls", "chain/clock"})
      findings.skip(id, "the ledger is a file on this machine");
  std::optional<ChainView> view;
  if (!subject.chain)
    findings.fail(kNode, subject.chain.error());
  else if (ledger || look_at_endpoints(subject, findings))
    view = ask(subject, findings);
  for (const char* id : {kRegistration, kBudget, kCommitment}) findings.hidden(id, {kNode});
  if (!view) return;
  judge_registration(*view, *subject.account, findings);
  judge_budget(*view, findings);
  judge_commitment(subject, *view, findings);
}

}  // namespace reconcile::doctor
