#include "stages/sorting/volume_keys.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "stages/dicom/attributes.h"
#include "stages/dicom/value_text.h"
#include "stages/dicom/vendor/diffusion.h"
#include "stages/sorting/contrast_equality.h"

namespace dcmflow {
namespace {

using Times = std::vector<double>;  // s from the first, one for each volume; or empty

std::vector<std::span<const Frame>> take_apart(std::span<const Frame> frames,
                                               std::uint32_t volumes) {
  std::vector<std::span<const Frame>> parts;
  const auto slices = frames.size() / volumes;
  for (std::uint32_t v = 0; v < volumes; ++v) parts.push_back(frames.subspan(v * slices, slices));
  return parts;
}

// Of the earliest frame of each volume; empty when they do not ascend.
template <class Value>
Times times_of(const std::vector<std::span<const Frame>>& volumes, Value&& value, double seconds) {
  Times times;
  for (const auto& volume : volumes) {
    double earliest = std::numeric_limits<double>::infinity();
    for (const auto& frame : volume) {
      const std::optional<double> time = value(frame);
      if (!time) return {};
      earliest = std::min(earliest, *time);
    }
    if (!times.empty() && earliest <= times.back()) return {};
    times.push_back(earliest);
  }
  // Nanoseconds: less is rounding of the sums.
  const double first = times.front();
  for (auto& time : times) time = std::round((time - first) * seconds * 1e9) / 1e9;
  return times;
}

double milliseconds(const Frame& frame, AttributeIndex attribute) {
  return parse_decimal(frame.find(attribute).value_or("")).value_or(0);
}

// Repetition Time is that of a volume only where slices are excited one after the other.
Times times_of_steps(const std::vector<std::span<const Frame>>& volumes) {
  const auto& frame = volumes.front().front();
  double step = milliseconds(frame, attribute_index(0x00200110));
  const bool is_3d = frame.find(attribute_index(0x00180023)).value_or("") == "3D";
  if (step <= 0 && !is_3d) step = milliseconds(frame, attribute_index(0x00180080));
  if (step <= 0) return {};
  Times times;
  for (std::size_t v = 0; v < volumes.size(); ++v)
    times.push_back(static_cast<double>(v) * step / 1000);
  return times;
}

bool counts_temporal_positions(const Frame& frame) {
  return parse_integer(frame.find(attribute_index(0x00200105)).value_or("")).value_or(1) > 1;
}

Times find_times(const std::vector<std::span<const Frame>>& volumes, const ToldApartBy& by) {
  if (by.key && by.key->seconds > 0 && !by.inner && !by.contrast)
    return times_of(
        volumes,
        [&](const Frame& f) -> std::optional<double> {
          const auto value = by.key->value(f);
          return value ? std::optional((*value)[0]) : std::nullopt;
        },
        by.key->seconds);
  for (const auto& clock : clocks())
    if (auto times = times_of(volumes, clock.value, clock.seconds); !times.empty()) return times;
  const bool temporal = (by.key && by.key->dimension == "time" && !by.inner) ||
                        counts_temporal_positions(volumes.front().front());
  return temporal ? times_of_steps(volumes) : Times{};
}

// Of each volume; empty when nothing says that any is weighted. One that says nothing beside others
// that do is not weighted.
std::vector<Diffusion> find_diffusions(const std::vector<std::span<const Frame>>& volumes) {
  std::vector<Diffusion> all;
  bool any = false;
  for (const auto& volume : volumes) {
    const auto found = find_diffusion(volume.front());
    any |= found.has_value();
    all.push_back(found.value_or(Diffusion{}));
  }
  return any ? all : std::vector<Diffusion>{};
}

bool vary(const std::vector<Diffusion>& diffusions) {
  return std::ranges::any_of(diffusions, [&](const Diffusion& d) {
    return d.b_value != diffusions.front().b_value || d.direction != diffusions.front().direction;
  });
}

}  // namespace

std::string volume_value(const ToldApartBy& by, std::span<const Frame> volume) {
  if (by.key || by.contrast) {
    std::string text = by.key ? by.key->text(volume.front()) : "";
    if (by.inner) text += '/' + by.inner->text(volume.front());
    if (!by.contrast) return text;
    const auto value = by.contrast->read(volume.front());
    return (by.key ? text + '/' : "") + (value ? value_text(*by.contrast, *value) : "");
  }
  const auto least = std::ranges::min_element(volume, {}, [](const Frame& f) {
    return f.instance->instance_number().value_or(std::numeric_limits<std::int64_t>::max());
  });
  return std::string(least->find(attribute_index(0x00200013)).value_or(""));
}

VolumeSeries describe_volumes(std::span<const Frame> frames, std::uint32_t volumes,
                              const ToldApartBy& by) {
  const auto parts = take_apart(frames, volumes);
  VolumeSeries series;
  const auto diffusions = find_diffusions(parts);
  auto times = find_times(parts, by);
  series.dimension = by.key        ? by.key->dimension
                     : by.contrast ? by.contrast->word
                                   : "instance_number";
  const bool named = (by.key && by.key->dimension != "acquisition") || by.contrast;
  if (vary(diffusions))
    series.dimension = "diffusion";
  else if (!named && !times.empty())
    series.dimension = "time";
  if (series.dimension != "time") times.clear();
  for (std::uint32_t v = 0; v < volumes; ++v) {
    VolumeKey key;
    key.value = volume_value(by, parts[v]);
    if (!times.empty()) key.time = times[v];
    if (!diffusions.empty()) key.diffusion = diffusions[v];
    series.keys.push_back(std::move(key));
  }
  return series;
}

}  // namespace dcmflow
