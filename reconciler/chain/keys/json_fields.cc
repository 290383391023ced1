#include "reconciler/chain/keys/json_fields.h"

#include <algorithm>

namespace reconcile::chain {
namespace {

constexpr int kDepthMax = 16;
constexpr std::size_t kNameMax = 128;

class JsonReader {
 public:
  explicit JsonReader(std::string_view text) : text_(text) {}

  Result<void> read_object(std::span<const std::string_view> wanted, std::vector<JsonField>& out) {
    TRY(expect('{'));
    skip_blanks();
    if (!accept('}')) {
      do {
        TRY(read_member(wanted, out));
        skip_blanks();
      } while (accept(','));
      TRY(expect('}'));
    }
    skip_blanks();
    if (at_ != text_.size()) return corrupt("text behind the object");
    return {};
  }

 private:
  Result<void> read_member(std::span<const std::string_view> wanted, std::vector<JsonField>& out) {
    skip_blanks();
    Secret name;
    TRY(read_text(&name, kNameMax));
    TRY(expect(':'));
    skip_blanks();
    if (std::find(wanted.begin(), wanted.end(), name.expose()) == wanted.end()) return skip_value();
    JsonField field;
    field.name = name.expose();
    for (const JsonField& earlier : out) {
      if (earlier.name == field.name) return corrupt("`" + field.name + "` stands twice");
    }
    TRY(read_value(field));
    out.push_back(std::move(field));
    return {};
  }

  tl::unexpected<Error> corrupt(const std::string& what) const {
    return fail(Fault::kCorrupt, "JSON at byte " + std::to_string(at_) + ": " + what,
                "restore the file from a backup, or create it anew from its mnemonic");
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool accept(char c) {
    if (peek() != c || at_ == text_.size()) return false;
    ++at_;
    return true;
  }
  Result<void> expect(char c) {
    skip_blanks();
    if (accept(c)) return {};
    return corrupt(at_ == text_.size() ? "the text is cut short" : std::string("`") + c + "` is missing");
  }
  void skip_blanks() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

  Result<void> read_value(JsonField& field) {
    if (peek() == '"') {
      field.kind = JsonField::Kind::kText;
      return read_text(&field.text, text_.size());
    }
    const std::size_t start = at_;
    TRY(skip_value());
    const std::string_view raw = text_.substr(start, at_ - start);
    if (raw == "null") {
      field.kind = JsonField::Kind::kNull;
    } else if (raw[0] == '-' || (raw[0] >= '0' && raw[0] <= '9')) {
      field.kind = JsonField::Kind::kNumber;
      field.text = Secret(std::string(raw));
    }
    return {};
  }

  // Any value, by its brackets alone: enough to find where it ends.
  Result<void> skip_value() {
    int depth = 0;
    do {
      skip_blanks();
      const char c = peek();
      if (at_ == text_.size()) return corrupt("the text is cut short");
      if (c == '"') {
        TRY(read_text(nullptr, text_.size()));
      } else if (c == '{' || c == '[') {
        if (++depth > kDepthMax) return corrupt("nested deeper than 16");
        ++at_;
      } else if (c == '}' || c == ']') {
        if (--depth < 0) return corrupt("a value is missing");
        ++at_;
      } else if (depth > 0 && (c == ',' || c == ':')) {
        ++at_;
      } else {
        TRY(skip_word());
      }
    } while (depth > 0);
    return {};
  }

  Result<void> skip_word() {
    const std::size_t start = at_;
    while (at_ < text_.size() &&
           std::string_view(",:]}{[\" \t\r\n").find(text_[at_]) == std::string_view::npos)
      ++at_;
    const std::string_view word = text_.substr(start, at_ - start);
    const bool number = !word.empty() && word.find_first_not_of("+-.0123456789eE") == std::string_view::npos;
    if (number || word == "true" || word == "false" || word == "null") return {};
    at_ = start;
    return corrupt("neither a value nor the end of one");
  }

  // A string; `out` null: passed over. Reserved up front, so that no shorter copy is left behind while it
  // grows.
  Result<void> read_text(Secret* out, std::size_t size_max) {
    TRY(expect('"'));
    std::string text;
    if (out) text.reserve(std::min(size_max, text_.size() - at_));
    Result<void> read = read_characters(out ? &text : nullptr, size_max);
    if (out) *out = Secret(std::move(text));
    return read;
  }

  Result<void> read_characters(std::string* out, std::size_t size_max) {
    while (!accept('"')) {
      if (at_ == text_.size()) return corrupt("the text is cut short");
      if (static_cast<unsigned char>(peek()) < 0x20) return corrupt("a control character in a string");
      char c = text_[at_++];
      if (c == '\\') {
        if (!out) {
          at_ += at_ <
                 text_.size();  // what it stands for does not matter, only that it is not the closing quote
          continue;
        }
        TRY_ASSIGN(c, read_escape());
      }
      if (out && out->size() >= size_max) return corrupt("a name is too long");
      if (out) out->push_back(c);
    }
    return {};
  }

  // What key files hold is ASCII; an escape for anything else is refused rather than half understood.
  Result<char> read_escape() {
    const char c = peek();
    constexpr std::string_view kFrom = "\"\\/bfnrt", kTo = "\"\\/\b\f\n\r\t";
    if (const std::size_t i = kFrom.find(c); c != '\0' && i != std::string_view::npos) {
      ++at_;
      return kTo[i];
    }
    const std::string_view digits = text_.substr(at_, 5);
    if (digits.size() != 5 || digits[0] != 'u' || digits.substr(1, 2) != "00")
      return corrupt("an unknown escape");
    unsigned value = 0;
    for (char digit : digits.substr(3)) {
      const std::size_t nibble = std::string_view("0123456789abcdef0123456789ABCDEF").find(digit);
      if (nibble == std::string_view::npos) return corrupt("an unknown escape");
      value = value << 4 | (nibble & 15);
    }
    if (value > 0x7f) return corrupt("an escape of a character that key files do not have");
    at_ += digits.size();
    return static_cast<char>(value);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Result<std::vector<JsonField>> read_json_fields(std::string_view text,
                                                std::span<const std::string_view> wanted) {
  std::vector<JsonField> out;
  TRY(JsonReader(text).read_object(wanted, out));
  return out;
}

}  // namespace reconcile::chain
