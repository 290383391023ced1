#include "reconciler/s3/session.h"

#include <charconv>

#include "reconciler/net/http_date.h"

namespace reconcile::s3 {
namespace {

constexpr std::int64_t kRetryAfterSecondsMax = 86'400;

Instant system_now() { return std::chrono::floor<Seconds>(std::chrono::system_clock::now()); }

std::optional<Seconds> retry_after(const net::Response& response) {
  const std::string* text = response.header("retry-after");
  std::int64_t seconds = 0;
  if (!text || std::from_chars(text->data(), text->data() + text->size(), seconds).ec != std::errc() ||
      seconds < 0)
    return std::nullopt;
  return Seconds(std::min(seconds, kRetryAfterSecondsMax));
}

void hide(std::string& text, std::string_view secret) {
  if (secret.empty()) return;
  for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret))
    text.replace(at, secret.size(), "…");
}

}  // namespace

Result<std::unique_ptr<Session>> Session::open(const S3Options& options) {
  const Profile& profile = profile_of(options.provider);
  TRY_ASSIGN(Address address, resolve(profile, {.bucket = options.bucket,
                                                .endpoint = options.endpoint,
                                                .region = options.region,
                                                .addressing = options.addressing,
                                                .allow_http = options.allow_http}));
  if (options.access_key_id.empty() || options.secret_access_key.empty())
    return fail(Fault::kInvalidInput, "an access key id or secret key is empty",
                "fill in bucket.credentials");
  TRY_ASSIGN(auto client, net::Client::make({.ca_file = options.ca_file,
                                             .connect_timeout = options.connect_timeout,
                                             .stall_timeout = options.stall_timeout,
                                             .send_bytes_per_second = options.send_bytes_per_second}));
  return std::unique_ptr<Session>(new Session(options, std::move(address), std::move(client)));
}

Session::Session(const S3Options& options, Address address, std::unique_ptr<net::Client> client)
    : address_(std::move(address)),
      client_(std::move(client)),
      signer_(options.access_key_id, options.secret_access_key, address_.region),
      access_key_id_(options.access_key_id),
      secret_access_key_(options.secret_access_key),
      retry_(options.retry),
      now_(options.now ? options.now : system_now),
      next_seed_(std::random_device()()) {}

Result<net::Response> Session::send_once(const Call& call) {
  const Instant now = now_();
  SignedParts parts{call.method, address_.path_of(call.key), call.query, call.headers, call.payload_hash};
  parts.headers.emplace_back("Host", address_.host);
  parts.headers.emplace_back("x-amz-content-sha256", call.payload_hash);
  parts.headers.emplace_back("x-amz-date", amz_date(now));
  const std::string authorization = signer_.authorization(parts, now);
  const std::string query = encoded_query(call.query);
  net::Request request{.method = call.method,
                       .url = address_.origin + encoded_path(parts.path) + (query.empty() ? "" : "?" + query),
                       .headers = std::move(parts.headers),
                       .body = call.body,
                       .response_bytes_max = call.response_bytes_max,
                       // A server that will refuse us anyway says so before a large body is sent.
                       .expect_continue = call.body && !proven_,
                       .deadline = call.deadline,
                       .progress = call.progress,
                       .repeatable = call.repeatable};
  request.headers.emplace_back("Authorization", authorization);
  count(call.method);
  return client_->send(request);
}

Result<Answer> Session::exchange(const Call& call) {
  Retries retries(retry_, next_seed_++);
  const auto start = std::chrono::steady_clock::now();
  // A large body may take its time and is worth another attempt; a question that hangs is not.
  const auto in_time = [&] {
    return call.body || std::chrono::steady_clock::now() - start < retry_.wait_max;
  };
  bool unknown = false, slowed_down = false;
  for (;;) {
    auto response = send_once(call);
    if (!response) {
      Error error = within(name_of(call), std::move(response).error());
      const bool lost = error.fault == Fault::kUnknownOutcome;
      unknown = unknown || lost;
      const bool may = error.fault == Fault::kTransient || (lost && call.repeatable);
      if (may && in_time() && retries.again(std::nullopt)) continue;
      if (unknown && error.fault == Fault::kTransient) error.fault = Fault::kUnknownOutcome;
      return fail(std::move(error));
    }
    const int status = response->status;
    slowed_down = slowed_down || status == 429 || status == 503;
    Answer answer{*std::move(response), {}, unknown, slowed_down};
    if (answer.ok()) {
      proven_ = true;
      return answer;
    }
    if (auto document = read_error(answer.response.body)) answer.error = scrubbed(*std::move(document));
    const bool maybe_done = status >= 500 && status != 503 && status != 501;
    const bool may = worth_repeating(status, answer.error.code) && (call.repeatable || !maybe_done);
    if (!may || !in_time() || !retries.again(retry_after(answer.response))) return answer;
  }
}

Result<net::Response> Session::call(const Call& call) {
  TRY_ASSIGN(Answer answer, exchange(call));
  if (!answer.ok()) return fail(refusal(call, answer));
  return std::move(answer.response);
}

Error Session::refusal(const Call& call, const Answer& answer) const {
  Refused refused{.what = name_of(call), .status = answer.response.status, .document = answer.error};
  if (const std::string* region = answer.response.header("x-amz-bucket-region"))
    refused.region = region->substr(0, 40);
  if (const std::string* date = answer.response.header("date"))
    if (const auto theirs = net::parse_http_date(*date)) refused.clock_ahead = now_() - *theirs;
  refused.retry_after = retry_after(answer.response);
  refused.repeatable = call.repeatable;
  if (refused.document.request_id.empty())
    if (const std::string* id = answer.response.header("x-amz-request-id"))
      refused.document.request_id = id->substr(0, 80);
  Error out = error_of(refused);
  if (answer.earlier_unknown && (out.fault == Fault::kTransient || out.fault == Fault::kQuota))
    out.fault = Fault::kUnknownOutcome;
  return out;
}

std::string Session::name_of(const Call& call) const {
  return call.verb + " s3://" + address_.bucket + (call.key.empty() ? "" : "/" + call.key);
}

ErrorDocument Session::scrubbed(ErrorDocument document) const {
  for (std::string* text : {&document.code, &document.message, &document.request_id, &document.region}) {
    hide(*text, secret_access_key_.expose());
    hide(*text, access_key_id_.expose());
  }
  return document;
}

void Session::count(const std::string& method) {
  if (method == "GET")
    ++gets_;
  else if (method == "HEAD")
    ++heads_;
  else if (method == "PUT")
    ++puts_;
  else if (method == "POST")
    ++posts_;
  else
    ++deletes_;
}

RequestCounts Session::counts() const { return {gets_, heads_, puts_, posts_, deletes_}; }

}  // namespace reconcile::s3
