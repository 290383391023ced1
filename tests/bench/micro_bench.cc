// micro_bench [--benchmark_…]: how long the hot paths take. micro_bench --run NAME COUNT does one of them so
// often and nothing else, for tools that count instructions; --names lists those worth counting, with unit
// and units.

#include "work.h"
#include <benchmark/benchmark.h>
#include <cstdlib>
#include <string_view>

#include <fmt/core.h>

int main(int argc, char** argv) {
  const std::vector<bench::Work> works = bench::all_work();
  if (argc == 2 && std::string_view(argv[1]) == "--names") {
    for (const bench::Work& work : works)
      if (work.counted) fmt::print("{}\t{}\t{}\n", work.name, work.unit, work.units);
    return 0;
  }
  if (argc == 4 && std::string_view(argv[1]) == "--run") {
    for (const bench::Work& work : works)
      if (work.name == argv[2])
        for (int i = 0; i < std::atoi(argv[3]); ++i) work.once();
    return 0;
  }
  for (const bench::Work& work : works)
    benchmark::RegisterBenchmark(
        fmt::format("{}, per {}", work.name, work.unit).c_str(), [&work](benchmark::State& state) {
          for (auto _ : state) work.once();
          state.counters["per_unit"] = benchmark::Counter(
              work.units, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
        });
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
