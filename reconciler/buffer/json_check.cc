#include "reconciler/buffer/json_check.h"

#include <fmt/core.h>

#include "reconciler/base/units.h"

namespace reconcile::buffer {
namespace {

Result<void> check_utf8(Utf8Check& utf8, ByteView bytes) {
  if (utf8.update(bytes)) return {};
  return damaged(fmt::format("not UTF-8 at byte {}", print_count(utf8.position())));
}

}  // namespace

Result<void> JsonCheck::update(ByteView bytes) {
  TRY(check_utf8(utf8_, bytes));
  std::string_view text = text_of(bytes);
  constexpr std::string_view kMark = "\xef\xbb\xbf";  // U+FEFF
  while (mark_ >= 0 && !text.empty()) {
    if (mark_ == 3 || text.front() != kMark[static_cast<std::size_t>(mark_)]) {
      mark_ = -1;  // a broken mark would have failed as UTF-8 or fails as JSON
      break;
    }
    ++mark_;
    ++position_;
    text.remove_prefix(1);
  }
  return parse(text);
}

Result<void> JsonCheck::parse(std::string_view bytes) {
  while (!bytes.empty()) {
    const bool was_done = machine_.done();
    const std::size_t taken = machine_.feed(bytes);
    if (was_done && bytes.substr(0, taken).find('\n') != std::string_view::npos) line_ended_ = true;
    if (!was_done && machine_.done()) {
      ++values_;
      std::size_t end = bytes.substr(0, taken).find_last_not_of(" \t\r\n");
      if (end == std::string_view::npos) end = 0;  // a number that the last piece ended with
      line_ended_ = bytes.substr(end, taken - end).find('\n') != std::string_view::npos;
    }
    position_ += taken;
    bytes.remove_prefix(taken);
    if (bytes.empty()) return {};
    if (machine_.done() && line_ended_) {
      machine_ = JsonMachine();
    } else if (machine_.too_deep()) {
      return damaged(fmt::format("JSON nested deeper than {} levels at byte {}", JsonMachine::kDepthMax,
                                 print_count(position_)));
    } else {
      return damaged(fmt::format("not JSON at byte {}", print_count(position_)));
    }
  }
  return {};
}

Result<void> JsonCheck::finish() {
  if (!utf8_.finish()) return damaged(fmt::format("UTF-8 cut short at byte {}", print_count(position_)));
  machine_.end_of_input();
  if (machine_.untouched() && values_ == 0) return damaged("no JSON value in it");
  if (!machine_.done() && !machine_.untouched())
    return damaged(fmt::format("truncated JSON at byte {}", print_count(position_)));
  return {};
}

Result<void> JsonLinesCheck::update(ByteView bytes) {
  TRY(check_utf8(utf8_, bytes));
  std::string_view text = text_of(bytes);
  if (text.empty()) return {};
  if (!any_) any_ = text.find_first_not_of(" \t\r\n") != std::string_view::npos;
  // Only the part after the last inner newline can belong to the last line.
  const std::size_t newline = text.size() > 1 ? text.rfind('\n', text.size() - 2) : std::string_view::npos;
  const bool starts_here = newline != std::string_view::npos;
  const std::uint64_t end = position_ + text.size();
  if (starts_here) text.remove_prefix(newline + 1);
  if (starts_here || last_ == '\n') {
    line_ = JsonMachine();
    line_is_wrong_ = false;
    line_start_ = end - text.size();
  }
  parse(text);
  last_ = text.back();
  position_ = end;
  return {};
}

void JsonLinesCheck::parse(std::string_view bytes) {
  if (!line_is_wrong_) line_is_wrong_ = line_.feed(bytes) != bytes.size();
}

Result<void> JsonLinesCheck::finish() {
  if (!utf8_.finish()) return damaged(fmt::format("UTF-8 cut short at byte {}", print_count(position_)));
  if (!any_) return damaged("no JSON line in it");
  line_.end_of_input();
  const bool blank = line_.untouched() && !line_is_wrong_ && last_ == '\n';
  if (!line_is_wrong_ && (line_.done() || blank)) return {};
  return damaged(
      fmt::format("the last line, at byte {}, is not a whole JSON value", print_count(line_start_)));
}

}  // namespace reconcile::buffer
