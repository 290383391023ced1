#include "reconciler/manifest/environment.h"

#include <algorithm>
#include <optional>

#include <fmt/core.h>

#include "reconciler/base/utf8.h"

extern char** environ;

namespace reconcile::manifest {
namespace {

constexpr Bytes kEnvFileBytesMax{64 << 10};
constexpr Bytes kSecretFileBytesMax{64 << 10};

std::string_view trimmed(std::string_view text) {
  const std::size_t from = text.find_first_not_of(" \t\r");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\r") - from + 1);
}

/// The value in quotes at the start of `text`; nothing when they never close or something follows them.
std::optional<std::string> quoted(std::string_view text) {
  const char quote = text.front();
  std::string out;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == quote) {
      const std::string_view rest = trimmed(text.substr(i + 1));
      if (rest.empty() || rest.front() == '#') return out;
      return std::nullopt;
    }
    if (quote == '"' && text[i] == '\\' && i + 1 < text.size()) {
      const char c = text[++i];
      if (c == 'n')
        out += '\n';
      else if (c == 't')
        out += '\t';
      else if (c == '"' || c == '\\' || c == '$')
        out += c;
      else
        return std::nullopt;
      continue;
    }
    out += text[i];
  }
  return std::nullopt;
}

std::optional<std::string> value_of(std::string_view text) {
  if (!text.empty() && (text.front() == '"' || text.front() == '\'')) return quoted(text);
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == '#' && (i == 0 || text[i - 1] == ' ' || text[i - 1] == '\t')) text = text.substr(0, i);
  return std::string(trimmed(text));
}

}  // namespace

Environment Environment::of_process() {
  Environment out;
  for (char** entry = environ; entry && *entry; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    out.set(std::string(text.substr(0, equals)), Secret(std::string(text.substr(equals + 1))));
  }
  return out;
}

const Secret* Environment::find(const std::string& name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? nullptr : &found->second;
}

Environment Environment::with(const Environment& file) const {
  Environment out = *this;
  for (const auto& [name, value] : file.values_) out.values_.emplace(name, value);
  return out;
}

bool is_variable_name(std::string_view name) {
  if (name.empty() || name.size() > 200 || (name[0] >= '0' && name[0] <= '9')) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

Result<Environment> parse_env(std::string_view text, const std::string& name) {
  Environment out;
  if (text.size() > kEnvFileBytesMax.get() || !is_utf8(text) || text.find('\0') != std::string_view::npos)
    return fail(Fault::kInvalidInput, name + ": over 64 KiB, or no UTF-8 text", "write lines of KEY=VALUE");
  if (text.substr(0, 3) == "\xef\xbb\xbf") text.remove_prefix(3);
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    if (line.substr(0, 7) == "export ") line = trimmed(line.substr(7));
    const std::size_t equals = line.find('=');
    const std::string_view key = trimmed(line.substr(0, std::min(equals, line.size())));
    if (equals == std::string_view::npos || !is_variable_name(key))
      return fail(Fault::kInvalidInput, fmt::format("{}:{}: not KEY=VALUE", name, number),
                  "write a name of letters, digits and _, then =, then the value");
    std::optional<std::string> value = value_of(trimmed(line.substr(equals + 1)));
    if (!value)
      return fail(Fault::kInvalidInput,
                  fmt::format("{}:{}: the quotes of {} do not end the line", name, number, key),
                  "close the quotes; within \"…\" write \\\" for a quote and \\\\ for a backslash");
    out.set(std::string(key), Secret(*std::move(value)));
  }
  return out;
}

Result<Environment> read_env_file(const Path& path) {
  TRY_ASSIGN(const std::string text, read_file(path, kEnvFileBytesMax));
  const Secret wiped_afterwards(text);
  return parse_env(wiped_afterwards.expose(), path.string());
}

Result<Secret> resolve(const SecretRef& reference, const Environment& environment) {
  switch (reference.source) {
    case SecretRef::Source::kNone:
      return Secret();
    case SecretRef::Source::kEnvironment: {
      const Secret* value = environment.find(reference.name);
      if (value && !value->empty()) return *value;
      return fail(
          Fault::kInvalidInput, fmt::format("variable {} is {}", reference.name, value ? "empty" : "not set"),
          fmt::format("set {} in the environment, or in the .env beside the manifest", reference.name));
    }
    case SecretRef::Source::kFile: {
      TRY_ASSIGN(std::string text, read_file(reference.name, kSecretFileBytesMax));
      if (!text.empty() && text.back() == '\n') text.pop_back();
      Secret out(std::move(text));
      if (out.empty())
        return fail(Fault::kInvalidInput, reference.name + ": the secret's file is empty",
                    "write the secret into it");
      return out;
    }
  }
  return Secret();
}

}  // namespace reconcile::manifest
