#include "reconciler/net/transfer.h"

#include <algorithm>
#include <cstring>
#include <sys/socket.h>
#include <thread>

namespace reconcile::net {
namespace {

// Bounds on what a peer may make us hold. S3 answers carry about 20 headers and 8 KiB of user metadata.
constexpr std::size_t kHeaderCountMax = 256;
constexpr std::size_t kHeaderBytesMax = 64u << 10;

/// How much of it may be sent now; waits until that is something. 0: asked to stop meanwhile.
std::size_t allowed(Transfer& transfer, std::size_t wanted) {
  constexpr std::chrono::nanoseconds kLook = std::chrono::milliseconds(100);
  if (!transfer.limit || wanted == 0) return wanted;
  for (;;) {
    const RateLimit::Grant grant = transfer.limit->take(wanted, std::chrono::steady_clock::now());
    if (grant.bytes > 0) return grant.bytes;
    std::this_thread::sleep_for(std::min(grant.wait, kLook));
    if (transfer.request.progress && !transfer.request.progress(transfer.sent)) return 0;
  }
}

std::size_t read_body(char* into, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::uint64_t left = transfer.request.body->size() - transfer.sent;
  const std::size_t wanted = std::min<std::uint64_t>(left, size * count);
  const std::size_t most = allowed(transfer, wanted);
  if (most < wanted && most == 0) {
    transfer.cancelled = true;
    return CURL_READFUNC_ABORT;
  }
  auto got = transfer.request.body->read(transfer.sent, {into, most});
  if (!got) {
    transfer.body_error = std::move(got).error();
    return CURL_READFUNC_ABORT;
  }
  transfer.sent += *got;
  transfer.body_begun = transfer.body_begun || *got > 0;
  return *got;
}

/// libcurl sends a request again by itself when a kept-alive connection ended without an answer. What must
/// not happen twice is stopped here.
int rewind_body(void* self, curl_off_t offset, int origin) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (origin != SEEK_SET || offset < 0 || !is_repeatable(transfer.request)) return CURL_SEEKFUNC_FAIL;
  transfer.sent = static_cast<std::uint64_t>(offset);
  return CURL_SEEKFUNC_OK;
}

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::size_t length = size * count;
  std::string& body = transfer.response.body;
  const bool failed = transfer.response.status >= 300;
  if (transfer.request.sink && !failed) {
    const Result<void> taken = transfer.request.sink(transfer.response, {data, length});
    if (taken) return length;
    transfer.sink_error = taken.error();
    return 0;
  }
  const std::uint64_t limit = failed ? kErrorBodyBytesMax : transfer.request.response_bytes_max;
  if (body.size() + length <= limit) {
    body.append(data, length);
    return length;
  }
  if (failed) {
    body.append(data, limit - body.size());
    transfer.response.body_cut = true;
  } else {
    transfer.too_large = true;
  }
  return 0;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

int status_of(std::string_view line) {
  const auto space = line.find(' ');
  int status = 0;
  for (std::size_t i = space + 1; space != std::string_view::npos && i < line.size() && i <= space + 3; ++i) {
    if (line[i] < '0' || line[i] > '9') return 0;
    status = status * 10 + (line[i] - '0');
  }
  return status;
}

std::size_t take_header(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::string_view line(data, size * count);
  if (line.starts_with("HTTP/")) {  // also the second of two answers, after 100 Continue
    transfer.response = Response{.status = status_of(line)};
    return line.size();
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return line.size();
  transfer.header_bytes += line.size();
  if (transfer.header_bytes > kHeaderBytesMax || transfer.response.headers.size() >= kHeaderCountMax) {
    transfer.too_many_headers = true;
    return 0;
  }
  std::string name(trim(line.substr(0, colon)));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  transfer.response.headers.emplace_back(std::move(name), trim(line.substr(colon + 1)));
  return line.size();
}

int watch(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t sent) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (!transfer.request.progress || transfer.request.progress(static_cast<std::uint64_t>(sent))) return 0;
  transfer.cancelled = true;
  return 1;
}

/// libcurl asks once for each address that it is about to try.
curl_socket_t open_socket(void* self, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::optional<IpAddress> ip = ip_of(address->addr);
  if (!ip || !(*transfer.may_connect)(*ip)) {
    transfer.refused = ip.value_or(IpAddress());
    return CURL_SOCKET_BAD;
  }
  transfer.connected_elsewhere = true;
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/// True once any byte of the request went out.
bool was_sent(CURL* handle) {
  long bytes = 0;
  return curl_easy_getinfo(handle, CURLINFO_REQUEST_SIZE, &bytes) == CURLE_OK && bytes > 0;
}

/// The certificate is known, but its time has passed or not yet come.
bool out_of_date(CURL* handle) {
  // X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED: what libcurl hands on of OpenSSL's verdict
  // (X509_STORE_CTX_get_error(3ssl)).
  constexpr long kNotYetValid = 9;
  constexpr long kExpired = 10;
  long verdict = 0;
  curl_easy_getinfo(handle, CURLINFO_SSL_VERIFYRESULT, &verdict);
  return verdict == kNotYetValid || verdict == kExpired;
}

}  // namespace

bool changes_something(const Request& request) {
  return request.changes_something.value_or(request.method != "GET" && request.method != "HEAD");
}

bool is_repeatable(const Request& request) {
  return request.repeatable.value_or(!changes_something(request));
}

void Transfer::attach(CURL* handle) {
  curl_easy_setopt(handle, CURLOPT_READFUNCTION, read_body);
  curl_easy_setopt(handle, CURLOPT_READDATA, this);
  curl_easy_setopt(handle, CURLOPT_SEEKFUNCTION, rewind_body);
  curl_easy_setopt(handle, CURLOPT_SEEKDATA, this);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, watch);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, this);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, request.progress ? 0L : 1L);
  if (!may_connect) return;
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, this);
  curl_easy_setopt(handle, CURLOPT_NOPROXY, "*");
}

