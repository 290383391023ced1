#include "reconciler/manifest/interpolate.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "reconciler/base/utf8.h"

namespace reconcile::manifest {
namespace {

constexpr std::size_t kValueBytesMax = 64 << 10;

bool names_a_secret(std::string_view name) {
  constexpr std::array<std::string_view, 9> kWords{
      "SECRET", "PASSWORD", "PASSPHRASE", "TOKEN", "MNEMONIC", "SEED", "PRIVATE", "ACCESS_KEY", "CREDENTIAL"};
  std::string upper(name);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view word) { return upper.find(word) != std::string::npos; });
}

class Scalar {
 public:
  Scalar(const Environment& environment, std::set<std::string>& used)
      : environment_(environment), used_(used) {}

  Result<std::string> expand(std::string_view text) {
    std::string out;
    while (!text.empty()) {
      const std::size_t dollar = std::min(text.find('$'), text.size());
      out += text.substr(0, dollar);
      text.remove_prefix(dollar);
      if (text.empty()) break;
      if (text.substr(0, 2) == "$$") {
        out += '$';
        text.remove_prefix(2);
        continue;
      }
      const std::size_t end = text.find('}');
      if (text.substr(0, 2) != "${" || end == std::string_view::npos)
        return fail(Fault::kInvalidInput, "a `$` that opens no ${VAR}",
                    "write $$ for a dollar, or ${VAR}, ${VAR:-default}, ${VAR:?why}");
      TRY_ASSIGN(const std::string value, variable(text.substr(2, end - 2)));
      out += value;
      text.remove_prefix(end + 1);
      if (out.size() > kValueBytesMax)
        return fail(Fault::kInvalidInput, "longer than 64 KiB with its variables", "shorten it");
    }
    return out;
  }

 private:
  /// What stands between `${` and `}`.
  Result<std::string> variable(std::string_view text) {
    const std::size_t colon = text.find(':');
    const std::string name(text.substr(0, colon));
    const std::string_view rest = colon == std::string_view::npos ? std::string_view() : text.substr(colon);
    const bool has_default = rest.substr(0, 2) == ":-", has_reason = rest.substr(0, 2) == ":?";
    if (!is_variable_name(name) || (!rest.empty() && !has_default && !has_reason) ||
        text.find("${") != std::string_view::npos)
      return fail(Fault::kInvalidInput, "not of the form ${VAR}, ${VAR:-default} or ${VAR:?why}",
                  "a default and a reason are plain text, without variables and without }");
    if (names_a_secret(name))
      return fail(
          Fault::kInvalidInput, fmt::format("${{{}}} would put a secret into a value", name),
          fmt::format("a secret is given as {{fromEnv: {}}}, where the field takes one; otherwise use a "
                      "variable whose name does not say that it is secret",
                      name));
    used_.insert(name);
    const Secret* value = environment_.find(name);
    if (value && !value->empty()) {
      const std::string_view shown = value->expose();
      if (!is_utf8(shown) ||
          std::any_of(shown.begin(), shown.end(), [](char c) { return c >= 0 && c < 0x20; }))
        return fail(Fault::kInvalidInput, fmt::format("variable {} holds a line break or is not text", name),
                    "give it one line of text");
      return std::string(shown);
    }
    if (has_default) return std::string(rest.substr(2));
    const std::string why = has_reason && rest.size() > 2 ? ": " + std::string(rest.substr(2)) : "";
    return fail(
        Fault::kInvalidInput, fmt::format("variable {} is {}{}", name, value ? "empty" : "not set", why),
        fmt::format("set {0} in the environment, or in the .env beside the manifest, or give a default: "
                    "${{{0}:-…}}",
                    name));
  }

  const Environment& environment_;
  std::set<std::string>& used_;
};

}  // namespace

void interpolate(Node& node, const Source& source, const Environment& environment,
                 std::set<std::string>& used, std::vector<Diagnostic>& errors) {
  if (node.is_scalar() && node.text.find('$') != std::string::npos) {
    auto expanded = Scalar(environment, used).expand(node.text);
    if (expanded) {
      node.interpolated = node.text.find("${") != std::string::npos;
      node.text = *std::move(expanded);
    } else {
      errors.push_back(
          {node.at, {}, expanded.error().cause, expanded.error().remedy, source.excerpt(node.at)});
    }
  }
  for (Node& item : node.items) interpolate(item, source, environment, used, errors);
  for (Member& member : node.members) interpolate(member.value, source, environment, used, errors);
}

}  // namespace reconcile::manifest
