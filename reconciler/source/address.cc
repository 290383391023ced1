#include "reconciler/source/address.h"

#include <algorithm>
#include <string_view>

namespace reconcile::source {
namespace {

constexpr std::size_t kAddressBytesMax = 2000;
constexpr const char* kShape =
    "write git+https://host/repository.git//folder?ref=main, git+ssh://… or git+file:///…";

tl::unexpected<Error> wrong(const std::string& what) {
  return fail(Fault::kInvalidInput, "--source: " + what, kShape);
}

bool is_plain(std::string_view text, std::string_view more) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           more.find(c) != std::string_view::npos;
  });
}

/// Between slashes: not empty, neither an option nor a way up.
bool has_plain_parts(std::string_view path) {
  for (;;) {
    const std::size_t cut = path.find('/');
    const std::string_view part = path.substr(0, cut);
    if (part.empty() || part.starts_with('-') || part == "." || part == "..") return false;
    if (cut == std::string_view::npos) return true;
    path.remove_prefix(cut + 1);
  }
}

/// What git check-ref-format refuses, and a little more.
bool is_ref(std::string_view ref) {
  return ref.size() <= 200 && is_plain(ref, "._/-") && has_plain_parts(ref) &&
         ref.find("..") == std::string_view::npos && ref.find("/.") == std::string_view::npos &&
         !ref.starts_with('.') && !ref.ends_with('.') && !ref.ends_with(".lock");
}

Result<std::string> read_query(std::string_view query) {
  constexpr std::string_view kName = "ref=";
  if (!query.starts_with(kName)) return wrong("behind ? stands ref=NAME, and nothing else");
  const std::string ref(query.substr(kName.size()));
  if (!is_ref(ref)) return wrong("ref= is not the name of a branch");
  const bool is_hash = (ref.size() == 40 || ref.size() == 64) &&
                       ref.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (is_hash) return wrong("ref= names a commit; a branch is followed, or a tag as refs/tags/NAME");
  return ref == "HEAD" || ref.starts_with("refs/") ? ref : "refs/heads/" + ref;
}

Result<std::string> read_host(const std::string& scheme, std::string authority) {
  if (scheme == "file") {
    if (!authority.empty()) return wrong("git+file:// is followed by a path: git+file:///srv/ops.git");
    return std::string();
  }
  const std::size_t at = authority.rfind('@');
  if (at != std::string::npos) {
    const std::string user = authority.substr(0, at);
    if (scheme != "ssh" || user.find(':') != std::string::npos)
      return fail(
          Fault::kInvalidInput, "--source: credentials do not belong in an address",
          "put the token into RECONCILE_SOURCE_TOKEN or a file that RECONCILE_SOURCE_TOKEN_FILE names");
    if (user.empty() || user.starts_with('-') || !is_plain(user, "._-")) return wrong("no name before the @");
    authority.erase(0, at + 1);
  }
  const std::size_t colon = authority.find(':');
  const std::string name = authority.substr(0, colon);
  const bool port = colon == std::string::npos ||
                    (colon + 1 < authority.size() && colon + 7 > authority.size() &&
                     authority.find_first_not_of("0123456789", colon + 1) == std::string::npos);
  if (name.empty() || name.starts_with('-') || name.starts_with('.') || !is_plain(name, ".-") || !port)
    return wrong("no host behind " + scheme + "://");
  return authority;
}

}  // namespace

Result<Address> parse_address(const std::string& text) {
  Address out;
  out.shown = text;
  if (text.size() > kAddressBytesMax) return wrong("too long");
  std::string_view rest = text;
  for (const char* scheme : {"https", "ssh", "file"}) {
    const std::string prefix = "git+" + std::string(scheme) + "://";
    if (!rest.starts_with(prefix)) continue;
    out.scheme = scheme;
    rest.remove_prefix(prefix.size());
    break;
  }
  if (out.scheme.empty()) return wrong("begins with none of git+https://, git+ssh:// and git+file://");
  out.ref = "HEAD";
  if (const std::size_t cut = rest.find('?'); cut != std::string_view::npos) {
    TRY_ASSIGN(out.ref, read_query(rest.substr(cut + 1)));
    rest = rest.substr(0, cut);
  }
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  const std::string authority(rest.substr(0, slash));
  TRY_ASSIGN(out.host, read_host(out.scheme, authority));
  rest.remove_prefix(slash);
  if (const std::size_t cut = rest.find("//"); cut != std::string_view::npos) {
    std::string_view path = rest.substr(cut + 2);
    if (path.ends_with('/')) path.remove_suffix(1);
    out.path = path;
    if (!path.empty() && (!is_plain(path, "._~+@-/") || !has_plain_parts(path)))
      return wrong("what stands behind // is no path inside of a repository");
    rest = rest.substr(0, cut);
  }
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.size() < 2 || !is_plain(rest, "._~/+@:%-") || !has_plain_parts(rest.substr(1)))
    return wrong("no path of a repository");
  out.url = out.scheme + "://" + authority + std::string(rest);
  return out;
}

}  // namespace reconcile::source
