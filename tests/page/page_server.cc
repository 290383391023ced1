// page_server STATE: answers as the program would in that state, on a free port of loopback, which it prints.
// Ends when its standard input does.

#include "tests/page/page_states.h"
#include <cstdio>

#include "reconciler/serve/listener.h"

int main(int count, char** arguments) {
  const auto state = count == 2 ? reconcile::page_state(arguments[1]) : std::nullopt;
  if (!state) return 64;
  const auto listener = reconcile::serve::Listener::start(
      {"127.0.0.1", 0}, [&] { return *state; }, [] { return 7; });
  if (!listener) return 1;
  std::printf("%d\n", (*listener)->port());
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  return 0;
}
