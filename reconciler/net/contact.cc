#include "reconciler/net/contact.h"

#include <memory>

#include <curl/curl.h>

#include "reconciler/net/http_date.h"
#include "reconciler/net/transfer.h"
#include "reconciler/net/url.h"

namespace reconcile::net {
namespace {

constexpr int kCertificatesMax = 16;
constexpr std::size_t kNameBytesMax = 200;
constexpr Bytes kTrustBytesMax{16u << 20};
constexpr std::string_view kPemBegin = "-----BEGIN CERTIFICATE-----";

struct FreeHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Handle = std::unique_ptr<CURL, FreeHandle>;

struct Attempt {
  CURLcode code = CURLE_OK;
  std::string detail;
  Handle handle;
};

bool is_address(std::string_view host) {
  return host.starts_with('[') || host.find_first_not_of("0123456789.") == std::string_view::npos;
}

Attempt attempt(const std::string& url, const Url& parsed, const std::string& certificates,
                Milliseconds timeout, bool look_only) {
  Attempt out;
  out.handle = Handle(curl_easy_init());
  CURL* const handle = out.handle.get();
  if (!handle) return {CURLE_OUT_OF_MEMORY, "", nullptr};
  char detail[CURL_ERROR_SIZE] = {};
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, detail);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(handle, CURLOPT_CERTINFO, 1L);
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  // CONNECT_ONLY: nothing is sent over a connection that is only looked at.
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, look_only ? 0L : 1L);
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, look_only ? 0L : 2L);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(timeout.count()));
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
  if (!certificates.empty()) {
    curl_blob blob{const_cast<char*>(certificates.data()), certificates.size(), CURL_BLOB_NOCOPY};
    curl_easy_setopt(handle, CURLOPT_CAINFO_BLOB, &blob);
  }
  if (is_loopback(parsed.host)) curl_easy_setopt(handle, CURLOPT_NOPROXY, "*");
  out.code = curl_easy_perform(handle);
  out.detail = detail;
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, nullptr);  // it dies with this function
  return out;
}

std::vector<Certificate> certificates_of(CURL* handle) {
  std::vector<Certificate> out;
  curl_certinfo* info = nullptr;
  if (curl_easy_getinfo(handle, CURLINFO_CERTINFO, &info) != CURLE_OK || !info) return out;
  for (int i = 0; i < info->num_of_certs && i < kCertificatesMax; ++i) {
    Certificate certificate;
    for (const curl_slist* line = info->certinfo[i]; line; line = line->next) {
      const std::string_view text(line->data);
      const auto value = [&](std::string_view name) -> std::optional<std::string> {
        if (!text.starts_with(name)) return std::nullopt;
        return std::string(text.substr(name.size(), kNameBytesMax));
      };
      if (auto subject = value("Subject:")) certificate.subject = *std::move(subject);
      if (auto issuer = value("Issuer:")) certificate.issuer = *std::move(issuer);
      if (const auto start = value("Start date:")) certificate.not_before = parse_http_date(*start);
      if (const auto end = value("Expire date:")) certificate.not_after = parse_http_date(*end);
    }
    out.push_back(std::move(certificate));
  }
  return out;
}

Contact::Reached reached_by(CURLcode code, CURL* handle) {
  switch (code) {
    case CURLE_OK:
      return Contact::Reached::kTrusted;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_OUT_OF_MEMORY:
      return Contact::Reached::kNothing;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
      return Contact::Reached::kHandshake;
    default:
      break;
  }
  curl_off_t connected = 0, looked_up = 0;  // microseconds; 0: not reached
  curl_easy_getinfo(handle, CURLINFO_CONNECT_TIME_T, &connected);
  curl_easy_getinfo(handle, CURLINFO_NAMELOOKUP_TIME_T, &looked_up);
  if (connected > 0) return Contact::Reached::kConnection;
  return looked_up > 0 || code == CURLE_COULDNT_CONNECT ? Contact::Reached::kName
                                                        : Contact::Reached::kNothing;
}

}  // namespace

Contact contact(const std::string& url, const ContactOptions& options) {
  Contact out;
  init_curl();
  const auto parsed = parse_url(url);
  if (!parsed) {
    out.error = parsed.error();
    return out;
  }
  out.encrypted = parsed->scheme == "https";
  out.by_address = is_address(parsed->host);
  out.host = parsed->authority();
  std::string certificates;
  if (!options.ca_file.empty()) {
    auto trusted = trusted_certificates(options.ca_file);
    if (trusted) certificates = *std::move(trusted);  // else the system's; the file has a check of its own
  }
  const std::string origin = parsed->origin();
  Attempt first = attempt(origin + "/", *parsed, certificates, options.timeout, false);
  if (!first.handle) {
    out.error = Error{Fault::kInternal, "libcurl has no handle to give", "free some memory", {}};
    return out;
  }
  out.reached = reached_by(first.code, first.handle.get());
  char* address = nullptr;
  if (curl_easy_getinfo(first.handle.get(), CURLINFO_PRIMARY_IP, &address) == CURLE_OK && address)
    out.address = address;
  if (first.code == CURLE_OK) {
    out.presented = certificates_of(first.handle.get());
    return out;
  }
  const Request nothing;
  out.error = fold(Transfer{.request = nothing}, first.handle.get(), first.code, first.detail, origin);
  if (out.reached == Contact::Reached::kHandshake) {
    const Attempt second = attempt(origin + "/", *parsed, certificates, options.timeout, true);
    if (second.handle && second.code == CURLE_OK) out.presented = certificates_of(second.handle.get());
  }
  return out;
}

SystemTrust system_trust() {
  SystemTrust out;
  const curl_version_info_data* version = curl_version_info(CURLVERSION_NOW);
  if (version->cainfo) out.file = version->cainfo;
  if (out.file.empty()) return out;
  const auto text = read_file(out.file, kTrustBytesMax);
  if (!text) {
    out.error = text.error();
    return out;
  }
  for (auto at = text->find(kPemBegin); at != std::string::npos; at = text->find(kPemBegin, at + 1))
    ++out.certificates;
  return out;
}

}  // namespace reconcile::net
