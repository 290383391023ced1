#include <algorithm>

#include <fmt/core.h>

#include "reconciler/base/units.h"
#include "reconciler/base/utf8.h"
#include "reconciler/manifest/syntax.h"

namespace reconcile::manifest {
namespace {

/// Walks the text once, outside quotes and comments, and measures how deep a parser would go. It may see more
/// depth than there is (an open bracket in plain text), never less.
class DepthScan {
 public:
  DepthScan(const std::string& text, Syntax syntax) : text_(text), syntax_(syntax) {}

  /// Line (from 1) where it grew too deep; 0 when it never does.
  int too_deep_at() {
    for (at_ = 0; at_ < text_.size();) {
      if (line_start_) start_line();
      if (depth() > kNestingMax) return line_;
      if (at_ < text_.size()) step();
    }
    return depth() > kNestingMax ? line_ : 0;
  }

 private:
  int depth() const { return brackets_ + static_cast<int>(indents_.size()) + dots_; }

  void start_line() {
    line_start_ = false;
    dots_ = 0;
    if (syntax_ == Syntax::kToml || brackets_ > 0) return;
    std::size_t end = at_;
    // `- - - x` and `? ? x` open a level at each mark, as deep as its column.
    std::vector<std::size_t> marks;
    while (end < text_.size() && (text_[end] == ' ' || text_[end] == '\t' || is_mark(end))) {
      if (text_[end] == '-' || text_[end] == '?') marks.push_back(end - at_);
      ++end;
    }
    if (end == text_.size() || text_[end] == '\n' || text_[end] == '\r' || text_[end] == '#') return;
    marks.push_back(end - at_);
    while (!indents_.empty() && indents_.back() >= marks.front()) indents_.pop_back();
    indents_.insert(indents_.end(), marks.begin(), marks.end());
  }

  bool is_mark(std::size_t i) const {
    if (text_[i] != '-' && text_[i] != '?') return false;
    return i + 1 == text_.size() || text_[i + 1] == ' ' || text_[i + 1] == '\t' || text_[i + 1] == '\n';
  }

  void step() {
    const char c = text_[at_];
    if (c == '\n') {
      ++line_;
      line_start_ = true;
    } else if (c == '#' &&
               (at_ == 0 || syntax_ == Syntax::kToml || text_[at_ - 1] == ' ' || text_[at_ - 1] == '\n')) {
      at_ = std::min(text_.find('\n', at_), text_.size());
      return;
    } else if ((c == '"' || c == '\'') && opens_quote()) {
      skip_quotes(c);
      return;
    } else if (c == '[' || c == '{') {
      ++brackets_;
    } else if (c == ']' || c == '}') {
      brackets_ = std::max(0, brackets_ - 1);
    } else if (c == '.' && syntax_ == Syntax::kToml) {
      ++dots_;  // a.b.c opens a table at each dot
    }
    ++at_;
  }

  /// In YAML a quote inside plain text, as in `it's`, is a letter.
  bool opens_quote() const {
    if (quotes_are_letters_) return false;
    if (syntax_ == Syntax::kToml || at_ == 0) return true;
    return std::string_view(" \n\t[{,:-?").find(text_[at_ - 1]) != std::string_view::npos;
  }

  void skip_quotes(char quote) {
    const bool long_form = syntax_ == Syntax::kToml && text_.compare(at_, 3, std::string(3, quote)) == 0;
    const std::string end(long_form ? 3 : 1, quote);
    const std::size_t start = at_;
    const int line_before = line_;
    at_ += end.size();
    while (at_ < text_.size() && text_.compare(at_, end.size(), end) != 0) {
      if (text_[at_] == '\n') {
        if (syntax_ == Syntax::kToml && !long_form) return;  // no such string: the parser will say so
        ++line_;
      }
      const bool escape =
          quote == '"' && text_[at_] == '\\' && at_ + 1 < text_.size() && text_[at_ + 1] != '\n';
      at_ += escape ? 2u : 1u;
    }
    if (at_ >= text_.size() && start + end.size() < text_.size()) {
      // Never closed: count what it would have hidden, with quotes as letters from here on.
      at_ = start + end.size();
      line_ = line_before;
      quotes_are_letters_ = true;
    } else {
      at_ = std::min(text_.size(), at_ + end.size());
    }
  }

  const std::string& text_;
  Syntax syntax_;
  std::size_t at_ = 0;
  int line_ = 1;
  int brackets_ = 0;
  int dots_ = 0;
  bool line_start_ = true;
  bool quotes_are_letters_ = false;
  std::vector<std::size_t> indents_;
};

Diagnostic at_line(const Source& source, int line, std::string cause, std::string remedy) {
  return {{source.file, line, line > 0 ? 1 : 0}, {}, std::move(cause), std::move(remedy), {}};
}

}  // namespace

std::vector<Diagnostic> check_bounds(const Source& source, Syntax syntax) {
  const std::string& text = source.text;
  if (text.size() > kManifestBytesMax)
    return {at_line(source, 0, fmt::format("{} is too long for a manifest", print_size(Bytes(text.size()))),
                    "a manifest has at most 1 MiB: split it into several files")};
  if (const std::size_t nul = text.find('\0'); nul != std::string::npos)
    return {at_line(
        source,
        1 + static_cast<int>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(nul), '\n')),
        "a NUL byte: this is not a text file", "save it as UTF-8")};
  for (std::size_t at = 0, line = 1; at < text.size();) {
    const CodePoint code = code_point_at(text, at);
    if (!code.valid) return {at_line(source, static_cast<int>(line), "not UTF-8", "save the file as UTF-8")};
    if (code.code == U'\n') ++line;
    at += code.length;
  }
  if (const int line = DepthScan(text, syntax).too_deep_at(); line > 0)
    return {at_line(source, line, fmt::format("nested more than {} deep", kNestingMax),
                    "a manifest needs no more than 6 levels: look for a bracket that is never closed")};
  return {};
}

}  // namespace reconcile::manifest
