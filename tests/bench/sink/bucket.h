#pragma once

// What the sink remembers of one bucket: everything about an object but, below a prefix, its bytes. One
// thread.

#include "request.h"
#include <cstdint>
#include <ctime>
#include <map>
#include <string>
#include <utility>

namespace sink {

struct Object {
  std::uint64_t bytes = 0;
  std::string etag;                             // without quotes
  std::map<std::string, std::string> metadata;  // x-amz-meta-*
  std::string content_type;
  std::string body;  // empty where it was discarded
  std::time_t modified = std::time(nullptr);
};

/// Of requests for the bucket itself: asks for its keys.
bool lists(const Request& request);

struct Part {
  std::uint64_t bytes = 0;
  std::string md5;  // 16 bytes
};

struct Upload {
  std::map<int, Part> parts;
  std::map<std::string, std::string> metadata;
  std::string content_type;
};

/// A body that was read to its end.
struct Body {
  std::string md5;   // 16 bytes
  std::string kept;  // empty where it was discarded
};

struct Answer {
  int status = 200;
  std::map<std::string, std::string> headers;
  std::string body;
};

class Bucket {
 public:
  /// Bodies of keys below `discard` are not kept: a later GET of one is an error, not an empty file.
  explicit Bucket(std::string discard) : discard_(std::move(discard)) {}

  /// Objects of 1,000 bytes, spread evenly over the hundred days before this one, of which each is a folder:
  /// "<discard>YYYY/MM/DD/NNNNNNN.json.gz", put at noon. What a listing of many costs, without uploading
  /// them.
  void pretend(unsigned count);
  bool keeps(const Request& request) const;
  Answer answer(const Request& request, const Body& body);

 private:
  Answer put(const Request& request, const Body& body);
  Answer get(const Request& request) const;
  Answer list(const Request& request) const;
  Answer complete(const Request& request);
  Answer of_bucket(const Request& request, const Body& body);

  std::string discard_;
  std::map<std::string, Object> objects_;
  std::map<std::string, Upload> uploads_;
  std::string lifecycle_;
  unsigned next_upload_ = 1;
};

}  // namespace sink
