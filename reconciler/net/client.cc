#include <mutex>

#include <curl/curl.h>

#include "reconciler/net/http.h"
#include "reconciler/net/roots.h"
#include "reconciler/net/transfer.h"
#include "reconciler/net/url.h"

namespace reconcile::net {
namespace {

// Measured best of 16 KiB to 2 MiB for plain http; TLS does not mind.
constexpr long kUploadBufferBytes = 256 << 10;
constexpr std::uint64_t kCaBytesMax = 16u << 20;

struct FreeHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Handle = std::unique_ptr<CURL, FreeHandle>;

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, FreeList>;

}  // namespace

void init_curl() {
  static const CURLcode done = curl_global_init(CURL_GLOBAL_DEFAULT);
  (void)done;
}

Result<std::string> trusted_certificates(const Path& ca_file) {
  TRY_ASSIGN(std::string extra, read_file(ca_file, Bytes(kCaBytesMax)));
  if (extra.find("-----BEGIN CERTIFICATE-----") == std::string::npos)
    return fail(Fault::kInvalidInput, "caFile " + ca_file.string() + " holds no PEM certificate",
                "name a file with -----BEGIN CERTIFICATE-----");
  const curl_version_info_data* version = curl_version_info(CURLVERSION_NOW);
  if (!version->cainfo) return extra;
  auto system = read_file(version->cainfo, Bytes(kCaBytesMax));
  return system ? *system + "\n" + extra : extra;  // without the system's bundle the extra one still counts
}

namespace {

bool has_control_character(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

Result<List> header_list(const Request& request) {
  List list;
  const auto append = [&list](const std::string& line) {
    curl_slist* grown = curl_slist_append(list.get(), line.c_str());
    if (grown) (void)list.release(), list.reset(grown);
    return grown != nullptr;
  };
  bool ok = request.expect_continue || append("Expect:");
  for (const auto& [name, value] : request.headers) {
    if (name.empty() || has_control_character(name) || has_control_character(value))
      return fail(Fault::kInvalidInput, "a control character in header " + name.substr(0, name.find('\r')),
                  "remove the line break");
    // libcurl's own way to say an empty value is a semicolon.
    ok = ok && append(value.empty() ? name + ";" : name + ": " + value);
  }
  if (!ok) return fail(Fault::kInternal, "out of memory", "free some memory");
  return list;
}

/// Everything that differs from request to request: a handle that was used before remembers the last one.
void set_method(CURL* handle, const Request& request) {
  curl_easy_setopt(handle, CURLOPT_HTTPGET, 1L);  // forgets a body, and that none was wanted
  if (request.body) {
    curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(handle, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request.body->size()));
  }
  const bool head = !request.body && request.method == "HEAD";
  if (head) curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
  curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, head ? nullptr : request.method.c_str());
}

}  // namespace

const std::string* Response::header(std::string_view name) const {
  for (const auto& [each, value] : headers)
    if (each == name) return &value;
  return nullptr;
}

struct Client::Pool {
  ClientOptions options;
  std::string certificates;  ///< PEM; empty: libcurl's default
  std::optional<RateLimit> limit;
  std::once_flag looked;
  std::unique_ptr<Roots> roots;  ///< before the handles: they refer to it
  std::mutex mutex;
  std::vector<Handle> idle;

  /// The handle used last comes first: its connection is the likeliest to be alive still. It keeps its
  /// policy, which is the same for each request: to set it anew costs as much as a small answer.
  Handle borrow() {
    const std::scoped_lock lock(mutex);
    if (idle.empty()) {
      Handle fresh(curl_easy_init());
      if (fresh) set_policy(fresh.get());
      return fresh;
    }
    Handle handle = std::move(idle.back());
    idle.pop_back();
    return handle;
  }
  void give_back(Handle handle) {
    const std::scoped_lock lock(mutex);
    idle.push_back(std::move(handle));
  }

  /// Who never speaks TLS never reads a certificate.
  void trust(CURL* handle) {
    std::call_once(looked, [this] { roots = Roots::load(certificates); });
    if (roots) roots->apply_to(handle);
  }

  void set_policy(CURL* handle) const {
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);
    // One connection a handle: HTTP/2 would add framing and no sharing.
    curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
    if (!certificates.empty()) {
      curl_blob blob{const_cast<char*>(certificates.data()), certificates.size(), CURL_BLOB_NOCOPY};
      curl_easy_setopt(handle, CURLOPT_CAINFO_BLOB, &blob);
    }
    curl_easy_setopt(handle, CURLOPT_USERAGENT, options.user_agent.c_str());
    curl_easy_setopt(handle, CURLOPT_UPLOAD_BUFFERSIZE, kUploadBufferBytes);
    curl_easy_setopt(handle, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(handle, CURLOPT_EXPECT_100_TIMEOUT_MS, 1000L);
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
    curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME,
                     std::max(1L, static_cast<long>(options.stall_timeout.count() / 1000)));
  }
};

Client::Client(std::unique_ptr<Pool> pool) : pool_(std::move(pool)) {}
Client::~Client() = default;

Result<std::unique_ptr<Client>> Client::make(const ClientOptions& options) {
  init_curl();
  auto pool = std::make_unique<Pool>();
  pool->options = options;
  if (options.send_bytes_per_second > 0) pool->limit.emplace(options.send_bytes_per_second);
  if (!options.ca_file.empty()) {
    auto certificates = trusted_certificates(options.ca_file);
    if (!certificates) {
      Error error = within("caFile", std::move(certificates).error());
      error.fault = Fault::kInvalidInput;
      return fail(std::move(error));
    }
    pool->certificates = *std::move(certificates);
  }
  return std::unique_ptr<Client>(new Client(std::move(pool)));
}

Result<Response> Client::send(const Request& request) {
  TRY_ASSIGN(const Url url, parse_url(request.url));
  TRY_ASSIGN(const List headers, header_list(request));
  Handle handle = pool_->borrow();
  if (!handle) return fail(Fault::kInternal, "libcurl has no handle to give", "free some memory");

  char detail[CURL_ERROR_SIZE] = {};
  Transfer transfer{.request = request};
  if (pool_->options.may_connect) transfer.may_connect = &pool_->options.may_connect;
  if (pool_->limit) transfer.limit = &*pool_->limit;
  set_method(handle.get(), request);
  if (url.scheme == "https") pool_->trust(handle.get());
  // Proxies come from the environment as in every other program, but never for this machine itself.
  curl_easy_setopt(handle.get(), CURLOPT_NOPROXY, is_loopback(url.host) ? "*" : nullptr);
  transfer.attach(handle.get());
  curl_easy_setopt(handle.get(), CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(handle.get(), CURLOPT_ERRORBUFFER, detail);
  curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(request.deadline.count()));

  // Without a body there is nothing to rewind, so libcurl could not be stopped from sending it again.
  const bool bodiless = !request.body || request.body->size() == 0;
  curl_easy_setopt(handle.get(), CURLOPT_FRESH_CONNECT, bodiless && !is_repeatable(request) ? 1L : 0L);

  const CURLcode code = curl_easy_perform(handle.get());
  Result<Response> out = code == CURLE_OK || transfer.response.body_cut
                             ? Result<Response>(std::move(transfer.response))
                             : fail(fold(transfer, handle.get(), code, detail, url.origin()));
  pool_->give_back(std::move(handle));
  return out;
}

}  // namespace reconcile::net
