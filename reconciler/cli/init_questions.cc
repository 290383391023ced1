#include "reconciler/cli/init_questions.h"

#include <algorithm>
#include <charconv>
#include <functional>

#include <fmt/core.h>

#include "reconciler/base/units.h"
#include "reconciler/cli/import_wish.h"
#include "reconciler/cli/provider_table.h"
#include "reconciler/s3/address.h"

namespace reconcile::cli {
namespace {

/// Says what is wrong with an answer; empty: nothing.
using Check = std::function<std::string(const std::string&)>;

constexpr const char* kNone = "none";
constexpr const char* kProviders[] = {"r2", "b2", "aws", "wasabi", "minio", "ceph", "s3", "directory"};
constexpr const char* kNetworks[] = {"finney", "test", "local", "ledger"};

Check one_of(const char* const* begin, const char* const* end) {
  return [begin, end](const std::string& answer) -> std::string {
    std::string words;
    for (const char* const* word = begin; word != end; ++word) {
      if (answer == *word) return "";
      words += (words.empty() ? "" : ", ") + std::string(*word);
    }
    return "one of " + words;
  };
}

std::string something(const std::string& answer) { return answer.empty() ? "this has no default" : ""; }

std::string https(const std::string& answer) {
  return answer.starts_with("https://") || answer.starts_with("http://") ? "" : "it begins with https://";
}

std::optional<int> netuid_from(const std::string& answer) {
  int number = -1;
  const auto [end, error] = std::from_chars(answer.data(), answer.data() + answer.size(), number);
  if (error != std::errc() || end != answer.data() + answer.size() || number < 0 || number > 65535)
    return std::nullopt;
  return number;
}

/// The variable's value where the option was not given.
std::string told_of(const std::string& option, const manifest::Environment& environment,
                    const char* variable) {
  const Secret* found = option.empty() ? environment.find(variable) : nullptr;
  return found ? std::string(found->expose()) : option;
}

class Questions {
 public:
  Questions(Options& told, const manifest::Environment& environment, Console& console)
      : place_(told.importing), init_(told.init), environment_(environment), console_(console) {}

  Result<void> bucket() {
    if (place_.provider.empty() && place_.path.empty() && endpoint().empty()) {
      console_.say("info", providers_text());
      TRY(ask(place_.provider, "Provider", "r2", one_of(std::begin(kProviders), std::end(kProviders))));
    }
    const Provider provider = provider_of(place_, endpoint());
    if (provider == Provider::kDirectory) return folder();
    if (told_of(place_.bucket, environment_, "S3_BUCKET").empty())
      TRY(ask(place_.bucket, "Bucket's name", "", something));
    TRY(where(provider));
    std::string exists;
    if (!init_.create) {
      static constexpr const char* kAnswers[] = {"yes", "no"};
      TRY(ask(exists, "Does the bucket exist (no: the first pass creates it)", "yes",
              one_of(std::begin(kAnswers), std::end(kAnswers))));
      init_.create = exists == "no";
    }
    return {};
  }

  Result<void> retention() {
    if (init_.expire_after > Seconds(0)) return {};
    std::string typed;
    TRY(ask(typed, "Delete objects after (14d; never)", "never",
            [](const std::string& answer) -> std::string {
              if (answer == "never") return "";
              const Result<Seconds> read = parse_duration(answer);
              return read ? "" : read.error().remedy;
            }));
    if (typed != "never") init_.expire_after = *parse_duration(typed);
    return {};
  }

  Result<void> buffer() {
    if (place_.buffer != ImportOptions().buffer) return {};
    std::string typed;
    TRY(ask(typed, "Folder of the finished files", place_.buffer.string(), something));
    place_.buffer = typed;
    return {};
  }

  Result<void> commitment() {
    if (place_.netuid < 0) {
      std::string typed;
      TRY(ask(typed, "Subnet of the commitment (its netuid, or none)", "13", [](const std::string& answer) {
        return answer == kNone || netuid_from(answer) ? "" : "a number up to 65535, or none";
      }));
      if (typed == kNone) return {};
      place_.netuid = *netuid_from(typed);
    }
    if (place_.network.empty() && place_.nodes.empty() && place_.ledger.empty())
      TRY(ask(place_.network, "Network", "finney", one_of(std::begin(kNetworks), std::end(kNetworks))));
    if (place_.network == "ledger" && place_.ledger.empty()) {
      std::string typed;
      TRY(ask(typed, "File of the ledger", "./ledger.jsonl", something));
      place_.ledger = typed;
    }
    if (place_.wallet.empty()) TRY(ask(place_.wallet, "Wallet", "default", something));
    if (place_.hotkey.empty()) TRY(ask(place_.hotkey, "Hotkey", "default", something));
    return {};
  }

