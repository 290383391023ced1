#pragma once
// Broken invariants abort, in release too. Never for input: input is answered with a Result.

#include <cstdio>
#include <cstdlib>

#define INVARIANT(condition)                                                                       \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      static_cast<void>(                                                                           \
          std::fprintf(stderr, "invariant broken: %s (%s:%d)\n", #condition, __FILE__, __LINE__)); \
      std::abort();                                                                                \
    }                                                                                              \
  } while (false)
