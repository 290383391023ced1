#include "reconciler/net/url.h"

#include <memory>

#include <curl/curl.h>

namespace reconcile::net {
namespace {

constexpr std::size_t kUrlBytesMax = 8192;

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using UrlHandle = std::unique_ptr<CURLU, FreeUrl>;

std::string part(CURLU* url, CURLUPart which) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, 0) != CURLUE_OK || !text) return {};
  std::string out(text);
  curl_free(text);
  return out;
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

tl::unexpected<Error> not_a_url(const std::string& why) {
  return fail(Fault::kInvalidInput, "not a usable URL: " + why, "write it as https://host[:port]/path");
}

}  // namespace

std::string Url::authority() const {
  const int own = scheme == "https" ? 443 : 80;
  return port == 0 || port == own ? host : host + ":" + std::to_string(port);
}

std::string Url::origin() const { return scheme + "://" + authority(); }

Result<Url> parse_url(std::string_view text) {
  if (text.size() > kUrlBytesMax) return not_a_url("longer than 8,192 bytes");
  for (const char c : text)
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7f) return not_a_url("a space or control character");
  const UrlHandle url(curl_url());
  if (!url) return fail(Fault::kInternal, "out of memory", "free some memory");
  // PATH_AS_IS: S3 keys may hold ./ and ../ and must not be tidied.
  const CURLUcode code = curl_url_set(url.get(), CURLUPART_URL, std::string(text).c_str(),
                                      CURLU_NON_SUPPORT_SCHEME | CURLU_PATH_AS_IS);
  if (code != CURLUE_OK) return not_a_url(curl_url_strerror(code));
  Url out;
  out.scheme = lower(part(url.get(), CURLUPART_SCHEME));
  if (out.scheme != "http" && out.scheme != "https") return not_a_url("the scheme is neither http nor https");
  out.host = lower(part(url.get(), CURLUPART_HOST));
  if (out.host.empty()) return not_a_url("no host");
  const std::string port = part(url.get(), CURLUPART_PORT);
  out.port = port.empty() ? 0 : std::stoi(port);
  out.path = part(url.get(), CURLUPART_PATH);
  if (out.path.empty()) out.path = "/";
  out.query = part(url.get(), CURLUPART_QUERY);
  out.has_user = !part(url.get(), CURLUPART_USER).empty() || !part(url.get(), CURLUPART_PASSWORD).empty();
  return out;
}

Result<std::string> resolve_url(const std::string& base, const std::string& location) {
  if (location.size() > kUrlBytesMax) return not_a_url("longer than 8,192 bytes");
  const UrlHandle url(curl_url());
  if (!url || curl_url_set(url.get(), CURLUPART_URL, base.c_str(), 0) != CURLUE_OK ||
      curl_url_set(url.get(), CURLUPART_URL, location.c_str(), 0) != CURLUE_OK)
    return not_a_url("a redirect that does not resolve");
  return part(url.get(), CURLUPART_URL);
}

bool is_loopback(std::string_view host) {
  constexpr std::string_view kLocalhost = "localhost";
  if (host == "[::1]" || host == kLocalhost || host.ends_with(".localhost")) return true;
  if (!host.starts_with("127.")) return false;
  int dots = 0;
  for (const char c : host) {
    if (c == '.')
      ++dots;
    else if (c < '0' || c > '9')
      return false;
  }
  return dots == 3;
}

}  // namespace reconcile::net
