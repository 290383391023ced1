#pragma once
// Broken invariants abort, in release too. Never for input: input is answered with a Result.
// The file's name stands without its folders, which compilers' caches spell in several ways: a release is to
// be the same bytes wherever it was built.

#include <cstdio>
#include <cstdlib>

#define INVARIANT(condition)                                                                            \
  do {                                                                                                  \
    if (!(condition)) {                                                                                 \
      static_cast<void>(                                                                                \
          std::fprintf(stderr, "invariant broken: %s (%s:%d)\n", #condition, __FILE_NAME__, __LINE__)); \
      std::abort();                                                                                     \
    }                                                                                                   \
  } while (false)
