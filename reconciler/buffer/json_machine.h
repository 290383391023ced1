#pragma once
// Is a stream of bytes one JSON value (RFC 8259)? Keeps nothing of what it reads.

#include <bitset>
#include <cstddef>
#include <string_view>

namespace reconcile::buffer {

/// Fed in pieces of any size; memory does not grow with the input. UTF-8 is checked elsewhere; a lone
/// surrogate escape (`\ud800`) is accepted, as the grammar does.
class JsonMachine {
 public:
  /// Deeper nesting is refused: most readers stop between 100 and 1,000 levels.
  static constexpr std::size_t kDepthMax = 512;

  /// How many of these bytes were taken: fewer than given means that the next one is wrong, or, once `done`,
  /// that it does not belong to the value.
  std::size_t feed(std::string_view bytes);
  /// To be called where the input ends: a number at top level ends only there.
  void end_of_input();
  /// A whole value was read.
  bool done() const { return state_ == State::kDone; }
  /// Nothing but whitespace was read.
  bool untouched() const { return state_ == State::kStart; }
  bool too_deep() const { return too_deep_; }

 private:
  enum class State : unsigned char {
    kStart,
    kValue,
    kFirstElement,
    kFirstKey,
    kKey,
    kColon,
    kAfterValue,
    kString,
    kEscape,
    kHex,
    kMinus,
    kZero,
    kDigits,
    kPoint,
    kFraction,
    kExponent,
    kExponentSign,
    kExponentDigits,
    kLiteral,
    kDone,
  };
  bool step(char byte);
  bool begin_value(char byte);
  bool in_string(char byte);
  bool in_number(char byte, bool& again);
  bool open(bool object);
  bool close(bool object);
  void value_done() { state_ = depth_ == 0 ? State::kDone : State::kAfterValue; }

  State state_ = State::kStart;
  bool string_is_key_ = false;
  bool too_deep_ = false;
  int hex_left_ = 0;
  std::string_view literal_;  // what is still to come of true, false or null
  std::size_t depth_ = 0;
  std::bitset<kDepthMax> is_object_;
};

}  // namespace reconcile::buffer
