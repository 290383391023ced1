#include "reconciler/s3/conditions.h"

#include <algorithm>

namespace reconcile::s3 {

bool refuses_the_header(const Answer& answer) {
  if (answer.response.status == 501 || answer.error.code == "NotImplemented") return true;
  std::string message = answer.error.message;
  std::transform(message.begin(), message.end(), message.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  const auto names = [&](const char* what) { return message.find(what) != std::string::npos; };
  return answer.response.status == 400 &&
         (names("if-none-match") || names("if-match") || names("header you provided"));
}

bool condition_failed(const Answer& answer) {
  const int status = answer.response.status;
  return status == 412 || status == 409 || status == 304 ||
         (status == 404 && answer.error.code == "NoSuchKey");
}

std::string etag_of(const net::Response& response) {
  const std::string* etag = response.header("etag");
  if (!etag) return {};
  const bool quoted = etag->size() >= 2 && etag->front() == '"' && etag->back() == '"';
  return quoted ? etag->substr(1, etag->size() - 2) : *etag;
}

}  // namespace reconcile::s3
