#include "reconciler/s3/sigv4.h"

#include <algorithm>

#include "reconciler/base/bytes.h"
#include "reconciler/base/percent.h"
#include "reconciler/base/sha256.h"
#include "reconciler/base/units.h"

namespace reconcile::s3 {
namespace {

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

/// Without spaces at the ends, and with single ones inside.
std::string tidy(std::string_view value) {
  std::string out;
  for (const char c : value) {
    const bool space = c == ' ' || c == '\t';
    if (space && (out.empty() || out.back() == ' ')) continue;
    out.push_back(space ? ' ' : c);
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

Pairs sorted_headers(const Pairs& headers) {
  Pairs out;
  out.reserve(headers.size());
  for (const auto& [name, value] : headers) out.emplace_back(lower(name), tidy(value));
  std::sort(out.begin(), out.end());
  return out;
}

std::string names_of(const Pairs& sorted) {
  std::string out;
  for (const auto& [name, value] : sorted) out += (out.empty() ? "" : ";") + name;
  return out;
}

std::string hmac(std::string_view key, std::string_view message) {
  const Sha256 digest = hmac_sha256(view_of(key), view_of(message));
  return std::string(text_of(digest.get()));
}

}  // namespace

std::string encoded_path(std::string_view path) { return percent_encode(path, true); }

std::string encoded_query(const Pairs& query) {
  Pairs encoded;
  encoded.reserve(query.size());
  for (const auto& [name, value] : query)
    encoded.emplace_back(percent_encode(name, false), percent_encode(value, false));
  std::sort(encoded.begin(), encoded.end());
  std::string out;
  for (const auto& [name, value] : encoded) out += (out.empty() ? "" : "&") + name + "=" + value;
  return out;
}

std::string canonical_request(const SignedParts& parts) {
  const Pairs headers = sorted_headers(parts.headers);
  std::string out = parts.method + "\n" + encoded_path(parts.path) + "\n" + encoded_query(parts.query) + "\n";
  for (const auto& [name, value] : headers) out += name + ":" + value + "\n";
  return out + "\n" + names_of(headers) + "\n" + parts.payload_hash;
}

std::string string_to_sign(std::string_view canonical, Instant now, std::string_view scope) {
  return "AWS4-HMAC-SHA256\n" + amz_date(now) + "\n" + std::string(scope) + "\n" +
         to_hex(sha256_of(canonical));
}

std::string amz_date(Instant now) {
  std::string out = print_time(now);  // 2013-05-24T00:00:00Z
  std::erase_if(out, [](char c) { return c == '-' || c == ':'; });
  return out;
}

Signer::Signer(Secret access_key_id, Secret secret_access_key, std::string region, std::string service)
    : access_key_id_(std::move(access_key_id)),
      secret_access_key_(std::move(secret_access_key)),
      region_(std::move(region)),
      service_(std::move(service)) {}

Secret Signer::key_for(const std::string& day) {
  const std::scoped_lock lock(mutex_);
  if (cached_day_ != day) {
    std::string first = "AWS4";
    first += secret_access_key_.expose();
    const Secret start(std::move(first));
    const Secret of_day(hmac(start.expose(), day));
    const Secret of_region(hmac(of_day.expose(), region_));
    const Secret of_service(hmac(of_region.expose(), service_));
    cached_key_ = Secret(hmac(of_service.expose(), "aws4_request"));
    cached_day_ = day;
  }
  return cached_key_;
}

std::string Signer::authorization(const SignedParts& parts, Instant now) {
  const std::string day = amz_date(now).substr(0, 8);
  const std::string scope = day + "/" + region_ + "/" + service_ + "/aws4_request";
  const std::string text = string_to_sign(canonical_request(parts), now, scope);
  const std::string signature = to_hex(view_of(hmac(key_for(day).expose(), text)));
  std::string out = "AWS4-HMAC-SHA256 Credential=";
  out += access_key_id_.expose();
  return out + "/" + scope + ",SignedHeaders=" + names_of(sorted_headers(parts.headers)) +
         ",Signature=" + signature;
}

}  // namespace reconcile::s3
