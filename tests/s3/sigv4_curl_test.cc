#include "tests/net/http_imposter.h"
#include <map>
#include <memory>
#include <random>

#include <curl/curl.h>
#include <gtest/gtest.h>

#include "reconciler/base/sha256.h"
#include "reconciler/base/units.h"
#include "reconciler/s3/sigv4.h"

// A second opinion: libcurl's own CURLOPT_AWS_SIGV4. libcurl 7.88 signs path and query as they stand in the
// URL and does not sort the query, so both are handed to it as S3 wants them; it leaves the port out of the
// signed host, so Host is stated. Header values with runs of spaces are left out: 7.88 does not fold them.

namespace reconcile::s3 {
namespace {

constexpr const char* kId = "AKIDEXAMPLE";
constexpr const char* kKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

class Dice {
 public:
  explicit Dice(std::uint32_t seed) : engine_(seed) {}
  std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(engine_); }
  std::string text(const std::vector<std::string>& letters, std::size_t length_max) {
    std::string out;
    for (std::size_t i = below(length_max + 1); i > 0; --i) out += letters[below(letters.size())];
    return out;
  }

 private:
  std::mt19937 engine_;
};

const std::vector<std::string> kKeyLetters{"a",  "Z", "0", "-", ".",        "_",           "~", "/",
                                           "//", " ", "+", "=", "&",        "%",           "?", "#",
                                           "$",  ",", ":", "@", "\xC3\xBC", "\xE6\x97\xA5"};
const std::vector<std::string> kValueLetters{"a", "Z", "0", "-", "=", "/", ";", "+"};

struct Drawn {
  SignedParts parts;
  std::string body;
};

Drawn draw(Dice& dice) {
  static const std::vector<std::string> kMethods{"GET", "PUT", "POST", "DELETE", "HEAD"};
  static const std::vector<std::string> kNames{"prefix", "list-type", "uploadId", "partNumber", "lifecycle"};
  Drawn out;
  out.parts.method = kMethods[dice.below(kMethods.size())];
  out.parts.path = "/bucket/k" + dice.text(kKeyLetters, 24);
  std::map<std::string, std::string> query;
  for (std::size_t i = dice.below(4); i > 0; --i)
    query[kNames[dice.below(kNames.size())]] = dice.text(kKeyLetters, 12);
  out.parts.query.assign(query.begin(), query.end());
  for (std::size_t i = dice.below(4); i > 0; --i)
    out.parts.headers.emplace_back("x-amz-meta-" + std::to_string(i),
                                   "v" + dice.text(kValueLetters, 10) + "w");
  if (out.parts.method == "PUT" || out.parts.method == "POST") out.body = dice.text(kValueLetters, 40);
  return out;
}

/// What libcurl sent, as the server saw it.
testing::SeenRequest signed_by_curl(CURL* curl, testing::HttpImposter& server, const Drawn& drawn) {
  curl_easy_reset(curl);
  const std::string query = encoded_query(drawn.parts.query);
  const std::string url = server.url(encoded_path(drawn.parts.path)) + (query.empty() ? "" : "?" + query);
  curl_slist* list = curl_slist_append(nullptr, "Host: bucket.example.com");
  for (const auto& [name, value] : drawn.parts.headers)
    list = curl_slist_append(list, (name + ": " + value).c_str());
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl, CURLOPT_AWS_SIGV4, "aws:amz:eu-west-3:s3");
  curl_easy_setopt(curl, CURLOPT_USERPWD, (std::string(kId) + ":" + kKey).c_str());
  if (!drawn.body.empty()) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(drawn.body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, drawn.body.c_str());
  }
  if (drawn.parts.method == "HEAD")
    curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
  else
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, drawn.parts.method.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
  const CURLcode code = curl_easy_perform(curl);
  curl_slist_free_all(list);
  EXPECT_EQ(code, CURLE_OK);
  return server.last();
}

std::string field(const std::string& authorization, const std::string& name) {
  const auto start = authorization.find(name + "=");
  if (start == std::string::npos) return "absent";
  const auto value = start + name.size() + 1;
  return authorization.substr(value, authorization.find(',', value) - value);
}

TEST(SigV4, AgreesWithLibcurlOnAThousandRandomRequests) {
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), curl_easy_cleanup);
  testing::HttpImposter server([](const testing::SeenRequest&) { return testing::reply(200, ""); });
  Signer signer{Secret(kId), Secret(kKey), "eu-west-3"};
  Dice dice(20261122);
  int with_query = 0, with_body = 0;
  for (int i = 0; i < 1000; ++i) {
    Drawn drawn = draw(dice);
    const testing::SeenRequest seen = signed_by_curl(curl.get(), server, drawn);
    const std::string theirs = seen.headers.at("authorization");

    SignedParts ours = drawn.parts;
    ours.headers.clear();  // exactly those that libcurl signed, with the values that the server saw
    std::string names = field(theirs, "SignedHeaders") + ";";
    for (auto end = names.find(';'); end != std::string::npos; names.erase(0, end + 1), end = names.find(';'))
      ours.headers.emplace_back(names.substr(0, end), seen.headers.at(names.substr(0, end)));
    const auto hash = seen.headers.find("x-amz-content-sha256");
    ours.payload_hash = hash == seen.headers.end() ? to_hex(sha256_of(drawn.body)) : hash->second;
    const std::string date = seen.headers.at("x-amz-date");
    const auto now = parse_time(date.substr(0, 4) + "-" + date.substr(4, 2) + "-" + date.substr(6, 5) + ":" +
                                date.substr(11, 2) + ":" + date.substr(13, 3));
    ASSERT_TRUE(now) << date;
    const std::string mine = signer.authorization(ours, *now);
    ASSERT_EQ(field(mine, "Credential"), field(theirs, "AWS4-HMAC-SHA256 Credential"));
    ASSERT_EQ(field(mine, "SignedHeaders"), field(theirs, "SignedHeaders"));
    ASSERT_EQ(field(mine, "Signature"), field(theirs, "Signature")) << "request " << i << "\n"
                                                                    << canonical_request(ours);
    ASSERT_EQ(field(mine, "Signature").size(), 64u);
    with_query += drawn.parts.query.empty() ? 0 : 1;
    with_body += drawn.body.empty() ? 0 : 1;
  }
  EXPECT_GT(with_query, 500);
  EXPECT_GT(with_body, 200);
}

}  // namespace
}  // namespace reconcile::s3
