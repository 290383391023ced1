// --loop: passes for ever, until a signal asks to stop.

#include <condition_variable>
#include <cstdlib>
#include <malloc.h>
#include <random>
#include <thread>

#include <fmt/core.h>

#include "reconciler/base/units.h"
#include "reconciler/buffer/arrivals.h"
#include "reconciler/cli/commands.h"
#include "reconciler/cli/file_watch.h"
#include "reconciler/cli/looped_site.h"
#include "reconciler/cli/notifier.h"
#include "reconciler/cli/publications.h"
#include "reconciler/cli/service_manager.h"
#include "reconciler/cli/site_paths.h"
#include "reconciler/cli/source_poller.h"
#include "reconciler/cli/system_clock.h"
#include "reconciler/engine/loop.h"
#include "reconciler/engine/past.h"
#include "reconciler/journal/sqlite_journal.h"
#include "reconciler/report/shown_plan.h"
#include "reconciler/serve/answer.h"
#include "reconciler/serve/host.h"
#include "reconciler/serve/listener.h"

namespace reconcile::cli {
namespace {

/// Waits for signals, and looks at the manifests, the buffers and what came from git every two seconds
/// meanwhile.
class SignalBell final : public Bell {
 public:
  FileWatch files;
  buffer::Arrivals arrivals;
  SourcePoller* poller = nullptr;

  /// Since the last call.
  bool files_changed() { return std::exchange(files_changed_, false); }

  Rings wait(Seconds most) override {
    constexpr std::chrono::milliseconds kLook{2000};
    const auto deadline = std::chrono::steady_clock::now() + most;
    Rings rings;
    for (;;) {
      const auto left =
          std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
      const Asked asked = wait_for_signal(std::clamp(left, std::chrono::milliseconds(0), kLook));
      rings.pass_now |= asked.pass_now;
      if (poller && (asked.pass_now || asked.reload)) poller->look_now(asked.reload);
      files_changed_ |= files.changed();
      rings.reload |= files_changed_ || (poller ? poller->news() : asked.reload);
      rings.full = arrivals.full(SystemClock().now());
      if (rings.pass_now || rings.reload || !rings.full.empty() || stop_signal() != 0 || left.count() <= 0)
        return rings;
    }
  }

 private:
  bool files_changed_ = false;
};

/// What happens, on the console, each record with the pass that it belongs to; and a sign of life to the
/// loop.
class Narrator final : public LoopWatcher, public Events {
 public:
  Narrator(Console& console, buffer::Arrivals& arrivals, Notifier& notifier)
      : console_(console), arrivals_(arrivals), notifier_(notifier) {}
  Loop* loop = nullptr;

  void emit(const Event& event) override {
    if (loop) loop->heard(event);
    console_.emit(event);
  }
  void pass_begins(const PublicationStatus& publication, const std::string& id) override {
    console_.enter(publication.name, id);
    arrivals_.pass_begins(publication.name, SystemClock().now());
  }
  void pass_ended(const PublicationStatus& status, const Verdict& verdict, const PassResult*) override {
    const PassSummary& pass = status.history.front();
    console_.say(verdict.problem ? "warning" : "info",
                 fmt::format("{}: pass {}: {}: {}; next {}", status.name, pass.id, pass.result, pass.text,
                             print_time(status.next_pass.value_or(pass.ended))));
    std::optional<Error> error = verdict.problem ? std::optional(verdict.problem->error) : std::nullopt;
    if (error) error->retry_after = Seconds(0);  // another with each retry, and no other news
    std::optional<Error>& before = told_[status.name];
    if (error && error != before) console_.error(*error);  // once, not with every retry
    if (!error && before) console_.say("info", status.name + ": recovered");
    before = error;
    notifier_.tell(status);
    console_.leave();
    ::malloc_trim(0);  // what a pass held of the bucket is not needed until the next
  }
  void reloaded(const Error* error) override {
    if (!error) return console_.say("info", "the manifests were read and are in force");
    console_.error(within("the last good manifests stay in force", *error));
  }

