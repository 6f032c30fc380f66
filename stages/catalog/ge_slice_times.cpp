#include "stages/catalog/ge_slice_times.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <tuple>
#include <utility>

#include "stages/catalog/bids_rules.h"
#include "stages/dicom/value_text.h"
#include "stages/dicom/vendor/ge_blocks.h"

namespace dcmflow {
namespace {

// Release and revision: 27, 0 and 3 of "DV27.0_R03_1831.b".
using Release = std::tuple<int, int, int>;

Release release_of(const ScanHeader& header) {
  const auto text = header.find(attribute_index(0x00181020)).value_or("");
  const auto number_at = [&](std::size_t at) {
    int number = 0;
    std::from_chars(text.data() + std::min(at, text.size()), text.data() + text.size(), number);
    return number;
  };
  for (const std::string_view name : {"DV", "RX", "MR", "SV", "PX"})
    for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
      const int major = number_at(at + name.size());
      const auto point = text.find('.', at);
      if (major == 0 || point == std::string_view::npos) continue;
      const auto revision = text.find("_R", point);
      return {major, number_at(point + 1),
              revision == std::string_view::npos ? 0 : number_at(revision + 2)};
    }
  return {};
}

constexpr Release first_without_empty_shot{27, 0, 3};

}  // namespace

std::vector<double> ge_slice_times(const ScanHeader& header, std::size_t slices,
                                   double repetition) {
  const std::string_view protocol = header.blocks().ge_protocol;
  const auto options = ge_protocol_value(protocol, "IOPT").value_or("");
  const auto has = [&](std::string_view word) { return options.find(word) != options.npos; };
  const bool is_real_time = has("FMRI");
  if (!(is_real_time || has("MPh")) || has("MPhVar") || has("DIFF")) return {};
  const auto number = [&](std::string_view key) {
    return parse_decimal(ge_protocol_value(protocol, key).value_or(""));
  };
  if (number("NOSLC") != static_cast<double>(slices)) return {};
  const auto said = parse_decimal(ge_slices_at_once(header).value_or("")).value_or(1);
  const auto at_once = static_cast<std::size_t>(std::clamp(said, 1.0, static_cast<double>(slices)));
  const auto wait = is_real_time
                        ? header.number(scan_index(0x0043007C, creator::ge_parameters)).value_or(0)
                        : number("DELACQ").value_or(0);
  const bool is_newer = release_of(header) >= first_without_empty_shot;
  std::size_t shots = (slices + at_once - 1) / at_once;
  if (at_once > 1 && shots % 2 == 0 && !is_newer) ++shots;
  if (!(repetition > wait) || shots == 0) return {};
  const double step = (repetition - wait) / static_cast<double>(shots);
  const bool is_sequential = number("SLICEORDER") == 0;
  std::vector<double> of_shot(shots);
  for (std::size_t i = 0; i < shots; ++i) {
    const auto turn = is_sequential ? i : i % 2 == 0 ? i / 2 : (shots - 1) / 2 + (i + 1) / 2;
    of_shot[i] = static_cast<double>(turn) * step;
  }
  if (at_once > 1 && is_newer && !is_sequential && shots % 2 == 0 && shots > 2)
    std::swap(of_shot[shots - 1], of_shot[shots - 3]);
  std::vector<double> times;
  for (std::size_t i = 0; i < slices; ++i) times.push_back(of_shot[i % shots]);
  return times;
}

}  // namespace dcmflow
