#include "reconciler/model/key_template.h"

#include <algorithm>
#include <array>

#include <fmt/chrono.h>
#include <fmt/core.h>

#include "reconciler/base/bytes.h"
#include "reconciler/base/utf8.h"

namespace reconcile {
namespace {

// S3: an object key has at most 1,024 bytes of UTF-8 (API reference, "Object key naming guidelines").
constexpr std::size_t kKeyBytesMax = 1024;
constexpr std::array<std::string_view, 10> kNames{"yyyy", "mm",  "dd",   "hh",     "name",
                                                  "stem", "ext", "path", "sha256", "sha8"};

tl::unexpected<Error> bad_template(std::string_view text, std::size_t at, const std::string& why,
                                   std::string remedy) {
  return fail(Fault::kInvalidInput,
              fmt::format("key template `{}`, column {}: {}", text.substr(0, 120), at + 1, why),
              std::move(remedy));
}

tl::unexpected<Error> bad_key(std::string_view key, const char* why) {
  return fail(
      Fault::kInvalidInput,
      fmt::format("`{}` cannot be an object key: {}", is_utf8(key) ? key.substr(0, 200) : "(not text)", why),
      "rename the file, or change upload.key");
}

std::string_view file_name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// Value of a variable; `moment` is already split.
std::string value_of(std::string_view name, const KeyValues& values, const std::tm& moment) {
  const std::string_view file = file_name_of(values.path);
  const std::size_t dot = extension_at(file);
  if (name == "yyyy") return fmt::format("{:04}", moment.tm_year + 1900);
  if (name == "mm") return fmt::format("{:02}", moment.tm_mon + 1);
  if (name == "dd") return fmt::format("{:02}", moment.tm_mday);
  if (name == "hh") return fmt::format("{:02}", moment.tm_hour);
  if (name == "name") return std::string(file);
  if (name == "stem") return std::string(file.substr(0, dot));
  if (name == "ext") return std::string(dot < file.size() ? file.substr(dot + 1) : "");
  if (name == "path") return values.path;
  const std::string hex = to_hex(values.sha256);
  return name == "sha8" ? hex.substr(0, 8) : hex;
}

}  // namespace

Result<KeyTemplate> KeyTemplate::compile(std::string_view text) {
  KeyTemplate out;
  std::string literal;
  bool tells_files_apart = false;
  const auto flush = [&] {
    if (literal.empty()) return;
    if (out.segments_.empty()) out.static_prefix_ = literal;
    out.segments_.push_back({std::exchange(literal, {}), {}});
  };
  if (text.size() > kKeyBytesMax)
    return bad_template(text, kKeyBytesMax, "longer than 1,024 bytes", "shorten it");
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '}') return bad_template(text, i, "`}` without its `{`", "write {name} for a variable");
    if (text[i] != '{') {
      literal += text[i++];
      continue;
    }
    const std::size_t end = text.find('}', i);
    if (end == std::string_view::npos)
      return bad_template(text, i, "`{` is never closed", "close it with `}`");
    const std::string_view name = text.substr(i + 1, end - i - 1);
    if (std::find(kNames.begin(), kNames.end(), name) == kNames.end())
      return bad_template(text, i, fmt::format("unknown variable `{}`", name),
                          "use yyyy mm dd hh name stem ext path sha256 or sha8");
    flush();
    out.segments_.push_back({{}, std::string(name)});
    tells_files_apart |= name == "name" || name == "path" || name == "stem" || name == "sha256";
    out.uses_digest_ |= name == "sha256" || name == "sha8";
    i = end + 1;
  }
  flush();
  if (!tells_files_apart)
    return bad_template(text, 0, "every file would get the same key",
                        "add {name}, {path}, {stem} or {sha256}, such as data/{yyyy}/{mm}/{dd}/{name}");
  // What the literals alone make wrong shows with the plainest of values.
  if (const auto sample = out.render({"a.b", {}, {}}); !sample)
    return bad_template(
        text, 0, "gives no valid key: " + sample.error().cause,
        "write it like data/{yyyy}/{mm}/{dd}/{name}: no leading `/`, no empty, `.` or `..` part");
  return out;
}

Result<ObjectKey> KeyTemplate::render(const KeyValues& values) const {
  const std::tm moment = fmt::gmtime(std::chrono::system_clock::to_time_t(values.time));
  std::string key;
  for (const Segment& segment : segments_)
    key += segment.name.empty() ? segment.literal : value_of(segment.name, values, moment);
  TRY(check_key(key));
  return ObjectKey(std::move(key));
}

std::size_t KeyTemplate::worst_case_length(std::size_t path_bytes) const {
  std::size_t out = 0;
  for (const Segment& segment : segments_) {
    const std::string& name = segment.name;
    if (name.empty())
      out += segment.literal.size();
    else if (name == "yyyy")
      out += 4;
    else if (name == "mm" || name == "dd" || name == "hh")
      out += 2;
    else if (name == "sha256")
      out += 64;
    else if (name == "sha8")
      out += 8;
    else
      out += path_bytes;
  }
  return out;
}

Result<ObjectKey> renamed(const ObjectKey& key, const Sha256& sha256) {
  const std::string& old = key.get();
  const std::size_t file_at = old.rfind('/') + 1;
  const std::size_t dot = file_at + extension_at(std::string_view(old).substr(file_at));
  std::string out = old.substr(0, dot) + "-" + to_hex(sha256).substr(0, 8) + old.substr(dot);
  TRY(check_key(out));
  return ObjectKey(std::move(out));
}

Result<void> check_key(std::string_view key) {
  if (key.empty()) return bad_key(key, "it is empty");
  if (key.size() > kKeyBytesMax) return bad_key(key, "over 1,024 bytes");
  if (!is_utf8(key)) return bad_key(key, "not UTF-8");
  if (std::any_of(key.begin(), key.end(), [](char c) { return (c >= 0 && c < 0x20) || c == 0x7f; }))
    return bad_key(key, "it has a control character");
  for (std::size_t at = 0; at <= key.size();) {
    const std::size_t end = std::min(key.find('/', at), key.size());
    const std::string_view part = key.substr(at, end - at);
    if (part.empty()) return bad_key(key, "it begins or ends with `/`, or has `//`");
    if (part == "." || part == "..") return bad_key(key, "it has a `.` or `..` part");
    at = end + 1;
  }
  return {};
}

std::size_t extension_at(std::string_view file_name) {
  constexpr std::array<std::string_view, 5> kCompressions{".gz", ".zst", ".bz2", ".xz", ".lz4"};
  const std::size_t last = file_name.rfind('.');
  if (last == std::string_view::npos || last == 0) return file_name.size();
  if (std::find(kCompressions.begin(), kCompressions.end(), file_name.substr(last)) == kCompressions.end())
    return last;
  const std::size_t before = file_name.rfind('.', last - 1);
  return before == std::string_view::npos || before == 0 ? last : before;
}

}  // namespace reconcile
