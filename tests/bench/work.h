#pragma once

// The hot paths, each as a piece of work that can be done again and again.

#include <functional>
#include <string>
#include <vector>

namespace bench {

struct Work {
  std::string name;
  std::string unit;  // what `units` of are done each time: "request", "key", "MiB"
  double units = 1;
  bool counted = true;  // instructions are worth counting: the time is not spent in a processor's own SHA
  std::function<void()> once;
};

std::vector<Work> all_work();

}  // namespace bench
