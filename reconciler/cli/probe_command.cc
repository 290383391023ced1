// status --probe: whether a running loop is alive, for a container's health check.

#include <fmt/core.h>

#include "reconciler/cli/commands.h"
#include "reconciler/cli/loop_address.h"
#include "reconciler/net/http.h"
#include "reconciler/report/display.h"

namespace reconcile::cli {
namespace {

constexpr std::chrono::milliseconds kAskMax{5'000};  // the listener's own limit for an answer
constexpr std::uint64_t kAnswerBytesMax = 64 << 10;  // a line

Result<std::string> ask(const std::string& url) {
  TRY_ASSIGN(const std::unique_ptr<net::Client> client, net::Client::make({}));
  net::Request request{.url = url, .response_bytes_max = kAnswerBytesMax, .deadline = kAskMax};
  Result<net::Response> response = client->send(request);
  if (!response)
    return fail(response.error().fault, response.error().cause,
                "is `reconcile --loop --listen` running there, and not stuck? its log says more");
  if (response->status == 200) return std::move(response->body);
  return fail(Fault::kTransient,
              fmt::format("{}: HTTP {}: {}", url, response->status, visible(response->body)),
              "the loop does not move: its log says what it did last; start it anew");
}

}  // namespace

ExitCode probe_command(const Options& options, Console& console) {
  const Result<std::string> address = loop_url(options.loop_address, "/healthz");
  if (!address) {
    console.error(address.error());
    return kUsage;
  }
  const Result<std::string> said = ask(*address);
  if (!said) {
    console.error(said.error());
    return kError;
  }
  console.out(visible(said->substr(0, said->find('\n'))) + "\n");
  return kOk;
}

}  // namespace reconcile::cli
