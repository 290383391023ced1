#include "reconciler/chain/rpc/endpoints.h"

#include <algorithm>
#include <optional>

#include "reconciler/base/bytes.h"
#include "reconciler/chain/rpc/failures.h"
#include "reconciler/chain/rpc/health.h"
#include "reconciler/chain/rpc/reply.h"
#include "reconciler/chain/rpc/transport.h"

namespace reconcile::chain {
namespace {

using nlohmann::json;

constexpr std::int64_t kMethodNotFound = -32601;  // JSON-RPC 2.0 section 5.1
constexpr std::int64_t kInternalError = -32603;
constexpr Bytes kSmallAnswerMax{64u << 10};
constexpr CallLimits kSubmitLimits{.answer_max = kSmallAnswerMax};
constexpr const char* kCheckNetwork = "check spec.commitment.network, endpoints and genesisHash";

struct Endpoint {
  std::unique_ptr<Transport> transport;
  Health health;
  bool proven = false;  ///< block 0 was compared on this connection
};

struct Question {
  std::string_view method;
  const json& params;
  Bytes answer_max;
};

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

bool is_hash(std::string_view text) {
  return text.size() == 66 && text.starts_with("0x") && from_hex(text.substr(2)).has_value();
}

std::string named(const std::string& genesis) {
  return genesis + (genesis == kFinneyGenesis ? " (finney)" : genesis == kTestGenesis ? " (test)" : "");
}

TimePoint steady_now() { return std::chrono::steady_clock::now(); }

class Endpoints final : public Rpc {
 public:
  Endpoints(std::vector<Endpoint> endpoints, std::string expected_genesis, std::function<TimePoint()> now)
      : endpoints_(std::move(endpoints)), genesis_(std::move(expected_genesis)), now_(std::move(now)) {}

  Result<json> ask(std::string_view method, const json& params, const CallLimits& limits) override;
  Result<RpcAnswer> submit(std::string_view extrinsic_hex) override;
  Result<std::string> genesis() override;
  std::vector<std::string> notes() const override;

 private:
  /// Calls `attempt(endpoint, its deadline)` in order until one gives a value or kUnknownOutcome.
  template <class Attempt>
  Result<RpcAnswer> first_of(std::string_view method, TimePoint deadline, Attempt attempt);
  template <class Step>
  Result<RpcAnswer> on_connection(Endpoint& endpoint, TimePoint deadline, Step step);
  Result<RpcAnswer> exchange(Endpoint& endpoint, const Question& question, TimePoint deadline, bool changes);
  Result<RpcAnswer> compare_genesis(Endpoint& endpoint, TimePoint deadline);
  std::vector<std::size_t> order(Failures& failures) const;

