#include "reconciler/report/progress.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "reconciler/base/units.h"
#include "reconciler/report/display.h"

namespace reconcile {
namespace {

constexpr Tick kWindow{15'000};  // long enough to be calm, short enough to follow a change
constexpr Tick kSampleEvery{250};
constexpr Seconds kLongestWait{99 * 86400};     // beyond that an estimate says nothing
constexpr const char* kClearLine = "\r\x1b[K";  // ECMA-48 EL: erase to the end of the line

void add(std::string& out, const std::string& part) { out += (out.empty() ? "" : "  ") + part; }

std::optional<Seconds> time_left(const ProgressState& state) {
  if (!state.bytes_a_second || *state.bytes_a_second < 1 || state.bytes_total <= state.bytes_done)
    return std::nullopt;
  const double seconds = static_cast<double>(state.bytes_total - state.bytes_done) / *state.bytes_a_second;
  if (seconds > static_cast<double>(kLongestWait.count())) return std::nullopt;
  return Seconds(static_cast<std::int64_t>(std::ceil(seconds)));
}

}  // namespace

std::string progress_line(const ProgressState& state, std::size_t width, bool ascii) {
  std::string out;
  if (state.items_total > 0)
    add(out, fmt::format("{} of {}", print_count(state.items_done), print_count(state.items_total)));
  if (state.bytes_total > 0) {
    const std::uint64_t done = std::min(state.bytes_done, state.bytes_total);
    add(out, fmt::format("{} of {}", print_size(Bytes(done)), print_size(Bytes(state.bytes_total))));
    add(out, fmt::format("{}%", static_cast<std::uint64_t>(100.0 * static_cast<double>(done) /
                                                           static_cast<double>(state.bytes_total))));
  }
  if (state.bytes_a_second)
    add(out, print_size(Bytes(static_cast<std::uint64_t>(std::max(0.0, *state.bytes_a_second)))) + "/s");
  if (const auto left = time_left(state)) add(out, print_duration(*left) + " left");
  const std::string ellipsis = ascii ? "..." : "…";
  const std::size_t used = display_width(out) + 2;
  if (!state.current.empty() && used + 8 <= width)
    add(out, elide_middle(visible_name(state.current, ascii), width - used, ellipsis));
  return elide_middle(out, width, ellipsis);
}

std::string Progress::advance(const std::string& address, std::uint64_t done, std::uint64_t total, Tick now) {
  Item& item = active_[address];
  if (done < item.done) samples_.clear();  // begun again: the old rate says nothing any more
  bytes_active_ = bytes_active_ - item.done + done;
  item = {done, total};
  current_ = address;
  sample(now);
  return draw(now);
}

std::string Progress::finish(const std::string& address, Tick now) {
  if (const auto found = active_.find(address); found != active_.end()) {
    bytes_active_ -= found->second.done;
    bytes_finished_ += found->second.done;
    active_.erase(found);
  }
  ++items_finished_;
  if (current_ == address) current_ = active_.empty() ? "" : active_.begin()->first;
  sample(now);
  return draw(now);
}

std::string Progress::clear() {
  if (!on_screen_) return "";
  on_screen_ = false;
  drawn_at_.reset();
  return kClearLine;
}

ProgressState Progress::state(Tick now) const {
  ProgressState out{items_finished_,
                    options_.items_expected,
                    bytes_finished_ + bytes_active_,
                    options_.bytes_expected,
                    std::nullopt,
                    current_};
  out.items_total = out.items_total > 0 ? std::max(out.items_total, items_finished_) : 0;
  out.bytes_total = std::max(out.bytes_total, out.bytes_done);
  if (!samples_.empty() && now > samples_.front().at && out.bytes_done >= samples_.front().bytes)
    out.bytes_a_second = static_cast<double>(out.bytes_done - samples_.front().bytes) * 1000.0 /
                         static_cast<double>((now - samples_.front().at).count());
  return out;
}

void Progress::sample(Tick now) {
  while (samples_.size() > 1 && now - samples_.front().at > kWindow) samples_.pop_front();
  if (samples_.empty() || now - samples_.back().at >= kSampleEvery)
    samples_.push_back({now, bytes_finished_ + bytes_active_});
}

std::string Progress::draw(Tick now) {
  if (!options_.terminal) {
    // The first line comes after one interval: a short apply prints none.
    if (!drawn_at_) drawn_at_ = now;
    if (now - *drawn_at_ < options_.plain_every) return "";
    drawn_at_ = now;
    return progress_line(state(now), options_.width, options_.ascii) + "\n";
  }
  if (drawn_at_ && now - *drawn_at_ < options_.redraw_every) return "";
  drawn_at_ = now;
  on_screen_ = true;
  // The last column stays free: some terminals wrap when it is written to.
  return kClearLine + progress_line(state(now), options_.width > 1 ? options_.width - 1 : 1, options_.ascii);
}

}  // namespace reconcile
