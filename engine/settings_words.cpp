#include "engine/settings_words.h"

#include <algorithm>

#include "config/image_settings.h"
#include "config/layout_settings.h"
#include "config/prepare_settings.h"
#include "config/tolerance_settings.h"

namespace dcmflow {

std::map<std::string, std::string> settings_words(const Settings& settings) {
  std::map<std::string, std::string> words;
  words["format"] = settings.format.value;
  words["images"] = settings.images == ImagesToWrite::all ? "all" : "selected";
  words[settings.layout.option == "--name" ? "name" : "layout"] = layout_word(settings.layout);
  words["strict"] = settings.strict ? "true" : "false";
  if (settings.labels)
    words["labels"] = label_styles[static_cast<std::size_t>(settings.label_style)];
  for (auto [name, value] : image_option_words(settings.image_options)) {
    std::ranges::replace(name, '-', '_');
    words[name] = value;
  }
  for (auto [name, value] : prepare_words(settings)) {
    std::ranges::replace(name, '-', '_');
    words[name] = value;
  }
  for (const auto& [name, value] : tolerance_words(settings.tolerances)) words[name] = value;
  return words;
}

}  // namespace dcmflow
