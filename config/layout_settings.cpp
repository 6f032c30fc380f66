#include "config/layout_settings.h"

#include <utility>

#include "config/choices.h"
#include "stages/base/text_file.h"
#include "stages/naming/participants.h"

namespace dcmflow {
namespace {

Problem wrong(const char* option, std::string detail) {
  return {Reason::bad_settings, option, std::move(detail)};
}

Status read_participants(const CommandLine& command_line, Layout& layout) {
  if (!command_line.participants) return Done{};
  if (layout.kind != Layout::Kind::bids)
    return wrong("--participants", "it is of --layout bids, which is not asked for");
  const auto& path = *command_line.participants;
  auto text = read_text_file(path, Reason::bad_settings, path);
  if (!text) return text.problem();
  if (auto parsed = parse_participants(*text, path); !parsed) return parsed.problem();
  layout.participants = {std::move(*text), path};
  return Done{};
}

// What a data set of BIDS is made of (BIDS specification 1.10, common principles).
Status take_bids_choices(const CommandLine& command_line, Settings& settings) {
  auto& format = settings.format;
  if (format.source == "default") format = {"nii.gz", "--layout"};
  if (format.value != "nii.gz" && format.value != "nii")
    return bad_value(format.source, format.value, "nii.gz or nii, since BIDS knows no other");
  if (command_line.images == "all")
    return wrong("--images",
                 "found all, and --layout bids writes what selections with \"bids\" keep");
  if (command_line.multi_volume && *command_line.multi_volume != "4d")
    return wrong("--multi-volume", "found " + *command_line.multi_volume +
                                       ", and BIDS wants a time or diffusion series as one image");
  settings.images = ImagesToWrite::selected;
  settings.bids = true;
  return Done{};
}

}  // namespace

Status read_layout(const CommandLine& command_line, Settings& settings) {
  auto& layout = settings.layout;
  const bool is_flat = command_line.layout == "flat";
  if (command_line.layout && command_line.name && !is_flat)
    return wrong("--name",
                 "--layout names the images, too: give it the name behind the folders, or none");
  if (const auto& text = command_line.layout;
      text && *text != "flat" && *text != "bids" && text->find('{') == std::string::npos)
    return bad_value("--layout", *text,
                     "flat, bids, or a template such as {PatientID}/{StudyDate}");
  const auto& asked = command_line.name ? command_line.name : command_line.layout;
  if (asked) layout.option = command_line.name ? "--name" : "--layout";
  if (asked && (command_line.name || (*asked != "flat" && *asked != "bids"))) {
    layout.kind = Layout::Kind::by_template;
    layout.path_template = *asked;
  } else if (asked == "bids") {
    layout.kind = Layout::Kind::bids;
    if (auto taken = take_bids_choices(command_line, settings); !taken) return taken;
  }
  return read_participants(command_line, layout);
}

std::string layout_word(const Layout& layout) {
  switch (layout.kind) {
    case Layout::Kind::flat:
      return "flat";
    case Layout::Kind::by_template:
      return layout.path_template;
    case Layout::Kind::bids:
      break;
  }
  return "bids";
}

}  // namespace dcmflow
