#include "request.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace sink {
namespace {

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned byte = 0;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16).ptr == text.data() + i + 3) {
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string found(const std::map<std::string, std::string>& values, const std::string& name) {
  const auto it = values.find(name);
  return it == values.end() ? std::string() : it->second;
}

void read_query(std::string_view text, std::map<std::string, std::string>& query) {
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    const std::size_t equals = pair.find('=');
    query[decoded(pair.substr(0, equals))] = equals == pair.npos ? "" : decoded(pair.substr(equals + 1));
  }
}

}  // namespace

std::string Request::header(const std::string& name) const { return found(headers, name); }
std::string Request::value(const std::string& name) const { return found(query, name); }

std::optional<Request> parse_head(std::string_view head) {
  Request request;
  std::string_view line = head.substr(0, head.find("\r\n"));
  const std::size_t first = line.find(' '), last = line.rfind(' ');
  if (first == line.npos || last == first) return std::nullopt;
  request.method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::size_t mark = target.find('?');
  if (mark != target.npos) read_query(target.substr(mark + 1), request.query);
  const std::string path = decoded(target.substr(0, mark));
  const std::size_t slash = path.find('/', 1);  // "/BUCKET/KEY"
  if (slash != path.npos) request.key = path.substr(slash + 1);

  for (head.remove_prefix(line.size() + 2); !head.empty();
       head.remove_prefix(std::min(head.size(), line.size() + 2))) {
    line = head.substr(0, head.find("\r\n"));
    const std::size_t colon = line.find(':');
    if (colon == line.npos) continue;
    std::string name(line.substr(0, colon));
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    const std::size_t begin = std::min(line.find_first_not_of(' ', colon + 1), line.size());
    request.headers[name] = line.substr(begin);
  }
  if (request.headers.contains("transfer-encoding")) return std::nullopt;  // S3 wants a length
  const std::string length = request.header("content-length");
  const char* end = length.data() + length.size();
  if (!length.empty() && std::from_chars(length.data(), end, request.length).ptr != end) return std::nullopt;
  return request;
}

}  // namespace sink
