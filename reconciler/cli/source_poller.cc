#include "reconciler/cli/source_poller.h"

#include <random>

#include "reconciler/cli/system_clock.h"

namespace reconcile::cli {
namespace {

/// As long as it is away it is said once, in whatever words.
bool same_news(const std::optional<Error>& a, const std::optional<Error>& b) {
  if (!a || !b) return !a && !b;
  return a->fault == b->fault && (a->fault == Fault::kTransient || a->cause == b->cause);
}

/// A tenth more or less, so that many processes do not ask at the same moment.
std::chrono::milliseconds with_jitter(Seconds interval, std::minstd_rand& random) {
  const std::chrono::milliseconds whole = interval;
  std::uniform_int_distribution<std::int64_t> tenth(-whole.count() / 10, whole.count() / 10);
  return whole + std::chrono::milliseconds(tenth(random));
}

}  // namespace

SourcePoller::SourcePoller(ManifestSource& source, const Options& options, const Sourced& begun)
    : source_(source),
      options_(options),
      in_force_{begun.revision, begun.texts},
      newest_(in_force_),
      error_(begun.newer),
      news_(begun.newer.has_value()) {
  if (!begun.newer) reached_ = SystemClock().now();
  thread_ = std::thread([this] { run(); });
}

SourcePoller::~SourcePoller() {
  {
    const std::lock_guard lock(mutex_);
    done_ = true;
  }
  asked_for_.notify_all();
  thread_.join();
}

void SourcePoller::run() {
  std::minstd_rand random{std::random_device()()};
  std::unique_lock lock(mutex_);
  for (;;) {
    asked_for_.wait_for(lock, with_jitter(options_.source_interval, random),
                        [this] { return look_ || done_; });
    if (done_) return;
    look_ = false;
    lock.unlock();
    look();
    lock.lock();
  }
}

void SourcePoller::look() {
  const Result<Revision> found = source_.newest();
  std::optional<Error> error = found ? std::nullopt : std::optional(found.error());
  if (error && error->fault == Fault::kCancelled) return;  // the process ends
  bool known = false;
  {
    const std::lock_guard lock(mutex_);
    known = found && found->commit == newest_.revision.commit;
  }
  Taken read;
  if (found && !known) {
    read.revision = *found;
    Result<Texts> texts = source_.read(*found);
    if (texts)
      read.texts = *std::move(texts);
    else
      error = texts.error();
  }
  const std::lock_guard lock(mutex_);
  const bool answered =
      found || found.error().fault == Fault::kConflict || found.error().fault == Fault::kDenied;
  if (answered) reached_ = SystemClock().now();
  news_ |= tell_ || (found && !known && !error) || !same_news(error, error_);
  tell_ = false;
  if (found && !known && !error) {
    newest_ = std::move(read);
    refused_.reset();
  }
  // What could not be remembered as in force is tried again.
  news_ |= !error && !refused_ && newest_.revision.commit != in_force_.revision.commit;
  error_ = std::move(error);
}

void SourcePoller::look_now(bool tell) {
  {
    const std::lock_guard lock(mutex_);
    look_ = true;
    tell_ |= tell;
  }
  asked_for_.notify_all();
}

bool SourcePoller::news() const {
  const std::lock_guard lock(mutex_);
  return news_;
}

Result<SourcePoller::Taken> SourcePoller::take() {
  const std::lock_guard lock(mutex_);
  news_ = false;
  if (error_) return fail(*error_);
  return newest_;
}

SourcePoller::Taken SourcePoller::in_force() {
  const std::lock_guard lock(mutex_);
  news_ = true;
  return in_force_;
}

Result<void> SourcePoller::put_in_force(const Taken& taken) {
  TRY(source_.take_up(taken.revision));
  const std::lock_guard lock(mutex_);
  in_force_ = taken;
  refused_.reset();
  return {};
}

void SourcePoller::refuse(const Error& refused) {
  const std::lock_guard lock(mutex_);
  refused_ = refused;
}

SourceStatus SourcePoller::status() const {
  const std::lock_guard lock(mutex_);
  return {options_.source, in_force_.revision, reached_, error_ ? error_ : refused_};
}

}  // namespace reconcile::cli
