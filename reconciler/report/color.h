#pragma once
// Whether to colour, and the few colours there are. Colour only repeats what symbols and words already say.

#include <optional>
#include <string>
#include <string_view>

#include "reconciler/base/result.h"

namespace reconcile {

enum class ColorMode { kAuto, kAlways, kNever };

/// "auto", "always" or "never".
Result<ColorMode> parse_color_mode(std::string_view text);

struct ColorInputs {
  ColorMode mode = ColorMode::kAuto;          ///< --color
  std::optional<std::string> no_color;        ///< NO_COLOR: no colour when set and not empty (no-color.org)
  std::optional<std::string> clicolor_force;  ///< CLICOLOR_FORCE: colour when set, not empty and not "0"
  std::optional<std::string> term;            ///< TERM: no colour for "dumb"
  bool terminal = false;                      ///< the stream written to is one
};

/// The flag wins, then NO_COLOR, then CLICOLOR_FORCE, then TERM and the terminal.
bool use_color(const ColorInputs& inputs);

/// SGR codes (ECMA-48 section 8.3.117).
enum class Style { kPlain, kBold, kDim, kGreen, kYellow, kRed, kMagenta, kBoldGreen, kBoldRed };

/// `text` in that style; unchanged when `color` is false, the style plain or the text empty.
std::string paint(Style style, std::string_view text, bool color);

}  // namespace reconcile
