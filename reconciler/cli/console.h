#pragma once
// Where words go: data on stdout, everything else on stderr. One line at a time, from any thread.

#include <mutex>
#include <optional>
#include <set>

#include "reconciler/cli/options.h"
#include "reconciler/model/plan.h"
#include "reconciler/ports/events.h"
#include "reconciler/report/progress.h"

namespace reconcile::cli {

class Console final : public Events {
 public:
  explicit Console(const Options& options);

  /// Data, as it is.
  void out(const std::string& text);
  /// A line for people (or a JSON log record).
  void say(const std::string& level, const std::string& message);
  /// The same, from another thread than that of the passes: of no pass.
  void say_aside(const std::string& level, const std::string& message);
  void error(const Error& error);

  /// Every record from here on belongs to this pass, until `leave`.
  void enter(const std::string& publication, const std::string& pass);
  void leave();
  /// Lines for people begin with the time: nobody watches them as they come.
  void stamp_lines() { stamped_ = true; }

  /// The steps that are about to be applied: what the progress line counts against.
  void begin(const Plan& plan);
  void emit(const Event& event) override;

  bool color_out() const { return color_out_; }
  int width() const { return width_; }
  /// Somebody can be asked: stdin and stderr are terminals.
  bool can_ask() const;
  /// Asks on stderr and returns the line that is typed; nullopt where it is not ended, or a signal came.
  std::optional<std::string> answer(const std::string& question);
  /// Asks on stderr; true only for the word `yes`.
  bool ask(const std::string& question);

 private:
  void write_err(const std::string& text);
  void record(const std::string& level, const std::string& message, bool of_pass);
  void emit_ndjson(const Event& event);

  bool json_logs_;
  bool ndjson_;
  bool color_out_;
  int width_;
  bool stamped_ = false;
  std::string publication_;  ///< empty: outside of any pass
  std::string pass_;
  std::mutex mutex_;
  std::optional<Progress> progress_;
};

}  // namespace reconcile::cli