  std::vector<Endpoint> endpoints_;
  std::string genesis_;  ///< empty until it is known
  std::string learned_from_;
  std::function<TimePoint()> now_;
  std::size_t current_ = 0;
  std::uint64_t last_id_ = 0;
  bool proven_ever_ = false;
};

Result<json> Endpoints::ask(std::string_view method, const json& params, const CallLimits& limits) {
  const Question question{method, params, limits.answer_max};
  std::string origin;
  auto answer = first_of(method, steady_now() + limits.deadline, [&](Endpoint& endpoint, TimePoint deadline) {
    origin = endpoint.transport->origin();
    return on_connection(endpoint, deadline, [&]() -> Result<RpcAnswer> {
      if (!endpoint.proven) TRY(compare_genesis(endpoint, deadline));
      TRY_ASSIGN(RpcAnswer got, exchange(endpoint, question, deadline, false));
      if (got.error && got.error->code == kInternalError)
        return fail(Fault::kTransient, origin + ": " + describe(*got.error), "check that node's log");
      return got;
    });
  });
  if (!answer) return fail(std::move(answer).error());
  if (!answer->error) return std::move(answer->result);
  const bool unknown = answer->error->code == kMethodNotFound;
  return fail(unknown ? Fault::kUnsupported : Fault::kTransient,
              std::string(method) + ": " + origin + ": " + describe(*answer->error),
              unknown ? "name a node that offers this method" : "it is asked again; check the node");
}

Result<RpcAnswer> Endpoints::submit(std::string_view extrinsic_hex) {
  const json params = json::array({extrinsic_hex});
  const Question question{"author_submitExtrinsic", params, kSubmitLimits.answer_max};
  const TimePoint end = steady_now() + kSubmitLimits.deadline;
  return first_of(question.method, end, [&](Endpoint& endpoint, TimePoint deadline) -> Result<RpcAnswer> {
    // A question before each submission: a kept connection that died in silence is found by what may be
    // repeated, and nothing is handed to a node that changed its network meanwhile.
    TRY(on_connection(endpoint, deadline, [&] { return compare_genesis(endpoint, deadline); }));
    TRY_ASSIGN(RpcAnswer answer, exchange(endpoint, question, end, true));
    if (answer.error && answer.error->code == kInternalError)
      return fail(Fault::kUnknownOutcome, endpoint.transport->origin() + ": " + describe(*answer.error),
                  "it may have happened: it is read back before anything is repeated");
    return answer;
  });
}

Result<std::string> Endpoints::genesis() {
  if (proven_ever_) return genesis_;
  TRY(first_of("chain_getBlockHash", steady_now() + CallLimits{}.deadline,
               [&](Endpoint& endpoint, TimePoint deadline) {
                 return on_connection(endpoint, deadline,
                                      [&] { return compare_genesis(endpoint, deadline); });
               }));
  return genesis_;
}

std::vector<std::string> Endpoints::notes() const {
  std::vector<std::string> out;
  if (!learned_from_.empty())
    out.push_back("genesis " + named(genesis_) + " learned from " + learned_from_ +
                  "; write it as spec.commitment.genesisHash to be sure of the network");
  for (const Endpoint& each : endpoints_)
    if (const Error* trouble = each.health.trouble())
      out.push_back((each.health.is_unusable() ? "never used again: " : "asked last for a while: ") +
                    trouble->cause);
  return out;
}

std::vector<std::size_t> Endpoints::order(Failures& failures) const {
  const TimePoint now = now_();
  std::vector<const Health*> all;
  for (const Endpoint& each : endpoints_) {
    all.push_back(&each.health);
    if (each.health.is_unusable())
      failures.add(*each.health.trouble());
    else if (const Seconds left = each.health.wait_left(now); left > Seconds(0))
      failures.add(
          {Fault::kQuota,
           each.transport->origin() + " asked to wait, " + std::to_string(left.count()) + " s are left",
           "it is asked again after that"});
  }
  return order_of(all, current_, now);
}

template <class Attempt>
Result<RpcAnswer> Endpoints::first_of(std::string_view method, TimePoint deadline, Attempt attempt) {
  Failures failures;
  const std::vector<std::size_t> order = this->order(failures);
  for (std::size_t i = 0; i < order.size(); ++i) {
    Endpoint& endpoint = endpoints_[order[i]];
    const TimePoint now = steady_now();
    const auto share = std::max(deadline - now, TimePoint::duration(0)) / static_cast<int>(order.size() - i);
    Result<RpcAnswer> answer = attempt(endpoint, now + share);
    if (answer) {
      endpoint.health.worked();
      current_ = order[i];
      return answer;
    }
    // Another network was noted already, for good.
    if (!endpoint.health.is_unusable())
      endpoint.health.failed(answer.error(), endpoint.transport->asked_to_wait(), now_());
    endpoint.proven = false;
    if (answer.error().fault == Fault::kUnknownOutcome)
      return fail(within(std::string(method), std::move(answer).error()));
    failures.add(std::move(answer).error());
  }
  return fail(failures.sum(method));
}

/// `step` on a connection to `endpoint`; once more on a new one when a kept one turned out to be dead.
template <class Step>
Result<RpcAnswer> Endpoints::on_connection(Endpoint& endpoint, TimePoint deadline, Step step) {
  for (bool again = false;; again = true) {
    TRY_ASSIGN(const Link link, endpoint.transport->connect(deadline));
    if (link == Link::kNew) endpoint.proven = false;
    Result<RpcAnswer> out = step();
    const bool died = !out && out.error().fault == Fault::kTransient && link == Link::kKept &&
                      !endpoint.transport->connected();
    if (!died || again || steady_now() >= deadline) return out;
  }
}

Result<RpcAnswer> Endpoints::exchange(Endpoint& endpoint, const Question& question, TimePoint deadline,
                                      bool changes) {
  const std::uint64_t id = ++last_id_;
  TRY_ASSIGN(const std::string text, request_text(id, question.method, question.params));
  return endpoint.transport->exchange({.id = id,
                                       .text = text,
                                       .answer_max = question.answer_max,
                                       .deadline = deadline,
                                       .changes_something = changes});
}

Result<RpcAnswer> Endpoints::compare_genesis(Endpoint& endpoint, TimePoint deadline) {
  const std::string& origin = endpoint.transport->origin();
  const json params = json::array({0});
  TRY_ASSIGN(RpcAnswer answer,
             exchange(endpoint, {"chain_getBlockHash", params, kSmallAnswerMax}, deadline, false));
  if (answer.error)
    return fail(Fault::kTransient, origin + ": does not tell its genesis: " + describe(*answer.error),
                "check that node");
  if (!answer.result.is_string() || !is_hash(answer.result.get_ref<const std::string&>()))
    return fail(Fault::kCorrupt, origin + ": its genesis is no hash",
                "check that the address is a Substrate node's");
  const std::string theirs = lower(answer.result.get<std::string>());
  if (genesis_.empty()) {
    genesis_ = theirs;
    learned_from_ = origin;
  } else if (theirs != genesis_) {
    const std::string ours = learned_from_.empty() ? "expected is " : learned_from_ + " has ";
    Error error{
        Fault::kInvalidInput,
        origin + " is on another network: its genesis is " + named(theirs) + ", " + ours + named(genesis_),
        kCheckNetwork};
    endpoint.health.unusable(error);
    return fail(std::move(error));
  }
  endpoint.proven = proven_ever_ = true;
  return answer;
}

}  // namespace

Result<std::unique_ptr<Rpc>> connect(const RpcOptions& options) {
  if (options.endpoints.empty() || options.endpoints.size() > kEndpointsMax)
    return fail(Fault::kInvalidInput, std::to_string(options.endpoints.size()) + " endpoints are given",
                "write one to 16 of them");
  if (!options.expected_genesis.empty() && !is_hash(options.expected_genesis))
    return fail(Fault::kInvalidInput, "the genesis hash is none", "write 0x and 64 hex digits");
  const std::function<TimePoint()> now = options.now ? options.now : steady_now;
  std::vector<Endpoint> endpoints;
  for (const std::string& url : options.endpoints) {
    TRY_ASSIGN(auto transport, make_transport(url, {.ca_file = options.ca_file, .now = now}));
    endpoints.push_back({.transport = std::move(transport)});
  }
  return std::unique_ptr<Rpc>(
      std::make_unique<Endpoints>(std::move(endpoints), lower(options.expected_genesis), now));
}

}  // namespace reconcile::chain
