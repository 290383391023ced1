#include "reconciler/serve/fresh.h"

namespace reconcile::serve {
namespace {

constexpr std::chrono::seconds kFreshFor{1};

}  // namespace

FreshAnswers::FreshAnswers(std::function<ProcessStatus()> status, std::function<std::uint64_t()> revision)
    : status_(std::move(status)), revision_(std::move(revision)) {}

Answer FreshAnswers::of(const std::string& method, const std::string& path) {
  if (method != "GET") return answer(method, path, {});
  if (!revision_) return answer(method, path, status_());
  const std::lock_guard lock(mutex_);
  const std::uint64_t revision = revision_();
  const auto now = std::chrono::steady_clock::now();
  const auto found = kept_.find(path);
  if (found != kept_.end() && found->second.revision == revision && now - found->second.made < kFreshFor)
    return found->second.answer;
  Answer made = answer(method, path, status_());
  if (made.code == 404) return made;
  if (found == kept_.end() && kept_.size() >= kKeptMax) kept_.clear();
  kept_[path] = {made, revision, now};
  return made;
}

}  // namespace reconcile::serve
