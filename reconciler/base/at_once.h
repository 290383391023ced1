#pragma once
// A few threads through a list.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace reconcile {

/// Calls `work(0)` … `work(count - 1)`, at most `jobs` at once, in about this order; back when all are done.
template <class Work>
void for_each_at_once(std::size_t count, std::size_t jobs, const Work& work) {
  std::atomic<std::size_t> next{0};
  const auto run = [&] {
    for (std::size_t at = next++; at < count; at = next++) work(at);
  };
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < std::min(jobs, count); ++i) others.emplace_back(run);
  run();
}

}  // namespace reconcile