 private:
  Console& console_;
  buffer::Arrivals& arrivals_;
  Notifier& notifier_;
  std::map<std::string, std::optional<Error>> told_;
};

/// Once asked to stop, the loop has so long to finish what is in flight; then the process ends all the same.
class Grace {
 public:
  Grace(Seconds grace, Console& console, const ServiceManager& manager)
      : thread_([this, grace, &console, &manager] { watch(grace, console, manager); }) {}
  ~Grace() {
    {
      const std::lock_guard lock(mutex_);
      done_ = true;
    }
    ended_.notify_all();
    thread_.join();
  }

 private:
  void watch(Seconds grace, Console& console, const ServiceManager& manager) {
    while (stop_signal() == 0) {
      static_cast<void>(wait_for(std::chrono::seconds(1)));
      const std::lock_guard lock(mutex_);
      if (done_ && stop_signal() == 0) return;
    }
    // The signal that asked may be the manager's own: then it knows already.
    static_cast<void>(manager.tell("STOPPING=1\nSTATUS=finishing what is in flight"));
    std::unique_lock lock(mutex_);
    if (ended_.wait_for(lock, grace, [this] { return done_; })) return;
    console.say("warning", fmt::format("not finished within --grace {}: what is left is taken up at the next "
                                       "start, nothing is lost",
                                       print_duration(grace)));
    std::_Exit(128 + stop_signal());
  }

  std::mutex mutex_;
  std::condition_variable ended_;
  bool done_ = false;
  std::thread thread_;
};

class LoopCommand {
 public:
  LoopCommand(const Options& options, Console& console)
      : options_(options),
        console_(console),
        notifier_(console),
        narrator_(console, bell_.arrivals, notifier_) {}

  ExitCode run(const manifest::Manifests& manifests, const std::vector<Publication>& publications,
               SourcePoller* poller) {
    install_loop_signal_handlers();
    console_.stamp_lines();
    bell_.poller = poller;
    bell_.files.watch(files_to_watch(manifests, options_));
    SystemClock clock;
    Loop loop(looped(publications), {clock, bell_, narrator_, [this] { return reload(); }},
              std::random_device()());
    narrator_.loop = &loop;
    std::unique_ptr<serve::Listener> listener;
    if (!options_.listen.empty()) {
      Result<std::unique_ptr<serve::Listener>> started = listen(loop);
      if (!started) {
        console_.error(started.error());
        return started.error().fault == Fault::kInvalidInput ? kUsage : kError;
      }
      listener = *std::move(started);
    }
    const Grace grace(options_.grace, console_, manager_);
    const Heartbeats heartbeats(
        manager_, [&loop] { return serve::answer("GET", "/healthz", loop.status()).code == 200; });
    const std::string looks_after = fmt::format("looking after {} publication{}", publications.size(),
                                                publications.size() == 1 ? "" : "s");
    console_.say("info", looks_after);
    if (const Result<void> told = manager_.tell("READY=1\nSTATUS=" + looks_after); !told)
      console_.error(told.error());  // it would take this process for one that never started
    loop.run();
    narrator_.loop = nullptr;
    console_.say("info", "stopped as asked");
    return kOk;
  }

 private:
  Result<std::unique_ptr<serve::Listener>> listen(const Loop& loop) {
    TRY_ASSIGN(const serve::Endpoint endpoint, serve::parse_endpoint(options_.listen));
    const auto status = [this, &loop] {
      ProcessStatus out = loop.status();
      notifier_.add_counts(out);
      if (bell_.poller) out.source = bell_.poller->status();
      return out;
    };
    TRY_ASSIGN(std::unique_ptr<serve::Listener> out,
               serve::Listener::start(endpoint, status, [&loop] { return loop.revision(); }));
    if (!serve::is_loopback(endpoint.host))
      console_.say("warning", "--listen " + options_.listen + ": others can read what this program does");
    console_.say("info", fmt::format("answering on http://{}:{}",
                                     endpoint.host.find(':') == std::string::npos ? endpoint.host
                                                                                  : "[" + endpoint.host + "]",
                                     out->port()));
    return out;
  }

