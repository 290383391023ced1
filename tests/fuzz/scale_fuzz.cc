// SCALE: what is read as a compact is written the same, and no length makes the reader leave its bytes.

#include "fuzz.h"
#include <algorithm>

#include "reconciler/chain/extrinsic/era.h"
#include "reconciler/chain/scale/reader.h"
#include "reconciler/chain/scale/writer.h"

using namespace reconcile;
using namespace reconcile::chain;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  {
    Reader in(bytes);
    if (const auto number = in.compact()) {
      const ByteVector again = Writer().compact(*number).take();
      law(again.size() == in.position() && std::equal(again.begin(), again.end(), data),
          "a compact has one spelling");
    }
  }
  {
    Reader in(bytes);
    while (const auto text = in.byte_string()) law(text->size() <= size, "a string lies inside its bytes");
    law(in.position() <= size, "a reader stays inside its bytes");
    if (const auto wide = in.compact_wide()) law(!wide->empty(), "a number has a byte");
  }
  Reader in(bytes);
  if (const auto era = Era::decode(in)) {
    const ByteVector again = era->encode();
    law(again.size() == in.position() && std::equal(again.begin(), again.end(), data),
        "an era has one spelling");
  }
  return 0;
}
