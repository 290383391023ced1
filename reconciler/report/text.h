#pragma once
// A plan for people.

#include <string>

#include "reconciler/model/plan.h"

namespace reconcile {

struct TextOptions {
  bool color = false;
  int width = 100;           ///< columns; less than 60 counts as 60
  bool show_all = false;     ///< fold nothing
  bool ascii = false;        ///< for logs that break on anything else
  std::string command_hint;  ///< "reconcile -f manifests/sn13-r2.yaml"; empty: no Apply line
};

/// Header, legend, sections, closing lines. No line is wider than `width`, except the `Plan:` line (which
/// must stay one line to be found) and a command to be copied. Text from outside is shown with control and
/// bidirectional characters made visible.
std::string render_text(const Plan& plan, const TextOptions& options);

}  // namespace reconcile
