#pragma once
// JSON documents and JSON lines.

#include "reconciler/buffer/content_check.h"
#include "reconciler/buffer/json_machine.h"
#include "reconciler/buffer/utf8.h"

namespace reconcile::buffer {

/// UTF-8 throughout, and every value whole. Usually one document; several are accepted when each stands on
/// lines of its own, as many exporters write JSON lines under a `.json` name. A byte order mark in front is
/// accepted.
class JsonCheck final : public ContentCheck {
 public:
  Result<void> update(ByteView bytes) override;
  Result<void> finish() override;

 private:
  Result<void> parse(std::string_view bytes);

  Utf8Check utf8_;
  JsonMachine machine_;
  std::uint64_t position_ = 0;
  std::uint64_t values_ = 0;
  bool line_ended_ = true;  // since the last value
  int mark_ = 0;            // bytes of the byte order mark seen; -1: over
};

/// UTF-8 throughout, and the last line is a whole JSON value, with or without its newline. Lines before it
/// are not parsed: an interrupted writer spoils the end.
class JsonLinesCheck final : public ContentCheck {
 public:
  Result<void> update(ByteView bytes) override;
  Result<void> finish() override;

 private:
  void parse(std::string_view bytes);

  Utf8Check utf8_;
  JsonMachine line_;
  bool line_is_wrong_ = false;
  bool any_ = false;  // something but whitespace was seen
  char last_ = '\n';
  std::uint64_t position_ = 0, line_start_ = 0;
};

}  // namespace reconcile::buffer
