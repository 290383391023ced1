#include "reconciler/cli/notifier.h"

#include <set>

#include <fmt/core.h>

#include "reconciler/base/sha256.h"
#include "reconciler/manifest/environment.h"
#include "reconciler/net/url.h"

namespace reconcile::cli {

Notifier::~Notifier() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = std::chrono::steady_clock::now() + kEndMax;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  if (!waiting_.empty())
    console_.say_aside("warning", fmt::format("{} notifications were not sent any more", waiting_.size()));
}

void Notifier::look_after(const std::vector<Publication>& publications) {
  std::map<std::string, Addressee> next;
  for (const Publication& publication : publications) {
    const auto before = addressees_.find(publication.desired.name);
    next.emplace(publication.desired.name,
                 Addressee{publication, before == addressees_.end() ? Told{} : before->second.told});
  }
  addressees_ = std::move(next);
}

void Notifier::tell(const PublicationStatus& status) {
  const auto found = addressees_.find(status.name);
  if (found == addressees_.end()) return;
  const std::optional<Notice> notice = notice_of(found->second.told, status);
  if (!notice) return;
  const Publication& publication = found->second.publication;
  for (const NotifySpec& spec : publication.desired.notify) {
    Result<Message> message = message_for(publication, spec, *notice);
    if (message)
      enqueue(*std::move(message));
    else
      count(status.name, fail(message.error()));
  }
}

Result<Notifier::Message> Notifier::message_for(const Publication& publication, const NotifySpec& spec,
                                                const Notice& notice) {
  Message out;
  out.publication = notice.publication;
  TRY_ASSIGN(out.url, manifest::resolve(spec.url, *publication.environment));
  TRY_ASSIGN(const net::Url url, net::parse_url(out.url.expose()));
  if (url.scheme != "https" && !net::is_loopback(url.host))
    return fail(Fault::kInvalidInput,
                "the webhook's address begins with http://, and whoever listens could use it",
                "use https://");
  out.body = render_notice(spec.kind, notice);
  TRY_ASSIGN(const Secret key, manifest::resolve(spec.signing_key, *publication.environment));
  if (!key.empty()) out.signature = "sha256=" + to_hex(hmac_sha256(view_of(key.expose()), view_of(out.body)));
  return out;
}

void Notifier::enqueue(Message message) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() < kWaitingMax) {
      waiting_.push_back(std::move(message));
      if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
      changed_.notify_all();
      return;
    }
  }
  count(message.publication, fail(Fault::kQuota, fmt::format("{} messages wait already", kWaitingMax),
                                  "is the webhook slow to answer?"));
}

void Notifier::work() {
  for (;;) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    if (ending_) return;
    const Message message = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    count(message.publication, send(message));
  }
}

Result<void> Notifier::send(const Message& message) {
  if (!client_) {
    TRY_ASSIGN(client_, net::Client::make({}));
  }
  const std::unique_ptr<net::BodySource> body = net::memory_body(message.body);
  net::Request request;
  request.method = "POST";
  request.url = std::string(message.url.expose());
  request.headers = {{"Content-Type", "application/json"}};
  if (!message.signature.empty()) request.headers.emplace_back("X-Reconcile-Signature", message.signature);
  request.body = body.get();
  request.deadline = kSendMax;
  request.repeatable = false;
  request.progress = [this](std::uint64_t) {
    const std::lock_guard lock(mutex_);
    return !ending_ || std::chrono::steady_clock::now() < *ending_;
  };
  TRY_ASSIGN(const net::Response response, client_->send(request));
  if (response.status >= 200 && response.status < 300) return {};
  return fail(Fault::kTransient, fmt::format("the webhook answers HTTP {}", response.status),
              "check the address and what it accepts");
}

void Notifier::count(const std::string& publication, const Result<void>& sent) {
  if (!sent)
    console_.say_aside("warning", fmt::format("{}: a notification was not delivered: {}\n  what to do: {}",
                                              publication, sent.error().cause, sent.error().remedy));
  const std::lock_guard lock(mutex_);
  ++counts_[publication][sent ? "delivered" : "failed"];
}

void Notifier::add_counts(ProcessStatus& status) const {
  const std::lock_guard lock(mutex_);
  for (PublicationStatus& publication : status.publications) {
    const auto found = counts_.find(publication.name);
    if (found != counts_.end()) publication.counters.notifications = found->second;
  }
}

}  // namespace reconcile::cli
