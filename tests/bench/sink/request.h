#pragma once

// The head of one HTTP/1.1 request as an S3 client sends it. Signatures are not looked at.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace sink {

struct Request {
  std::string method;
  std::string key;                             // decoded, without the bucket; empty: the bucket itself
  std::map<std::string, std::string> query;    // decoded
  std::map<std::string, std::string> headers;  // names in lower case
  std::uint64_t length = 0;                    // Content-Length, bytes

  bool asks(const std::string& name) const { return query.contains(name); }
  /// The header or query value; empty where there is none.
  std::string header(const std::string& name) const;
  std::string value(const std::string& name) const;
};

/// From the request line to the empty line, which is included. nullopt: no request that this server
/// understands.
std::optional<Request> parse_head(std::string_view head);

}  // namespace sink
