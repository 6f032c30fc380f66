#include "config/prepare_settings.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <tuple>
#include <utility>
#include <vector>

#include "config/choices.h"
#include "config/prepare_values.h"
#include "stages/base/nearest_name.h"
#include "stages/base/printable.h"
#include "stages/base/text_file.h"
#include "stages/formats/formats.h"
#include "stages/formats/number_text.h"
#include "stages/prepare/resample_image.h"
#include "stages/prepare/target_grid.h"
#include "stages/selection/selection_rules_types.h"

namespace dcmflow {
namespace {

Problem wrong(const std::string& source, std::string detail) {
  return {Reason::bad_settings, source, std::move(detail)};
}

// "1", of all axes, or "1,1,2.5".
std::optional<Vector3> three_numbers(std::string_view text) {
  std::vector<double> numbers;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (;;) {
    double number = 0;
    const auto [behind, error] = std::from_chars(at, end, number);
    if (error != std::errc{} || !std::isfinite(number)) return std::nullopt;
    numbers.push_back(number);
    if (behind == end) break;
    if (*behind != ',') return std::nullopt;
    at = behind + 1;
  }
  if (numbers.size() == 1) numbers.resize(3, numbers[0]);
  if (numbers.size() != 3) return std::nullopt;
  return Vector3{numbers[0], numbers[1], numbers[2]};
}

std::string join(const auto& numbers) {
  std::string text;
  for (const auto number : numbers) {
    if (!text.empty()) text += ',';
    append_number(text, number);
  }
  return text;
}

Status take_options(const CommandLine& given, PrepareOptions& options) {
  auto& changes = options.changes;
  if (given.orient) changes.orient = *given.orient;
  if (!changes.orient.empty() && !is_orientation(changes.orient))
    return bad_value("--orient", changes.orient, orient_expected);
  if (given.spacing) {
    changes.spacing = three_numbers(*given.spacing);
    if (!changes.spacing || !is_spacing(*changes.spacing))
      return bad_value("--spacing", *given.spacing, spacing_expected);
  }
  for (const auto& [option, text, counts] :
       {std::tuple{"--crop", &given.crop, &changes.crop}, {"--pad", &given.pad, &changes.pad}}) {
    if (!*text) continue;
    const auto numbers = three_numbers(**text);
    *counts = numbers ? voxel_counts(*numbers) : std::nullopt;
    if (!*counts) return bad_value(option, **text, counts_expected);
  }
  if (given.align_to) options.align_to = *given.align_to;
  if (given.interpolation) {
    const auto chosen = choose("--interpolation", given.interpolation, image_words);
    if (!chosen) return chosen.problem();
    options.interpolation = static_cast<Interpolation>(*chosen);
  }
  if (given.label_interpolation) {
    const auto chosen = choose("--label-interpolation", given.label_interpolation, label_words);
    if (!chosen) return chosen.problem();
    options.label_interpolation = static_cast<Interpolation>(first_label_word + *chosen);
  }
  if (given.arrange) {
    const auto chosen = choose("--arrange", given.arrange, arrangement_names);
    if (!chosen) return chosen.problem();
    options.arrange = static_cast<Arrangement>(*chosen);
  }
  return Done{};
}

// The first of the options that is given; empty: none.
std::string asked_by(const CommandLine& given) {
  for (const auto& [option, text] : {std::pair{"--prepare", &given.prepare},
                                     {"--orient", &given.orient},
                                     {"--spacing", &given.spacing},
                                     {"--align-to", &given.align_to},
                                     {"--interpolation", &given.interpolation},
                                     {"--label-interpolation", &given.label_interpolation},
                                     {"--crop", &given.crop},
                                     {"--pad", &given.pad},
                                     {"--arrange", &given.arrange}})
    if (*text) return option;
  return {};
}

Status check_fits(const CommandLine& given, const Settings& settings,
                  const PrepareOptions& options) {
  const auto& source = settings.prepare_source;
  for (const auto& [option, is_given] :
       {std::pair{"--interpolation", given.interpolation.has_value()},
        {"--label-interpolation", given.label_interpolation.has_value()}})
    if (is_given && !options.resamples())
      return wrong(option, "it is of --spacing and --align-to, and neither is given");
  if (settings.watch)
    return wrong(source,
                 "--watch makes no prepared images: convert with a run of its own for that");
  if (settings.image_options.keep_stored)
    return wrong(source, "it wants values, and --keep-stored writes voxels as they are stored");
  if (find_image_format(settings.format.value)->converted)
    return wrong(source, "found --format " + settings.format.value +
                             ", which cannot be read again: take another format");
  if (!preparer_path()) return wrong(source, no_preparer);
  return Done{};
}

}  // namespace

Status read_prepare_settings(const CommandLine& command_line, Settings& settings) {
  settings.prepare_source = asked_by(command_line);
  if (settings.prepare_source.empty()) return Done{};
  PrepareOptions options;
  if (const auto& path = command_line.prepare) {
    const auto text = read_text_file(*path, Reason::bad_settings, *path);
    if (!text) return text.problem();
    auto read = parse_prepare_file(without_byte_order_mark(*text), *path);
    if (!read) return read.problem();
    options = std::move(*read);
    settings.prepare_path = path;
  }
  if (auto taken = take_options(command_line, options); !taken) return taken;
  if (auto fits = check_fits(command_line, settings, options); !fits) return fits;
  settings.prepare = std::move(options);
  return Done{};
}

Status check_prepared_selections(const Settings& settings, const SelectionRules& rules) {
  if (!settings.prepare) return Done{};
  const auto& [changes, align_to, interpolation, label_interpolation, arrange] = *settings.prepare;
  const auto refused = [&](const char* option, const std::string& what) {
    const bool is_of_file = settings.prepare_source == "--prepare";
    return wrong(settings.source_of(is_of_file ? "--prepare" : option), what);
  };
  if (arrange != Arrangement::none && rules.select_all)
    return refused("--arrange", "it arranges what selections keep, and there are no rules");
  if (arrange != Arrangement::none &&
      std::ranges::any_of(rules.selections, [](const auto& one) { return one->name.empty(); }))
    return refused("--arrange", "every selection is a channel, and one has no name");
  if (align_to.empty()) return Done{};
  NearestName nearest(align_to);
  for (const auto& selection : rules.selections) {
    if (selection->name == align_to) return Done{};
    nearest.offer(selection->name);
  }
  const auto best = nearest.best();
  return refused("--align-to", "found '" + printable(align_to) + "', which is no selection" +
                                   (best ? "; did you mean '" + printable(*best) + "'?" : ""));
}

std::vector<std::pair<std::string, std::string>> prepare_words(const Settings& settings) {
  std::vector<std::pair<std::string, std::string>> words;
  if (!settings.prepare) return words;
  const auto& [changes, align_to, interpolation, label_interpolation, arrange] = *settings.prepare;
  if (!changes.orient.empty()) words.emplace_back("orient", changes.orient);
  if (changes.spacing) words.emplace_back("spacing", join(*changes.spacing));
  if (!align_to.empty()) words.emplace_back("align-to", align_to);
  if (settings.prepare->resamples()) {
    words.emplace_back("interpolation", interpolation_name(interpolation));
    words.emplace_back("label-interpolation", interpolation_name(label_interpolation));
  }
  if (changes.crop) words.emplace_back("crop", join(*changes.crop));
  if (changes.pad) words.emplace_back("pad", join(*changes.pad));
  words.emplace_back("arrange", arrangement_name(arrange));
  return words;
}

}  // namespace dcmflow
