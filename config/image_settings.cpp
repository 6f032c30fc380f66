#include "config/image_settings.h"

#include <array>
#include <span>

#include "config/choices.h"
#include "stages/formats/formats.h"

namespace dcmflow {
namespace {

using Words = std::span<const std::string_view>;

// In the order of the enums.
constexpr std::array<std::string_view, 3> tilt_words{"rectify", "affine", "reject"};
constexpr std::array<std::string_view, 4> missing_words{"fill", "split", "keep", "reject"};
constexpr std::array<std::string_view, 4> irregular_words{"resample", "split", "keep", "reject"};
constexpr std::array<std::string_view, 3> multi_volume_words{"4d", "split", "first"};
constexpr std::array<std::string_view, 4> suv_words{"none", "bw", "lbm", "bsa"};

template <class Choice>
Status choose_into(Choice& choice, const std::string& option, const CommandLine::Text& value,
                   Words names) {
  const auto chosen = choose(option, value, names);
  if (!chosen) return chosen.problem();
  choice = static_cast<Choice>(*chosen);
  return Done{};
}

template <class Choice>
std::string word(Choice choice, Words names) {
  return std::string(names[static_cast<std::size_t>(choice)]);
}

std::string yes_or_no(bool value) { return value ? "yes" : "no"; }

}  // namespace

Result<ImageOptions> read_image_options(const CommandLine& command_line,
                                        const std::string& format) {
  ImageOptions options;
  for (const Status& status :
       {choose_into(options.on_tilt, "--on-tilt", command_line.on_tilt, tilt_words),
        choose_into(options.on_missing, "--on-missing", command_line.on_missing, missing_words),
        choose_into(options.on_irregular, "--on-irregular", command_line.on_irregular,
                    irregular_words),
        choose_into(options.multi_volume, "--multi-volume", command_line.multi_volume,
                    multi_volume_words),
        choose_into(options.suv, "--suv", command_line.suv, suv_words)})
    if (!status) return status.problem();
  options.keep_stored = command_line.keep_stored;
  options.allow_no_geometry = command_line.allow_no_geometry;
  options.strict = command_line.strict;
  options.real_world = command_line.real_world;
  options.invert_monochrome1 = command_line.invert_monochrome1;
  if (options.suv != Suv::none && options.keep_stored)
    return Problem{
        Reason::bad_settings, "--suv",
        "it makes other values of those that --keep-stored keeps; leave one of them out"};
  const ImageFormat* found = find_image_format(format);
  options.format_holds_shear = found && found->holds_shear;
  return options;
}

std::vector<std::pair<std::string, std::string>> image_option_words(const ImageOptions& options) {
  return {{"on-tilt", word(options.on_tilt, tilt_words)},
          {"on-missing", word(options.on_missing, missing_words)},
          {"on-irregular", word(options.on_irregular, irregular_words)},
          {"multi-volume", word(options.multi_volume, multi_volume_words)},
          {"keep-stored", yes_or_no(options.keep_stored)},
          {"allow-no-geometry", yes_or_no(options.allow_no_geometry)},
          {"real-world", yes_or_no(options.real_world)},
          {"invert-monochrome1", yes_or_no(options.invert_monochrome1)},
          {"suv", word(options.suv, suv_words)}};
}

}  // namespace dcmflow
