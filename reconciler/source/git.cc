#include "reconciler/source/git.h"

#include <filesystem>
#include <utility>

#include "reconciler/base/bytes.h"

namespace reconcile::source {
namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

/// Whatever a repository, a user or a system has set, these win.
Settings settings_for(const Address& address, const Access& access) {
  Settings out{{"core.hooksPath", "/dev/null"},
               {"core.fsmonitor", "false"},
               {"core.askPass", ""},
               {"core.bigFileThreshold", "1m"},  // nothing larger is ever held in memory
               {"core.fsync", "committed,reference"},
               {"credential.helper", ""},
               {"protocol.allow", "never"},
               {"protocol." + address.scheme + ".allow", "always"},
               {"http.followRedirects", "false"},
               {"http.lowSpeedLimit", "1000"},
               {"http.lowSpeedTime", "20"},
               {"transfer.fsckObjects", "true"},
               {"fetch.unpackLimit", "1"},  // one pack a fetch, whose length is bounded
               {"gc.autoDetach", "false"},
               {"maintenance.autoDetach", "false"},
               // The one kind of signature that was asked for; no other program is started.
               {"gpg.program", "/bin/false"},
               {"gpg.x509.program", "/bin/false"},
               {"gpg.ssh.program", "/bin/false"}};
  if (!access.signers.empty()) {
    std::error_code error;
    const Path signers = std::filesystem::absolute(access.signers, error);
    if (std::filesystem::is_directory(signers, error)) {
      out.emplace_back("gpg.program", "gpg");
    } else {
      out.emplace_back("gpg.ssh.program", "ssh-keygen");
      out.emplace_back("gpg.ssh.allowedSignersFile", signers.string());
    }
  }
  if (address.scheme != "https") return out;
  if (!access.ca_file.empty()) out.emplace_back("http.sslCAInfo", access.ca_file.string());
  if (access.token)
    out.emplace_back("http.https://" + address.host + "/.extraHeader",
                     "Authorization: Basic " +
                         to_base64(view_of(access.user + ":" + std::string(access.token->expose()))));
  return out;
}

}  // namespace

Git::Git(Path repository, Path borrowed, const Address& address, const Access& access)
    : repository_(std::move(repository)), environment_(access.environment), cancelled_(access.cancelled) {
  for (const char* fixed :
       {"LC_ALL=C", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_TERMINAL_PROMPT=0",
        "GIT_LITERAL_PATHSPECS=1", "GIT_NO_REPLACE_OBJECTS=1", "GIT_SSH_VARIANT=ssh",
        // Keys, agent and known hosts are those of this user's ssh; a host that it does not know is refused.
        "GIT_SSH_COMMAND=ssh -oBatchMode=yes -oStrictHostKeyChecking=yes -oControlMaster=no "
        "-oConnectTimeout=15"})
    environment_.emplace_back(fixed);
  if (!borrowed.empty())
    environment_.push_back("GIT_ALTERNATE_OBJECT_DIRECTORIES=" + (borrowed / "objects").string());
  std::error_code error;
  if (!access.signers.empty() && std::filesystem::is_directory(access.signers, error))
    environment_.push_back("GNUPGHOME=" + std::filesystem::absolute(access.signers, error).string());
  // By the environment, so that the token stands in no list of processes.
  const Settings settings = settings_for(address, access);
  environment_.push_back("GIT_CONFIG_COUNT=" + std::to_string(settings.size()));
  for (std::size_t at = 0; at < settings.size(); ++at) {
    environment_.push_back("GIT_CONFIG_KEY_" + std::to_string(at) + "=" + settings[at].first);
    environment_.push_back("GIT_CONFIG_VALUE_" + std::to_string(at) + "=" + settings[at].second);
  }
}

Result<ChildEnd> Git::run(const std::vector<std::string>& arguments, Bytes out_max,
                          std::chrono::seconds time_max) const {
  ChildOptions child{.arguments = {"git", "--git-dir=" + repository_.string()},
                     .environment = environment_,
                     .time_max = time_max,
                     .out_max = out_max,
                     .file_max = kHistoryBytesMax,
                     .cancelled = cancelled_};
  child.arguments.insert(child.arguments.end(), arguments.begin(), arguments.end());
  return run_child(child);
}

std::string complaint_of(const ChildEnd& end) {
  std::string line;
  for (std::size_t from = 0; from < end.err.size();) {
    const std::size_t stop = std::min(end.err.find('\n', from), end.err.size());
    const std::string one = end.err.substr(from, stop - from);
    from = stop + 1;
    if (line.empty() || (one.starts_with("fatal: ") && !line.starts_with("fatal: "))) line = one;
  }
  if (line.starts_with("fatal: ")) line.erase(0, 7);
  if (line.size() > 300) line.resize(300);
  for (char& c : line)
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7e) c = '?';
  return line.empty() ? "git ended with code " + std::to_string(end.code) : line;
}

}  // namespace reconcile::source
