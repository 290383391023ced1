#pragma once
// The publisher's side as a table: what each address answers.

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "reconciler/verify/source.h"

namespace reconcile::verify {

class FakeSource final : public Source {
 public:
  struct Answer {
    std::string body;
    std::optional<Judgement> refused = std::nullopt;
    bool ends_with_connection = false;
    std::optional<Instant> modified = std::nullopt;
  };

  Judged<BodyHead> fetch(const std::string& url, const BodySink& sink) override {
    {
      const std::scoped_lock lock(mutex_);
      asked_.push_back(url);
    }
    const auto found = answers.find(url);
    if (found == answers.end()) return refuse(of_status(404));
    const Answer& answer = found->second;
    if (answer.refused) return refuse(*answer.refused);
    BodyHead head{.ends_with_connection = answer.ends_with_connection, .modified = answer.modified};
    if (!answer.ends_with_connection) head.length = Bytes(answer.body.size());
    for (std::size_t at = 0; at < answer.body.size(); at += kPiece)
      if (auto stopped = sink(head, std::string_view(answer.body).substr(at, kPiece)))
        return refuse(*stopped);
    return head;
  }

  std::vector<std::string> asked() const {
    const std::scoped_lock lock(mutex_);
    return asked_;
  }

  std::map<std::string, Answer> answers;

 private:
  static constexpr std::size_t kPiece = 7;
  mutable std::mutex mutex_;
  std::vector<std::string> asked_;
};

}  // namespace reconcile::verify
