#include "reconciler/directory/key_path.h"

#include <algorithm>

namespace reconcile::directory {
namespace {

constexpr std::size_t kChunkBytes = 250;  // with `%+` in front still a name
constexpr std::string_view kContinues = "%+";

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

bool needs_mark(std::string_view part) {
  return part.empty() || part == "." || part == ".." || part == kOwnFolder || part.front() == '%';
}

std::string marked(std::string_view part) { return (needs_mark(part) ? "%" : "") + std::string(part); }

/// Where to cut so that at most `bytes_max` stay and no character is cut in two.
std::size_t cut_at(std::string_view text, std::size_t bytes_max) {
  std::size_t cut = bytes_max;
  while (cut > bytes_max - 3 && is_continuation(text[cut])) --cut;
  return is_continuation(text[cut]) ? bytes_max : cut;
}

/// Cuts `text` into `%+` folders and a rest of at most `rest_max` bytes, which it returns.
std::string_view cut_chunks(std::string_view text, std::size_t rest_max, std::vector<std::string>& folders) {
  while (text.size() > rest_max) {
    const std::size_t cut = cut_at(text, std::min(kChunkBytes, rest_max));
    folders.push_back(std::string(kContinues) + std::string(text.substr(0, cut)));
    text.remove_prefix(cut);
  }
  return text;
}

template <class Keep>
std::string percent_encode(std::string_view text, Keep keep) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (keep(byte)) {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out;
}

/// The whole key in one name, or in chunks.
KeyPath flat_path(const ObjectKey& key, std::string_view suffix) {
  const std::string flat = percent_encode(
      key.get(), [](unsigned char b) { return b >= 0x20 && b != 0x7f && b != '/' && b != '%'; });
  KeyPath path;
  const std::string_view rest = cut_chunks(flat, kNameBytesMax - suffix.size(), path.folders);
  path.name = std::string(rest) + std::string(suffix);
  return path;
}

/// Bytes of the UTF-8 character at the front of `text`; 0 when it is malformed (RFC 3629 section 4).
std::size_t utf8_length(std::string_view text) {
  const auto at = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : static_cast<unsigned char>(0);
  };
  const unsigned char first = at(0);
  const auto tails = [&](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i)
      if ((at(i) & 0xc0) != 0x80) return false;
    return true;
  };
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return tails(1, 2) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const bool overlong = first == 0xe0 && at(1) < 0xa0;
    const bool surrogate = first == 0xed && at(1) > 0x9f;
    return tails(1, 3) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const bool overlong = first == 0xf0 && at(1) < 0x90;
    const bool beyond = first == 0xf4 && at(1) > 0x8f;
    return tails(1, 4) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace

Result<void> check_key(const ObjectKey& key) {
  const std::string& text = key.get();
  const auto refuse = [](const std::string& why) {
    return fail(Fault::kInvalidInput, why, "choose another key: 1 to 1,024 bytes of UTF-8");
  };
  if (text.empty()) return refuse("an empty object key");
  if (text.size() > kKeyBytesMax)
    return refuse("an object key of " + std::to_string(text.size()) + " bytes: " + text.substr(0, 64) + "…");
  if (text.find('\0') != std::string::npos) return refuse("an object key with a NUL byte");
  if (!is_utf8(text)) return refuse("an object key that is not UTF-8: " + percent_encode_path(text));
  return {};
}

std::vector<std::string> names_of(std::string_view part) {
  std::string whole = marked(part);
  if (whole.size() <= kNameBytesMax) return {std::move(whole)};
  std::vector<std::string> names;
  const std::string_view rest = cut_chunks(part, kChunkBytes, names);
  names.push_back(marked(rest));
  return names;
}

std::vector<std::string> folders_of(std::string_view prefix) {
  std::vector<std::string> folders;
  for (std::size_t slash = prefix.find('/'); slash != std::string_view::npos; slash = prefix.find('/')) {
    for (std::string& name : names_of(prefix.substr(0, slash))) folders.push_back(std::move(name));
    prefix.remove_prefix(slash + 1);
  }
  return folders;
}

KeyPath plain_path(const ObjectKey& key) {
  const std::string_view text = key.get();
  const std::size_t slash = text.rfind('/');
  const std::size_t part = slash == std::string_view::npos ? 0 : slash + 1;
  KeyPath path{folders_of(text.substr(0, part)), {}};
  std::vector<std::string> names = names_of(text.substr(part));
  path.name = std::move(names.back());
  names.pop_back();
  for (std::string& name : names) path.folders.push_back(std::move(name));
  return path;
}

KeyPath aside_path(const ObjectKey& key) { return flat_path(key, kAsideSuffix); }
KeyPath metadata_path(const ObjectKey& key) { return flat_path(key, kMetadataSuffix); }

NamePiece read_name(std::string_view name) {
  if (name.starts_with(kContinues)) return {std::string(name.substr(kContinues.size())), true};
  if (name.starts_with('%')) return {std::string(name.substr(1)), false};
  return {std::string(name), false};
}

std::optional<ObjectKey> key_of_aside(const std::vector<std::string>& folders, std::string_view name) {
  if (!name.ends_with(kAsideSuffix)) return std::nullopt;
  std::string flat;
  for (const std::string& folder : folders) flat += read_name(folder).text;
  flat += name.substr(0, name.size() - std::string_view(kAsideSuffix).size());
  const std::optional<std::string> text = percent_decode(flat);
  if (!text) return std::nullopt;
  ObjectKey key(*text);
  if (!check_key(key) || aside_path(key) != KeyPath{folders, std::string(name)}) return std::nullopt;
  return key;
}

std::string percent_encode_path(std::string_view path) {
  return percent_encode(path, [](unsigned char b) {
    return (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z') || (b >= '0' && b <= '9') || b == '-' ||
           b == '.' || b == '_' || b == '~' || b == '/';
  });
}

std::optional<std::string> percent_decode(std::string_view text) {
  const auto digit = [](char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
  };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = digit(text[i + 1]), low = digit(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

}  // namespace reconcile::directory
