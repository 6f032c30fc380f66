#include "config/label_settings.h"

#include "config/choices.h"

namespace dcmflow {

Status read_label_settings(const CommandLine& command_line, Settings& settings) {
  if (command_line.label_style && !command_line.labels)
    return Problem{Reason::bad_settings, "--label-style", "it is of --labels, which is not given"};
  const auto style = choose("--label-style", command_line.label_style, label_styles);
  if (!style) return style.problem();
  settings.labels = command_line.labels;
  settings.label_style = static_cast<LabelStyle>(*style);
  return Done{};
}

}  // namespace dcmflow
