#include "reconciler/report/color.h"

#include <fmt/core.h>

namespace reconcile {
namespace {

const char* code_of(Style style) {
  switch (style) {
    case Style::kPlain:
      return "0";
    case Style::kBold:
      return "1";
    case Style::kDim:
      return "90";  // bright black: SGR 2 is invisible on some terminals
    case Style::kGreen:
      return "32";
    case Style::kYellow:
      return "33";
    case Style::kRed:
      return "31";
    case Style::kMagenta:
      return "35";
    case Style::kBoldGreen:
      return "1;32";
    case Style::kBoldRed:
      return "1;31";
  }
  return "0";
}

bool set(const std::optional<std::string>& variable) { return variable && !variable->empty(); }

}  // namespace

Result<ColorMode> parse_color_mode(std::string_view text) {
  if (text == "auto") return ColorMode::kAuto;
  if (text == "always") return ColorMode::kAlways;
  if (text == "never") return ColorMode::kNever;
  return fail(Fault::kInvalidInput, fmt::format("--color: `{}` is not known", text),
              "write auto, always or never");
}

bool use_color(const ColorInputs& inputs) {
  if (inputs.mode != ColorMode::kAuto) return inputs.mode == ColorMode::kAlways;
  if (set(inputs.no_color)) return false;
  if (set(inputs.clicolor_force) && *inputs.clicolor_force != "0") return true;
  return inputs.terminal && inputs.term != "dumb";
}

std::string paint(Style style, std::string_view text, bool color) {
  if (!color || style == Style::kPlain || text.empty()) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", code_of(style), text);
}

}  // namespace reconcile
