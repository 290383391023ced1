#pragma once
// Tells webhooks of changes, on a thread of its own: no pass waits for one, and none fails for one.

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "reconciler/cli/console.h"
#include "reconciler/cli/wiring.h"
#include "reconciler/net/http.h"
#include "reconciler/report/notice.h"

namespace reconcile::cli {

class Notifier {
 public:
  /// The console must outlive this.
  explicit Notifier(Console& console) : console_(console) {}
  /// The message that is on its way has kEndMax left; those behind it are not sent.
  ~Notifier();
  Notifier(const Notifier&) = delete;
  Notifier& operator=(const Notifier&) = delete;

  static constexpr net::Milliseconds kSendMax{10'000};
  static constexpr net::Milliseconds kEndMax{2'000};
  static constexpr std::size_t kWaitingMax = 100;  ///< messages; further ones count as failed

  /// From now on these. What was told of those that stay is remembered.
  void look_after(const std::vector<Publication>& publications);
  /// After a pass. Returns at once.
  void tell(const PublicationStatus& status);
  /// From any thread.
  void add_counts(ProcessStatus& status) const;

 private:
  struct Addressee {
    Publication publication;
    Told told;
  };
  struct Message {
    std::string publication;
    Secret url;
    std::string body;
    std::string signature;  ///< empty: unsigned
  };

  Result<Message> message_for(const Publication& publication, const NotifySpec& spec, const Notice& notice);
  void enqueue(Message message);
  void work();
  Result<void> send(const Message& message);
  void count(const std::string& publication, const Result<void>& sent);

  Console& console_;
  std::map<std::string, Addressee> addressees_;  ///< of the loop's thread
  std::unique_ptr<net::Client> client_;          ///< of the sending thread

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Message> waiting_;
  std::map<std::string, std::map<std::string, std::uint64_t>> counts_;  ///< publication, result
  std::optional<std::chrono::steady_clock::time_point> ending_;         ///< by when
  std::thread thread_;                                                  ///< from the first message on
};

}  // namespace reconcile::cli