Error fold(const Transfer& transfer, CURL* handle, CURLcode code, const std::string& detail,
           const std::string& peer) {
  if (transfer.body_error) return *transfer.body_error;
  if (transfer.sink_error) return *transfer.sink_error;
  if (transfer.refused && !transfer.connected_elsewhere)
    return {Fault::kDenied,
            peer + " leads to " + print_ip(*transfer.refused) + ", a " + name_of(kind_of(*transfer.refused)) +
                " address",
            "nothing was connected to; only addresses of the open internet are"};
  if (transfer.cancelled)
    return {Fault::kCancelled, peer + ": stopped while in flight", "run again to continue"};
  if (transfer.too_large)
    return {Fault::kInvalidInput,
            peer + ": the answer is longer than " + std::to_string(transfer.request.response_bytes_max) +
                " bytes",
            "this is not the expected kind of answer; check the address"};
  if (transfer.too_many_headers)
    return {Fault::kInvalidInput, peer + ": the answer has too many or too long headers",
            "this is not the expected kind of server; check the address"};
  const std::string cause = peer + ": " + (detail.empty() ? curl_easy_strerror(code) : detail);
  const Error unknown{Fault::kUnknownOutcome, cause + " (after the request was begun)",
                      "it may have happened: it is read back before anything is repeated"};
  // A kept-alive connection that dies without an answer makes libcurl connect anew before it asks for the
  // body again: that nobody listens now says nothing about what was sent before.
  if (changes_something(transfer.request) && transfer.body_begun) return unknown;
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return {Fault::kTransient, cause, "check the host name and this machine's DNS"};
    case CURLE_COULDNT_CONNECT:
      return {Fault::kTransient, cause, "check that the server runs, its port, and the firewall"};
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
      if (out_of_date(handle))
        return {
            Fault::kUntrusted, cause,
            "the certificate is out of date: renew it on the server, or set this machine's clock (NTP) if "
            "that is wrong"};
      return {Fault::kUntrusted, cause,
              "the certificate is not trusted: install ca-certificates, or name the server's CA bundle in "
              "`caFile`; if neither helps, someone is in between"};
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return {Fault::kInvalidInput, cause, "write the address as https://host[:port]"};
    case CURLE_OUT_OF_MEMORY:
      return {Fault::kInternal, cause, "free some memory"};
    case CURLE_SSL_CONNECT_ERROR:
      return {Fault::kTransient, cause,
              "check that this port speaks TLS 1.2 or newer, and nothing cuts it off"};
    default:
      break;
  }
  if (changes_something(transfer.request) && was_sent(handle)) return unknown;
  return {Fault::kTransient, cause, "check the connection; it is tried again"};
}

}  // namespace reconcile::net
