#pragma once
// How far an apply is: one line that is redrawn on a terminal, a plain line now and then elsewhere.

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "reconciler/base/strong.h"

namespace reconcile {

/// Time on any clock that does not go back.
using Tick = std::chrono::milliseconds;

struct ProgressState {
  std::uint64_t items_done = 0, items_total = 0;  ///< items_total 0: not known
  std::uint64_t bytes_done = 0, bytes_total = 0;  ///< bytes_total 0: nothing to measure
  std::optional<double> bytes_a_second;           ///< moving average; unset until there are two samples
  std::string current;                            ///< address; may be empty
};

/// "12 of 26  812.4 MiB of 1.9 GiB  43%  24.1 MiB/s  48s left  objects/data/…/x.parquet", at most `width`
/// columns.
std::string progress_line(const ProgressState& state, std::size_t width, bool ascii = false);

struct ProgressOptions {
  bool terminal = false;
  std::size_t width = 80;    ///< columns
  Tick plain_every{10'000};  ///< between lines where there is no terminal
  Tick redraw_every{100};    ///< between redraws on a terminal
  bool ascii = false;
  std::uint64_t items_expected = 0;  ///< steps of the plan
  std::uint64_t bytes_expected = 0;  ///< counts.upload_bytes
};

/// Fed with events; hands back what to write to stderr, often nothing. One thread at a time.
class Progress {
 public:
  explicit Progress(ProgressOptions options) : options_(options) {}

  /// Bytes of one address so far; fewer than before when it was begun again.
  std::string advance(const std::string& address, std::uint64_t done, std::uint64_t total, Tick now);
  /// The address is through, well or not.
  std::string finish(const std::string& address, Tick now);
  /// To be called before anything else is written to the same terminal: takes the line away. The next event
  /// draws it again.
  std::string clear();
  ProgressState state(Tick now) const;

 private:
  struct Item {
    std::uint64_t done = 0, total = 0;
  };
  struct Sample {
    Tick at;
    std::uint64_t bytes = 0;
  };
  std::string draw(Tick now);
  void sample(Tick now);

  ProgressOptions options_;
  std::map<std::string, Item> active_;
  std::string current_;
  std::uint64_t items_finished_ = 0, bytes_finished_ = 0, bytes_active_ = 0;
  std::deque<Sample> samples_;
  std::optional<Tick> drawn_at_;
  bool on_screen_ = false;
};

}  // namespace reconcile
