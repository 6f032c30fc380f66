#include "stages/catalog/slice_timing.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "stages/catalog/acquisition_start.h"
#include "stages/catalog/ge_slice_times.h"
#include "stages/dicom/date_time.h"
#include "stages/dicom/value_text.h"
#include "stages/dicom/vendor/csa_header.h"
#include "stages/dicom/vendor/slice_times.h"

namespace dcmflow {
namespace {

constexpr double most_seconds = 1e10;  // since 1970: in 2286
using Frames = std::span<const Frame>;
// Of each frame, in seconds from wherever; empty when one says nothing.
using Times = std::vector<double>;

struct Scan {
  const Stack& stack;
  const ScanHeader& header;
  ScanReader& reader;
  double repetition;

  Frames volume(std::size_t number) const {
    const std::size_t slices = stack.frames.size() / stack.volumes;
    return Frames(stack.frames).subspan(number * slices, slices);
  }
};

template <class Read>
Times times_of(Frames frames, Read&& read) {
  Times times;
  for (const Frame& frame : frames) {
    const std::optional<double> time = read(frame);
    if (!time || !(std::abs(*time) < most_seconds)) return {};
    times.push_back(*time);
  }
  return times;
}

// Of the tiles of one mosaic, as its scanner tells them: in an attribute, before in a CSA header.
Times mosaic(const Scan& scan, Frames frames) {
  if (frames.front().instance->pixel_data.tiles_across == 0) return {};
  auto of_tiles = slice_times_ms(frames.front());
  if (of_tiles.empty()) {
    const auto& csa = scan.reader.read(frames.front()).blocks().csa_image;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(csa.data());
    for (const auto value : csa_values({bytes, csa.size()}, "MosaicRefAcqTimes"))
      of_tiles.push_back(parse_decimal(value).value_or(most_seconds * 1e3));
  }
  return times_of(frames, [&](const Frame& frame) -> std::optional<double> {
    const bool is_tile =
        frame.instance == frames.front().instance && frame.number < of_tiles.size();
    return is_tile ? std::optional(of_tiles[frame.number] / 1e3) : std::nullopt;
  });
}

// An attribute that is read once more, in seconds: of every frame only where the first scan has it.
template <AttributeIndex attribute>
Times read_again(const Scan& scan, Frames frames) {
  if (!scan.header.find(attribute)) return {};
  return times_of(frames,
                  [&](const Frame& frame) { return scan.reader.read(frame).number(attribute); });
}

constexpr auto time_after_start = scan_index(0x00210004, creator::siemens_image);
constexpr auto rtia_timer = scan_index(0x0021005E, creator::ge_relation);

// In older releases ten thousandths of a second.
Times ge_timer(const Scan& scan, Frames frames) {
  auto times = read_again<rtia_timer>(scan, frames);
  if (times.empty()) return times;
  const auto [first, last] = std::ranges::minmax(times);
  constexpr double too_many_repetitions = 9;
  if (last - first > too_many_repetitions * scan.repetition)
    for (double& time : times) time /= 1e4;
  return times;
}

// By the protocol, whose order is that in which the images of a volume are numbered.
Times ge_protocol(const Scan& scan, Frames frames) {
  const auto& flags = scan.stack.flags;
  if (std::ranges::find(flags, "polarity_alternates") != flags.end()) return {};
  const auto by_number = ge_slice_times(scan.header, frames.size(), scan.repetition);
  if (by_number.empty()) return {};
  std::vector<std::int64_t> numbers;
  for (const Frame& frame : frames) {
    const auto number = frame.instance->instance_number();
    if (!number || std::ranges::find(numbers, *number) != numbers.end()) return {};
    numbers.push_back(*number);
  }
  return times_of(frames, [&](const Frame& frame) {
    const auto number = *frame.instance->instance_number();
    return std::optional(by_number[static_cast<std::size_t>(
        std::ranges::count_if(numbers, [&](std::int64_t n) { return n < number; }))]);
  });
}

double seconds(std::int64_t microseconds) { return static_cast<double>(microseconds) / 1e6; }

// Whole seconds are of a clock that cannot tell slices apart, or of an anonymiser.
Times unless_whole(Times times) {
  const auto is_whole = [](double time) { return time == std::floor(time); };
  return std::ranges::all_of(times, is_whole) ? Times() : times;
}

Times date_time(const Scan&, Frames frames) {
  return unless_whole(times_of(frames, [](const Frame& frame) -> std::optional<double> {
    const auto time = parse_date_time(frame.find(attribute_index(0x0008002A)).value_or(""));
    return time ? std::optional(seconds(*time)) : std::nullopt;
  }));
}

Times time_of_day(const Scan&, Frames frames) {
  Times times;
  for (const auto time : acquisition_times(frames)) times.push_back(seconds(time));
  return unless_whole(std::move(times));
}

Times trigger_time(const Scan&, Frames frames) {
  return times_of(frames, [](const Frame& frame) -> std::optional<double> {
    const auto ms = parse_decimal(frame.find(attribute_index(0x00181060)).value_or(""));
    return ms ? std::optional(*ms / 1e3) : std::nullopt;
  });
}

enum class FirstVolume : std::uint8_t { is_true, may_be_bogus };

struct Clock {
  Times (*read)(const Scan& scan, Frames frames);
  FirstVolume first_volume = FirstVolume::is_true;
};
using enum FirstVolume;
constexpr std::array ge_clocks{Clock{trigger_time, may_be_bogus}, Clock{ge_timer, may_be_bogus},
                               Clock{ge_protocol}};
constexpr std::array clocks{Clock{mosaic}, Clock{read_again<time_after_start>, may_be_bogus},
                            Clock{date_time, may_be_bogus}, Clock{time_of_day},
                            Clock{trigger_time}};

std::span<const Clock> clocks_of(Maker maker) {
  switch (maker) {
    case Maker::ge:
      return ge_clocks;
    case Maker::philips:
    case Maker::canon:
      return {};  // their times are none of slices
    default:
      return clocks;
  }
}

// Whether the times are of one volume, and not all the same.
bool is_one_volume(const Times& times, double repetition) {
  if (times.empty()) return false;
  const auto [first, last] = std::ranges::minmax(times);
  return last > first && last - first < repetition;
}

Times read(const Scan& scan, const Clock& clock) {
  constexpr std::size_t most_tried = 4;
  const std::size_t volumes = std::min<std::size_t>(scan.stack.volumes, most_tried);
  const std::size_t first = clock.first_volume == may_be_bogus && volumes > 1 ? 1 : 0;
  for (std::size_t i = 0; i < volumes; ++i) {
    auto times = clock.read(scan, scan.volume((first + i) % volumes));
    if (is_one_volume(times, scan.repetition)) return times;
  }
  return {};
}

}  // namespace

std::vector<double> slice_timing(const Stack& stack, const ScanHeader& header, ScanReader& reader,
                                 std::optional<double> repetition) {
  const bool is_3d = header.find(attribute_index(0x00180023)) == "3D";
  if (stack.frames.size() / stack.volumes < 2 || !stack.recipes.empty() || is_3d || !repetition)
    return {};
  const bool is_mosaic = stack.frames.front().instance->pixel_data.tiles_across != 0;
  if (!is_mosaic && !is_echo_planar(header)) return {};
  const Scan scan{stack, header, reader, *repetition};
  for (const Clock& clock : clocks_of(header.maker())) {
    auto times = read(scan, clock);
    if (times.empty()) continue;
    const double first = std::ranges::min(times);
    for (double& time : times) time = std::round((time - first) * 1e6) / 1e6;
    return times;
  }
  return {};
}

std::size_t slices_at_once(const std::vector<double>& slice_timing) {
  if (slice_timing.empty()) return 1;
  const auto slices_at = [&](double time) {
    return static_cast<std::size_t>(std::ranges::count(slice_timing, time));
  };
  const auto at_once = slices_at(0);
  const bool is_most =
      std::ranges::all_of(slice_timing, [&](double time) { return slices_at(time) <= at_once; });
  return is_most && at_once > 0 && slice_timing.size() % at_once == 0 ? at_once : 1;
}

}  // namespace dcmflow
