#include "reconciler/buffer/utf8.h"

#include <cstring>

namespace reconcile::buffer {
namespace {

/// How many of the next bytes are plain ASCII, eight at a time.
std::size_t ascii_run(ByteView bytes) {
  std::size_t at = 0;
  while (at + 8 <= bytes.size()) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    if (word & 0x8080808080808080u) break;
    at += 8;
  }
  while (at < bytes.size() && bytes[at] < 0x80) ++at;
  return at;
}

}  // namespace

bool Utf8Check::update(ByteView bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    if (pending_ == 0) {
      const std::size_t run = ascii_run(bytes.subspan(at));
      position_ += run;
      at += run;
      if (at == bytes.size()) return true;
    }
    const std::uint8_t byte = bytes[at];
    if (pending_ > 0) {
      if (byte < low_ || byte > high_) return false;
      low_ = 0x80;
      high_ = 0xbf;
      --pending_;
    } else if (byte >= 0xc2 && byte <= 0xdf) {
      pending_ = 1;
    } else if (byte >= 0xe0 && byte <= 0xef) {
      pending_ = 2;
      if (byte == 0xe0) low_ = 0xa0;
      if (byte == 0xed) high_ = 0x9f;
    } else if (byte >= 0xf0 && byte <= 0xf4) {
      pending_ = 3;
      if (byte == 0xf0) low_ = 0x90;
      if (byte == 0xf4) high_ = 0x8f;
    } else {
      return false;
    }
    ++position_;
    ++at;
  }
  return true;
}

}  // namespace reconcile::buffer