  Result<void> readers() {
    if (place_.netuid < 0 || !told_of(place_.public_url, environment_, "S3_PUBLIC_URL").empty()) return {};
    const Provider provider = provider_of(place_, endpoint());
    if (provider == Provider::kDirectory) return {};  // readers may be on this machine
    return ask(place_.public_url, "Address where readers fetch", likely_public_url(provider), https);
  }

 private:
  std::string endpoint() const { return told_of(place_.endpoint, environment_, "S3_ENDPOINT"); }

  Result<void> folder() {
    if (!place_.path.empty()) return {};
    std::string typed;
    TRY(ask(typed, "Folder that is the bucket", "./bucket", something));
    place_.path = typed;
    return {};
  }

  Result<void> where(Provider provider) {
    if (!endpoint().empty()) return {};
    if (provider == Provider::kR2) {
      std::string account_id;
      TRY(ask(account_id, "Account id", "", wrong_account_id));
      place_.endpoint = r2_endpoint(account_id);
      return {};
    }
    const s3::Profile& profile = s3::profile_of(provider);
    if (profile.endpoint_form.empty())
      return ask(place_.endpoint, "Endpoint (https://… of the S3 API)", "", https);
    if (!told_of(place_.region, environment_, "S3_REGION").empty()) return {};
    return ask(place_.region, fmt::format("Region ({})", profile.endpoint_form), std::string(profile.region),
               something);
  }

  /// The bucket's own address, where making it public is all that readers need.
  std::string likely_public_url(Provider provider) const {
    const s3::Profile& profile = s3::profile_of(provider);
    if (!profile.public_by_endpoint) return "";
    const Result<s3::Address> address =
        s3::resolve(profile, {.bucket = told_of(place_.bucket, environment_, "S3_BUCKET"),
                              .endpoint = endpoint(),
                              .region = told_of(place_.region, environment_, "S3_REGION"),
                              .allow_http = place_.allow_http});
    return address ? address->origin + address->base_path : "";
  }

  Result<void> ask(std::string& out, const std::string& question, const std::string& fallback,
                   const Check& wrong_with) {
    const std::string shown =
        fallback.empty() ? question + ": " : fmt::format("{} [{}]: ", question, fallback);
    while (true) {
      const std::optional<std::string> typed = console_.answer(shown);
      if (!typed) return fail(Fault::kCancelled, "nobody answered", "nothing was written");
      const std::string answer = typed->empty() ? fallback : *typed;
      const std::string wrong = wrong_with(answer);
      if (wrong.empty()) {
        out = answer;
        return {};
      }
      console_.say("info", "  " + wrong);
    }
  }

  ImportOptions& place_;
  InitOptions& init_;
  const manifest::Environment& environment_;
  Console& console_;
};

}  // namespace

std::vector<std::string> missing_of(const Options& told, const manifest::Environment& environment) {
  const ImportOptions& place = told.importing;
  const std::string endpoint = told_of(place.endpoint, environment, "S3_ENDPOINT");
  if (place.provider.empty() && place.path.empty() && endpoint.empty()) return {"--provider NAME"};
  const Provider provider = provider_of(place, endpoint);
  std::vector<std::string> out;
  if (provider == Provider::kDirectory) {
    if (place.path.empty()) out.emplace_back("--path DIR");
    return out;
  }
  if (told_of(place.bucket, environment, "S3_BUCKET").empty()) out.emplace_back("--bucket NAME");
  const bool by_region = !s3::profile_of(provider).endpoint_form.empty();
  if (endpoint.empty()) {
    if (provider == Provider::kR2) {
      out.emplace_back("--account-id ID");
    } else if (!by_region) {
      out.emplace_back("--endpoint URL");
    } else if (told_of(place.region, environment, "S3_REGION").empty()) {
      out.emplace_back("--region REGION");
    }
  }
  if (place.netuid >= 0 && told_of(place.public_url, environment, "S3_PUBLIC_URL").empty())
    out.emplace_back("--public-url URL");
  return out;
}

Result<void> ask_for_missing(Options& told, const manifest::Environment& environment, Console& console) {
  Questions questions(told, environment, console);
  TRY(questions.bucket());
  TRY(questions.retention());
  TRY(questions.buffer());
  TRY(questions.commitment());
  return questions.readers();
}

}  // namespace reconcile::cli
