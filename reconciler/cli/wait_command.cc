// status --wait: asks a running loop how it stands, until it is Ready.

#include <algorithm>
#include <chrono>
#include <map>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "reconciler/base/bytes.h"
#include "reconciler/base/units.h"
#include "reconciler/cli/commands.h"
#include "reconciler/cli/loop_address.h"
#include "reconciler/cli/system_clock.h"
#include "reconciler/model/json_fields.h"
#include "reconciler/model/status_events.h"
#include "reconciler/net/http.h"
#include "reconciler/report/display.h"

namespace reconcile::cli {
namespace {

constexpr std::uint64_t kAnswerBytesMax = 64ull << 20;  // hundreds of publications with all their history
constexpr std::size_t kEventsShown = 5;
constexpr std::size_t kPublicationsMax = 100'000;
constexpr std::chrono::milliseconds kBetween{500};
constexpr std::chrono::milliseconds kAskMax{10'000};

/// What the loop says of one publication.
struct Said {
  std::string name;
  std::string digest;     ///< of the manifest that is in force there
  bool observed = false;  ///< a pass has ended since that manifest came into force
  bool ready = false;
  std::string why;
  std::vector<std::string> events;  ///< the last few; none where an older loop says nothing of them
};

std::string line_of(const JsonFields& event) {
  const std::uint64_t count = event.count("count");
  std::string out = fmt::format("{}  {}  {}: {}", event.text("last"), event.text("reason"),
                                event.text("address"), event.text("message"));
  if (count > 1) out += fmt::format(" ({} times since {})", count, event.text("first"));
  return out;
}

Result<std::vector<Said>> read_status(const std::string& text) {
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  std::optional<Error> error;
  std::vector<Said> out;
  const JsonFields document(json, "status", error);
  if (document.text("kind") != "Status") document.refuse("kind", "is not \"Status\"");
  document.each("publications", kPublicationsMax, [&](const JsonFields& publication) {
    Said said{publication.text("name"),
              publication.text("manifestDigest"),
              false,
              false,
              "it says nothing of Ready",
              {}};
    said.observed = publication.count("observedGeneration") >= publication.count("generation");
    publication.each("conditions", 100, [&](const JsonFields& condition) {
      if (condition.text("type") != "Ready") return;
      said.ready = condition.text("status") == "True";
      said.why = condition.text("reason") + ": " + condition.text("message");
    });
    if (publication.has("events"))
      publication.each("events", kStatusEventsMax, [&](const JsonFields& event) {
        if (said.events.size() < kEventsShown) said.events.push_back(line_of(event));
      });
    out.push_back(std::move(said));
  });
  constexpr std::string_view kReadersWord = "plan: ";  // JsonFields speaks of what it was first made for
  if (error && error->cause.starts_with(kReadersWord)) error->cause.erase(0, kReadersWord.size());
  if (error) return fail(*std::move(error));
  return out;
}

class Wait {
 public:
  Wait(const Options& options, const std::vector<Publication>& publications, net::Client& client,
       std::string url)
      : options_(options), publications_(publications), client_(client), url_(std::move(url)) {}

  /// What is still missing, by publication; empty: all are Ready.
  std::map<std::string, std::string> look() {
    answer_.clear();
    const std::string loop = "the loop at " + options_.loop_address;
    net::Request request{.url = url_, .response_bytes_max = kAnswerBytesMax, .deadline = kAskMax};
    const Result<net::Response> response = client_.send(request);
    if (!response) return {{loop, response.error().cause}};
    if (response->status != 200) return {{loop, fmt::format("answers HTTP {}", response->status)}};
    const Result<std::vector<Said>> said = read_status(response->body);
    if (!said) return {{loop, "what answers there is no status: " + said.error().cause}};
    answer_ = response->body;
    return publications_.empty() ? all(*said) : named(*said);
  }
  const std::vector<std::string>& lines() const { return lines_; }
  const std::string& answer() const { return answer_; }

 private:
  std::map<std::string, std::string> all(const std::vector<Said>& said) {
    std::map<std::string, std::string> out;
    lines_.clear();
    if (said.empty()) out.emplace("the loop", "it looks after nothing");
    for (const Said& one : said) take(one, out);
    return out;
  }

  /// Ready with an older manifest is not what was asked for.
  std::map<std::string, std::string> named(const std::vector<Said>& said) {
    std::map<std::string, std::string> out;
    lines_.clear();
    for (const Publication& publication : publications_) {
      const std::string& name = publication.desired.name;
      const auto found =
          std::find_if(said.begin(), said.end(), [&](const Said& one) { return one.name == name; });
      if (found == said.end())
        out.emplace(name, "the loop does not look after it");
      else if (found->digest != "sha256:" + to_hex(publication.desired.digest))
        out.emplace(name, "the loop has another manifest of this name in force");
      else
        take(*found, out);
    }
    return out;
  }

  void take(const Said& said, std::map<std::string, std::string>& missing) {
    if (said.ready && said.observed) {
      lines_.push_back(said.name + ": Ready: " + said.why);
      for (const std::string& event : said.events) lines_.push_back("  " + event);
    } else
      missing.emplace(said.name, said.ready ? "no pass has ended since its manifest changed" : said.why);
  }

  const Options& options_;
  const std::vector<Publication>& publications_;
  net::Client& client_;
  std::string url_;
  std::vector<std::string> lines_;
  std::string answer_;
};

}  // namespace

ExitCode wait_command(const Options& options, const std::vector<Publication>& publications,
                      Console& console) {
  const Result<std::string> url = loop_url(options.loop_address, "/api/v1/status");
  if (!url) {
    console.error(url.error());
    return kUsage;
  }
  const Result<std::unique_ptr<net::Client>> client = net::Client::make({});
  if (!client) {
    console.error(client.error());
    return kError;
  }
  Wait wait(options, publications, **client, *url);
  const auto deadline = std::chrono::steady_clock::now() + options.wait_timeout;
  for (;;) {
    const std::map<std::string, std::string> missing = wait.look();
    if (missing.empty()) {
      if (options.output == Output::kJson) console.out(wait.answer());
      if (options.output != Output::kJson)
        for (const std::string& line : wait.lines()) console.out(visible(line) + "\n");
      return kOk;
    }
    if (std::chrono::steady_clock::now() >= deadline) {
      for (const auto& [name, why] : missing)
        console.error({Fault::kTransient,
                       visible(fmt::format("{}: not Ready after {}: {}", name,
                                           print_duration(options.wait_timeout), why)),
                       "is `reconcile --loop --listen` running there? its log says more"});
      return kError;
    }
    if (!wait_for(kBetween)) return static_cast<ExitCode>(128 + stop_signal());
  }
}

}  // namespace reconcile::cli
