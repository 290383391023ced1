#pragma once
// What every target here shares: a broken law ends the run, which makes libFuzzer keep the input.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

/// One input; called by libFuzzer many thousand times a second.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

inline std::string_view text_of_input(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Stops with the broken law's name. Active in every build, unlike assert().
inline void law(bool holds, const char* name) {
  if (holds) return;
  std::fprintf(stderr, "law broken: %s\n", name);
  std::abort();
}
