#include "reconciler/buffer/json_machine.h"

namespace reconcile::buffer {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/// Bytes of a string that need no thought: neither quote, backslash nor control character.
std::size_t plain_run(std::string_view bytes) {
  std::size_t at = 0;
  while (at < bytes.size() && bytes[at] != '"' && bytes[at] != '\\' &&
         static_cast<unsigned char>(bytes[at]) >= 0x20)
    ++at;
  return at;
}

}  // namespace

std::size_t JsonMachine::feed(std::string_view bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    if (state_ == State::kString) at += plain_run(bytes.substr(at));
    if (at == bytes.size() || !step(bytes[at])) break;
    ++at;
  }
  return at;
}

void JsonMachine::end_of_input() {
  if (depth_ != 0) return;
  if (state_ == State::kZero || state_ == State::kDigits || state_ == State::kFraction ||
      state_ == State::kExponentDigits)
    state_ = State::kDone;
}

bool JsonMachine::open(bool object) {
  if (depth_ == kDepthMax) {
    too_deep_ = true;
    return false;
  }
  is_object_[depth_++] = object;
  state_ = object ? State::kFirstKey : State::kFirstElement;
  return true;
}

bool JsonMachine::close(bool object) {
  if (depth_ == 0 || is_object_[depth_ - 1] != object) return false;
  --depth_;
  value_done();
  return true;
}

bool JsonMachine::begin_value(char byte) {
  switch (byte) {
    case '{':
      return open(true);
    case '[':
      return open(false);
    case '"':
      string_is_key_ = false;
      state_ = State::kString;
      return true;
    case '-':
      state_ = State::kMinus;
      return true;
    case '0':
      state_ = State::kZero;
      return true;
    case 't':
      literal_ = "rue";
      break;
    case 'f':
      literal_ = "alse";
      break;
    case 'n':
      literal_ = "ull";
      break;
    default:
      if (!is_digit(byte)) return false;
      state_ = State::kDigits;
      return true;
  }
  state_ = State::kLiteral;
  return true;
}

bool JsonMachine::in_string(char byte) {
  if (state_ == State::kEscape) {
    hex_left_ = 4;
    state_ = byte == 'u' ? State::kHex : State::kString;
    return std::string_view("\"\\/bfnrtu").find(byte) != std::string_view::npos;
  }
  if (state_ == State::kHex) {
    if (--hex_left_ == 0) state_ = State::kString;
    return is_hex(byte);
  }
  if (byte == '\\') {
    state_ = State::kEscape;
    return true;
  }
  if (byte != '"') return false;  // a control character: plain_run passed everything else
  if (string_is_key_)
    state_ = State::kColon;
  else
    value_done();
  return true;
}

/// `again`: the number ended before this byte, which is still to be looked at.
bool JsonMachine::in_number(char byte, bool& again) {
  const bool exponent = byte == 'e' || byte == 'E';
  switch (state_) {
    case State::kMinus:
      state_ = byte == '0' ? State::kZero : State::kDigits;
      return is_digit(byte);
    case State::kPoint:
      state_ = State::kFraction;
      return is_digit(byte);
    case State::kExponent:
      state_ = is_digit(byte) ? State::kExponentDigits : State::kExponentSign;
      return is_digit(byte) || byte == '+' || byte == '-';
    case State::kExponentSign:
      state_ = State::kExponentDigits;
      return is_digit(byte);
    default:
      break;
  }
  if (state_ != State::kZero && is_digit(byte)) return true;
  if (byte == '.' && (state_ == State::kZero || state_ == State::kDigits)) {
    state_ = State::kPoint;
    return true;
  }
  if (exponent && state_ != State::kExponentDigits) {
    state_ = State::kExponent;
    return true;
  }
  value_done();
  again = true;
  return true;
}

bool JsonMachine::step(char byte) {
  if (state_ >= State::kMinus && state_ <= State::kExponentDigits) {
    bool again = false;
    if (!in_number(byte, again)) return false;
    if (!again) return true;
  }
  switch (state_) {
    case State::kString:
    case State::kEscape:
    case State::kHex:
      return in_string(byte);
    case State::kLiteral:
      if (byte != literal_.front()) return false;
      literal_.remove_prefix(1);
      if (literal_.empty()) value_done();
      return true;
    default:
      break;
  }
  if (is_space(byte)) return true;
  switch (state_) {
    case State::kFirstElement:
      return byte == ']' ? close(false) : begin_value(byte);
    case State::kStart:
    case State::kValue:
      return begin_value(byte);
    case State::kFirstKey:
      if (byte == '}') return close(true);
      [[fallthrough]];
    case State::kKey:
      string_is_key_ = true;
      state_ = State::kString;
      return byte == '"';
    case State::kColon:
      state_ = State::kValue;
      return byte == ':';
    case State::kAfterValue:
      if (byte == ']' || byte == '}') return close(byte == '}');
      state_ = is_object_[depth_ - 1] ? State::kKey : State::kValue;
      return byte == ',';
    default:
      return false;
  }
}

}  // namespace reconcile::buffer