  std::vector<LoopedPublication> looped(const std::vector<Publication>& publications) {
    watch_buffers(publications);
    notifier_.look_after(publications);
    std::vector<LoopedPublication> out;
    for (const Publication& publication : publications) {
      const auto site = std::make_shared<LoopedSite>(publication, options_, locks_, narrator_);
      out.push_back({publication.desired,
                     [site](const LoopedPublication::Request& request) { return site->pass(request); },
                     [hint = hint_for(publication, publications.size())](const Plan& plan) {
                       return shown_plan(plan, hint);
                     },
                     [path = journal_path(publication.desired, options_)] { return past_of(path); }});
    }
    return out;
  }

  /// What the journal remembers. One that cannot be read costs the history alone, and the pass says why.
  static std::vector<PassSummary> past_of(const Path& path) {
    const auto journal = journal::open_journal_read_only(path);
    if (!journal) return {};
    return past_passes((*journal)->passes(kHistoryMax).value_or(std::vector<PassRecord>{}));
  }

  /// The command that would approve this publication's plan.
  std::string hint_for(const Publication& publication, std::size_t count) const {
    const bool named = count == 1 || !options_.targets.empty();
    return command_hint(options_) + (named ? "" : " --target " + publication.desired.name);
  }

  /// Of those that would publish what comes.
  void watch_buffers(const std::vector<Publication>& publications) {
    std::map<std::string, buffer::WatchedFolder> folders;
    for (const Publication& publication : publications) {
      const Desired& desired = publication.desired;
      if (desired.mode != Mode::kEnforce) continue;
      const BufferSpec& buffer = desired.buffer;
      folders.emplace(
          desired.name,
          buffer::WatchedFolder{
              buffer.path, {buffer.include, buffer.compress}, buffer.settle, desired.upload.flush_at});
    }
    bell_.arrivals.watch(folders);
  }

  Result<std::vector<LoopedPublication>> reload() {
    if (!bell_.poller) return take_over(load_manifests(options_), "");
    // What changed on this machine is for what is in force, whether or not the source answers.
    auto taken =
        bell_.files_changed() ? Result<SourcePoller::Taken>(bell_.poller->in_force()) : bell_.poller->take();
    if (!taken) return fail(taken.error());
    auto out = take_over(load_sourced(taken->texts, taken->revision, options_),
                         "commit " + taken->revision.commit.substr(0, 12));
    if (!out) {
      bell_.poller->refuse(out.error());
      return out;
    }
    TRY(bell_.poller->put_in_force(*taken));
    console_.say("info", "commit " + taken->revision.commit + " is in force");
    return out;
  }

  /// `where` stands in front of what is wrong.
  Result<std::vector<LoopedPublication>> take_over(const manifest::Manifests& manifests,
                                                   const std::string& where) {
    bell_.files.watch(files_to_watch(manifests, options_));
    for (const manifest::Diagnostic& warning : manifests.warnings)
      console_.say("warning", manifest::headline(warning));
    if (!manifests.ok())
      return fail(where.empty() ? manifest::error_of(manifests.errors)
                                : within(where, manifest::error_of(manifests.errors)));
    TRY_ASSIGN(const std::vector<Publication> publications, publications_of(manifests, options_));
    std::set<std::string> names;
    for (const Publication& publication : publications) names.insert(publication.desired.name);
    locks_.keep_only(names);
    return looped(publications);
  }

  const Options& options_;
  Console& console_;
  HeldLocks locks_;
  const ServiceManager manager_ = ServiceManager::from_environment();
  SignalBell bell_;
  Notifier notifier_;
  Narrator narrator_;
};

}  // namespace

ExitCode loop_command(const Options& options, const manifest::Manifests& manifests,
                      const std::vector<Publication>& publications, Console& console, SourcePoller* poller) {
  return LoopCommand(options, console).run(manifests, publications, poller);
}

}  // namespace reconcile::cli
