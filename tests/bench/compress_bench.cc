// compress_bench [MIB]: seeded lines of JSON, as posts of social networks are, through the gzip compressors
// of Debian 12; a Markdown table, medians of 3. Each result is read back and compared.

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <isa-l.h>
#include <random>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <libdeflate.h>
#include <zlib.h>

namespace {

using Bytes = std::vector<unsigned char>;

/// Words by Zipf's law, so that they repeat as in a language; names and numbers that hardly repeat.
std::string posts(std::size_t bytes) {
  std::mt19937_64 random(13);
  std::vector<std::string> words(20'000);
  for (std::string& word : words)
    for (std::size_t left = 2 + random() % 8; left > 0; --left)
      word += static_cast<char>('a' + random() % 26);
  const auto word = [&] {
    const double u = static_cast<double>(random() >> 11) / 9007199254740992.0;
    return words[static_cast<std::size_t>(std::pow(static_cast<double>(words.size()), u)) - 1];
  };
  std::string out;
  while (out.size() < bytes) {
    std::string text;
    for (std::size_t left = 8 + random() % 40; left > 0; --left) text += word() + (left > 1 ? " " : "");
    out += fmt::format(
        "{{\"id\":\"{:019}\",\"user\":\"{}{}\",\"datetime\":\"2026-11-{:02}T{:02}:{:02}:{:02}Z\",\"label\":"
        "\"#{}\","
        "\"text\":\"{}\",\"likes\":{}}}\n",
        random() % 1'000'000'000'000'000'000, word(), random() % 40'000, 1 + random() % 30, random() % 24,
        random() % 60, random() % 60, word(), text, random() % 500);
  }
  return out;
}

Bytes by_zlib(const std::string& text, int level) {
  z_stream stream{};
  if (deflateInit2(&stream, level, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) std::abort();
  Bytes out(deflateBound(&stream, text.size()));
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) std::abort();
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

Bytes by_libdeflate(const std::string& text, int level) {
  libdeflate_compressor* compressor = libdeflate_alloc_compressor(level);
  Bytes out(libdeflate_gzip_compress_bound(compressor, text.size()));
  out.resize(libdeflate_gzip_compress(compressor, text.data(), text.size(), out.data(), out.size()));
  libdeflate_free_compressor(compressor);
  if (out.empty()) std::abort();
  return out;
}

Bytes by_isal(const std::string& text, int level) {
  constexpr std::uint32_t kBuffers[] = {ISAL_DEF_LVL0_DEFAULT, ISAL_DEF_LVL1_DEFAULT, ISAL_DEF_LVL2_DEFAULT,
                                        ISAL_DEF_LVL3_DEFAULT};
  Bytes buffer(kBuffers[level]);
  isal_zstream stream;
  isal_deflate_init(&stream);
  Bytes out(text.size() + text.size() / 2 + 1024);
  stream.level = static_cast<std::uint32_t>(level);
  stream.level_buf = buffer.data();
  stream.level_buf_size = static_cast<std::uint32_t>(buffer.size());
  stream.gzip_flag = IGZIP_GZIP;
  stream.end_of_stream = 1;
  stream.next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<std::uint32_t>(text.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<std::uint32_t>(out.size());
  if (isal_deflate(&stream) != COMP_OK || stream.avail_in != 0) std::abort();
  out.resize(stream.total_out);
  return out;
}

bool reads_back(const Bytes& compressed, const std::string& text) {
  std::string back(text.size() + 1, '\0');
  libdeflate_decompressor* decompressor = libdeflate_alloc_decompressor();
  std::size_t length = 0;
  const auto result = libdeflate_gzip_decompress(decompressor, compressed.data(), compressed.size(),
                                                 back.data(), back.size(), &length);
  libdeflate_free_decompressor(decompressor);
  back.resize(length);
  return result == LIBDEFLATE_SUCCESS && back == text;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string text = posts((argc > 1 ? static_cast<std::size_t>(std::atoi(argv[1])) : 64) << 20);
  struct Candidate {
    const char* name;
    Bytes (*run)(const std::string&, int);
    int level;
  };
  fmt::print("| | MB per CPU second | ratio |\n| --- | ---: | ---: |\n");
  for (const Candidate& one : std::vector<Candidate>{{"zlib", by_zlib, 1},
                                                     {"zlib", by_zlib, 6},
                                                     {"libdeflate", by_libdeflate, 1},
                                                     {"libdeflate", by_libdeflate, 6},
                                                     {"ISA-L", by_isal, 1},
                                                     {"ISA-L", by_isal, 3}}) {
    std::vector<double> seconds;
    Bytes out;
    for (int i = 0; i < 3; ++i) {
      const std::clock_t begun = std::clock();
      out = one.run(text, one.level);
      seconds.push_back(static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC);
    }
    if (!reads_back(out, text)) return 1;
    std::sort(seconds.begin(), seconds.end());
    fmt::print("| {} -{} | {:.0f} | {:.2f} |\n", one.name, one.level,
               static_cast<double>(text.size()) / 1e6 / seconds[1],
               static_cast<double>(text.size()) / static_cast<double>(out.size()));
  }
}
