#include "tests/s3/rgw_server.h"

#include "tests/net/http_imposter.h"
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reconciler/s3/store.h"

extern char** environ;

namespace reconcile::s3::testing {
namespace {

constexpr int kPortTries = 3;  // a free port may be taken by another before the server binds it

int run_script(const std::string& script, const std::vector<std::string>& settings) {
  std::vector<std::string> storage(settings);
  for (char** each = environ; *each; ++each) storage.emplace_back(*each);
  std::vector<char*> environment;
  for (std::string& each : storage) environment.push_back(each.data());
  environment.push_back(nullptr);
  const std::string path = std::string(SOURCE_DIR) + "/tests/tools/rgw/" + script;
  std::string shell = "bash", file = path;
  char* arguments[] = {shell.data(), file.data(), nullptr};
  pid_t pid = 0;
  if (::posix_spawnp(&pid, "bash", nullptr, nullptr, arguments, environment.data()) != 0) return -1;
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string at(const char* scheme, int port) {
  return std::string(scheme) + "://127.0.0.1:" + std::to_string(port);
}

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "no S3 server for these tests: %s\n", why.c_str());
  std::exit(1);
}

}  // namespace

std::unique_ptr<RgwServer> RgwServer::start(std::string& why) {
  std::unique_ptr<RgwServer> out(new RgwServer);
  std::string folder = (std::filesystem::temp_directory_path() / "reconcile-rgw-XXXXXX").string();
  if (!::mkdtemp(folder.data())) {
    why = "no temporary folder";
    return nullptr;
  }
  out->folder_ = folder;
  int code = 0;
  for (int attempt = 0; attempt < kPortTries; ++attempt) {
    out->port_ = reconcile::testing::refused_port();
    out->tls_port_ = reconcile::testing::refused_port();
    code = run_script(
        "up.sh", {"RGW_DIR=" + folder, "RGW_PORT=" + std::to_string(out->port_),
                  "TLS_PORT=" + std::to_string(out->tls_port_),
                  "MON_PORT=" + std::to_string(reconcile::testing::refused_port()), "AK=" + out->access_key_,
                  "SK=" + out->secret_key_, "RGW_OWNER=" + std::to_string(::getpid())});
    if (code == 0) return out;
    if (code == 3) break;  // not installed
  }
  why = "tests/tools/rgw/up.sh ended with " + std::to_string(code);
  return nullptr;
}

RgwServer::~RgwServer() {
  if (folder_.empty()) return;
  run_script("down.sh", {"RGW_DIR=" + folder_.string()});
}

RgwServer& RgwServer::shared() {
  static const std::unique_ptr<RgwServer> server = [] {
    std::string why;
    auto started = start(why);
    if (!started) give_up(why);
    return started;
  }();
  return *server;
}

std::string RgwServer::endpoint() const { return at("http", port_); }
std::string RgwServer::tls_endpoint() const { return at("https", tls_port_); }

S3Options RgwServer::options(const std::string& bucket) const {
  S3Options out;
  out.provider = Provider::kCeph;
  out.bucket = bucket;
  out.endpoint = endpoint();
  out.access_key_id = Secret(access_key_);
  out.secret_access_key = Secret(secret_key_);
  return out;
}

std::string RgwServer::make_bucket() {
  const std::string name = "bucket-" + std::to_string(++buckets_);
  auto store = open_s3(options(name));
  if (!store) give_up(store.error().cause);
  if (auto made = (*store)->create_bucket(); !made) give_up(made.error().cause);
  return name;
}

}  // namespace reconcile::s3::testing
