#include "reconciler/cli/console.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <sys/ioctl.h>
#include <unistd.h>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "reconciler/base/units.h"
#include "reconciler/cli/system_clock.h"
#include "reconciler/report/color.h"
#include "reconciler/report/json.h"

namespace reconcile::cli {
namespace {

std::optional<std::string> variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): read before any thread starts
  return value ? std::optional<std::string>(value) : std::nullopt;
}

ColorMode mode_of(ColorChoice choice) {
  switch (choice) {
    case ColorChoice::kAlways:
      return ColorMode::kAlways;
    case ColorChoice::kNever:
      return ColorMode::kNever;
    case ColorChoice::kAuto:
      break;
  }
  return ColorMode::kAuto;
}

int terminal_width(int fd) {
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40) return std::min<int>(size.ws_col, 100);
  return 100;
}

Tick tick() { return std::chrono::duration_cast<Tick>(std::chrono::steady_clock::now().time_since_epoch()); }

}  // namespace

Console::Console(const Options& options)
    : json_logs_(options.json_logs),
      ndjson_(options.output == Output::kNdjson),
      color_out_(use_color({.mode = mode_of(options.color),
                            .no_color = variable("NO_COLOR"),
                            .clicolor_force = variable("CLICOLOR_FORCE"),
                            .term = variable("TERM"),
                            .terminal = ::isatty(STDOUT_FILENO) == 1})),
      width_(terminal_width(STDOUT_FILENO)) {}

void Console::out(const std::string& text) {
  const std::lock_guard lock(mutex_);
  if (progress_) write_err(progress_->clear());
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

void Console::write_err(const std::string& text) {
  if (!text.empty()) std::fwrite(text.data(), 1, text.size(), stderr);
}

void Console::say(const std::string& level, const std::string& message) { record(level, message, true); }

void Console::say_aside(const std::string& level, const std::string& message) {
  record(level, message, false);
}

void Console::record(const std::string& level, const std::string& message, bool of_pass) {
  const std::lock_guard lock(mutex_);
  if (progress_) write_err(progress_->clear());
  const std::string now = print_time(std::chrono::floor<Seconds>(std::chrono::system_clock::now()));
  if (!json_logs_)
    return write_err((stamped_ ? now + " " : "") +
                     (level == "info" ? message + "\n" : fmt::format("reconcile: {}: {}\n", level, message)));
  nlohmann::ordered_json fields{{"time", now}, {"level", level}, {"message", message}};
  if (of_pass && !pass_.empty()) fields.update({{"publication", publication_}, {"pass", pass_}});
  write_err(fields.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
}

void Console::error(const Error& error) {
  say("error", error.cause + (error.remedy.empty() ? "" : "\n  what to do: " + error.remedy));
}

void Console::enter(const std::string& publication, const std::string& pass) {
  const std::lock_guard lock(mutex_);
  publication_ = publication;
  pass_ = pass;
}

void Console::leave() { enter("", ""); }

void Console::begin(const Plan& plan) {
  const std::lock_guard lock(mutex_);
  progress_.emplace(ProgressOptions{.terminal = ::isatty(STDERR_FILENO) == 1,
                                    .width = static_cast<std::size_t>(terminal_width(STDERR_FILENO)),
                                    .items_expected = plan.steps.size(),
                                    .bytes_expected = plan.counts.upload_bytes.get()});
}

void Console::emit(const Event& event) {
  if (ndjson_) emit_ndjson(event);
  if (event.kind == Event::Kind::kWarning) return say("warning", event.address + ": " + event.message);
  const std::lock_guard lock(mutex_);
  if (!progress_ || ndjson_ || json_logs_) return;
  if (event.kind == Event::Kind::kProgress || event.kind == Event::Kind::kStarted)
    write_err(progress_->advance(event.address, event.bytes_done, event.bytes_total, tick()));
  else
    write_err(progress_->finish(event.address, tick()));
}

void Console::emit_ndjson(const Event& event) {
  ApplyEventType type = ApplyEventType::kInfo;
  switch (event.kind) {
    case Event::Kind::kStarted:
      type = ApplyEventType::kStart;
      break;
    case Event::Kind::kProgress:
      type = ApplyEventType::kProgress;
      break;
    case Event::Kind::kDone:
      type = ApplyEventType::kComplete;
      break;
    case Event::Kind::kFailed:
      type = ApplyEventType::kErrored;
      break;
    case Event::Kind::kSkipped:
      type = ApplyEventType::kSkipped;
      break;
    case Event::Kind::kWarning:
      type = ApplyEventType::kWarning;
      break;
    case Event::Kind::kInfo:
      break;
  }
  const std::string line =
      ndjson_apply_event(type, event.address, event.message, event.bytes_done, event.bytes_total);
  const std::lock_guard lock(mutex_);
  std::fwrite(line.data(), 1, line.size(), stdout);
}

bool Console::can_ask() const { return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1; }

std::optional<std::string> Console::answer(const std::string& question) {
  {
    const std::lock_guard lock(mutex_);
    write_err(question);
  }
  // A signal that came before the terminal is read would not end the read.
  if (std::cin.rdbuf()->in_avail() <= 0 && !wait_for_input(STDIN_FILENO)) return std::nullopt;
  std::string answer;
  if (!std::getline(std::cin, answer) || std::cin.eof()) return std::nullopt;
  return answer;
}

bool Console::ask(const std::string& question) { return answer(question + " Only `yes` applies: ") == "yes"; }

}  // namespace reconcile::cli
