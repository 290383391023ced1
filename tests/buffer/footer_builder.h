#pragma once
// Writes Parquet footers field by field, so that each can be made wrong on purpose.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace reconcile::buffer::test {

/// Thrift compact protocol, writing half.
class ThriftText {
 public:
  ThriftText& varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) text_ += static_cast<char>(0x80 | (value & 0x7f));
    text_ += static_cast<char>(value);
    return *this;
  }
  ThriftText& zigzag(std::int64_t value) {
    return varint((static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
  }
  ThriftText& header(int id, int type) {
    text_ += static_cast<char>(type);  // the long form: id on its own
    return zigzag(id);
  }
  ThriftText& number(int id, std::optional<std::int64_t> value) {
    return value ? header(id, 6).zigzag(*value) : *this;
  }
  ThriftText& text(int id, const std::string& value) {
    header(id, 8).varint(value.size());
    text_ += value;
    return *this;
  }
  ThriftText& structs(int id, const std::vector<std::string>& elements) {
    header(id, 9);
    text_ += static_cast<char>(0xfc);  // count follows, elements are structs
    varint(elements.size());
    for (const std::string& element : elements) text_ += element;
    return *this;
  }
  ThriftText& nested(int id, const std::string& element) {
    header(id, 12);
    text_ += element;
    return *this;
  }
  ThriftText& raw(const std::string& bytes) {
    text_ += bytes;
    return *this;
  }
  std::string end() const { return text_ + '\0'; }

 private:
  std::string text_;
};

using Value = std::optional<std::int64_t>;

struct ChunkText {
  Value codec = 1, values = 10, compressed = 40, data_page = 4, dictionary_page;
  bool described = true, encrypted = false;
  std::string file;
  std::string str() const {
    ThriftText out;
    if (!file.empty()) out.text(1, file);
    out.number(2, 4);
    if (described)
      out.nested(3, ThriftText()
                        .number(1, 2)
                        .number(4, codec)
                        .number(5, values)
                        .number(6, 90)
                        .number(7, compressed)
                        .number(9, data_page)
                        .number(11, dictionary_page)
                        .end());
    if (encrypted) out.nested(8, ThriftText().end());
    return out.end();
  }
};

struct FooterText {
  std::vector<ChunkText> chunks{1};
  std::vector<std::string> schema{ThriftText().text(4, "root").number(5, 1).end(),
                                  ThriftText().number(1, 2).text(4, "a").end()};
  Value version = 1, rows = 10, group_rows = 10;
  bool with_schema = true, with_groups = true;
  std::string extra;
  std::string str() const {
    std::vector<std::string> columns;
    for (const ChunkText& chunk : chunks) columns.push_back(chunk.str());
    ThriftText out;
    out.number(1, version);
    if (with_schema) out.structs(2, schema);
    out.number(3, rows);
    if (with_groups)
      out.structs(4, {ThriftText().structs(1, columns).number(2, 90).number(3, group_rows).end()});
    return out.raw(extra).end();
  }
};

}  // namespace reconcile::buffer::test
