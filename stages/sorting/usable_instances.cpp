#include "stages/sorting/usable_instances.h"

#include <algorithm>
#include <array>
#include <optional>

#include "stages/base/printable.h"
#include "stages/codecs/codecs.h"
#include "stages/dicom/attributes.h"
#include "stages/dicom/dictionary.h"
#include "stages/geometry/orientation.h"
#include "stages/geometry/unplaced_frame.h"
#include "stages/pixels/stored_layout.h"
#include "stages/sorting/repeated_instances.h"

namespace dcmflow {
namespace {

using Finding = std::optional<std::string>;  // the detail, when the check refuses the instance

// Objects that hold no Pixel Data by their class, whatever else they have of an image.
Finding no_pixels_expected(const Instance& i, const Tolerances&) {
  constexpr std::string_view spectroscopy = "1.2.840.10008.5.1.4.1.1.4.2";
  const auto& sop_class = i.shared->sop_class_uid;
  const bool is_spectra = sop_class == spectroscopy;
  if (i.pixel_data.kind != PixelData::Kind::none || (i.shared->layout.rows != 0 && !is_spectra))
    return std::nullopt;
  const auto name = sop_class_name(sop_class);
  return (name.empty() ? "SOP Class '" + printable(sop_class) + "'"
                       : name + " (" + sop_class + ")") +
         (is_spectra ? " has Spectroscopy Data and no pixels" : " without pixels");
}

Finding pixels_missing(const Instance& i, const Tolerances&) {
  if (i.pixel_data.kind != PixelData::Kind::none) return std::nullopt;
  return "the header promises " + std::to_string(i.shared->layout.columns) + " × " +
         std::to_string(i.shared->layout.rows) + " pixels, the file has none";
}

// An encapsulated frame has an item of its own, of at least 8 bytes (PS3.5 A.4); native ones were
// measured against the file.
Finding frames_without_bytes(const Instance& i, const Tolerances&) {
  const auto frames = stored_frames(i);
  if (i.pixel_data.kind != PixelData::Kind::encapsulated || frames <= i.pixel_data.length / 8)
    return std::nullopt;
  return "the header promises " + std::to_string(frames) + " frames, the file has " +
         std::to_string(i.pixel_data.length) + " bytes for them";
}

Finding too_many_frames(const Instance& i, const Tolerances&) {
  constexpr std::uint32_t most = 1 << 20;
  const auto frames = i.pixel_data.number_of_frames;
  if (frames <= most) return std::nullopt;
  return std::to_string(frames) + " frames, at most " + std::to_string(most) + " are read";
}

// Colour that is turned into RGB: by the decoder, or by stages/pixels/native_colour.cpp.
bool is_known_colour(const Instance& i) {
  const auto& layout = i.shared->layout;
  const std::string_view photometric = i.shared->photometric_interpretation;
  if (photometric == "RGB") return true;
  if (photometric == "YBR_FULL") return layout.bits_allocated == 8;
  if (photometric == "YBR_FULL_422")
    return layout.bits_allocated == 8 &&
           (!has_halved_chroma(i) || (layout.columns % 2 == 0 && !layout.planar));
  return i.pixel_data.kind == PixelData::Kind::encapsulated &&
         (photometric == "YBR_RCT" || photometric == "YBR_ICT");
}

Finding unknown_colour(const Instance& i, const Tolerances&) {
  const auto& layout = i.shared->layout;
  const bool is_palette = i.shared->photometric_interpretation.starts_with("PALETTE");
  if (layout.samples_per_pixel == 1 || (layout.samples_per_pixel == 3 && is_known_colour(i)))
    return std::nullopt;
  return std::to_string(layout.samples_per_pixel) + " samples a pixel of " +
         std::to_string(layout.bits_allocated) + " bits, " +
         printable(i.shared->photometric_interpretation) +
         (is_palette ? "; expected 1 sample" : "; expected 3 of RGB, YBR_FULL or YBR_FULL_422");
}

Finding odd_pixel(const Instance& i, const Tolerances&) {
  const auto& layout = i.shared->layout;
  const auto bits = layout.bits_allocated;
  using enum PixelData::Kind;
  if (i.pixel_data.kind == float32 || i.pixel_data.kind == float64) {
    const auto expected = i.pixel_data.kind == float32 ? 32 : 64;
    if (bits == expected && layout.samples_per_pixel == 1) return std::nullopt;
    return "real pixels with Bits Allocated " + std::to_string(bits) + " and " +
           std::to_string(layout.samples_per_pixel) + " samples; expected " +
           std::to_string(expected) + " and 1";
  }
  const bool one_sample = layout.samples_per_pixel == 1;
  if (bits == 8 || bits == 16 || bits == 32 || (bits < 32 && one_sample)) return std::nullopt;
  return "Bits Allocated " + std::to_string(bits) + "; converted are integers of up to 32 bits" +
         (one_sample ? "" : ", in colour of 8, 16 and 32");
}

Finding unknown_syntax(const Instance& i, const Tolerances&) {
  // Pixels that are not encapsulated are native in every syntax of the table; a private one may
  // store them otherwise.
  const auto* syntax = find_transfer_syntax(i.shared->transfer_syntax_uid);
  if (syntax && (syntax->decode || i.pixel_data.kind != PixelData::Kind::encapsulated))
    return std::nullopt;
  return i.shared->transfer_syntax_uid +
         (syntax ? " (" + std::string(syntax->name) + ")" : std::string(" (unknown)"));
}

Finding no_geometry(const Frame& f, const Tolerances& tolerances) {
  return why_unplaced(f, tolerances);
}

Finding no_pixel_spacing(const Frame& f, const Tolerances&) { return why_without_spacing(f); }

// In this order: the first that refuses gives the reason.
struct Check {
  Reason reason;
  Finding (*find)(const Instance&, const Tolerances&);
};
constexpr std::array checks{
    Check{Reason::not_an_image, no_pixels_expected},
    Check{Reason::pixel_data_missing, pixels_missing},
    Check{Reason::pixel_data_short, frames_without_bytes},
    Check{Reason::image_size_invalid, too_many_frames},
    Check{Reason::colour_unsupported, unknown_colour},
    Check{Reason::pixel_layout_unsupported, odd_pixel},
    Check{Reason::transfer_syntax_unsupported, unknown_syntax},
};
struct FrameCheck {
  Reason reason;
  Finding (*find)(const Frame&, const Tolerances&);
};
constexpr std::array frame_checks{
    FrameCheck{Reason::no_geometry, no_geometry},
    FrameCheck{Reason::no_pixel_spacing, no_pixel_spacing},
};

// Usable instances with one SOP Instance UID, and where the frames of each begin in the list.
struct Repeats {
  std::vector<InstancePtr> instances;
  std::vector<std::size_t> begins;

  bool has_uid_of(const Instance& instance) const {
    const auto uid = instance.sop_instance_uid();
    return !instances.empty() && !uid.empty() && instances.front()->sop_instance_uid() == uid;
  }
};

bool is_signed(const InstancePtr& instance) { return instance->shared->layout.is_signed; }

// Read as unsigned, a signed slice is another one.
std::optional<RefusedInstance> find_unknown_sign(const InstancePtr& instance) {
  if (says_sign(*instance)) return std::nullopt;
  return RefusedInstance{instance, Reason::pixel_layout_unsupported,
                         "Pixel Representation (0028,0103) is neither 0 nor 1, and pixels of other "
                         "files of the series are signed"};
}

// Appends the frames of an instance, or says why it is refused: for the first frame that lies
// nowhere, unless images may be unplaced.
std::optional<RefusedInstance> add_frames(const InstancePtr& instance, const Tolerances& tolerances,
                                          const ImageOptions& options, std::vector<Frame>& frames) {
  const auto before = frames.size();
  for (std::uint32_t number = 0; number < instance->pixel_data.number_of_frames; ++number) {
    frames.push_back(make_frame(instance, number));
    for (const auto& check : frame_checks) {
      auto detail = check.find(frames.back(), tolerances);
      if (!detail) continue;
      if (options.allow_no_geometry && check.reason == Reason::no_geometry) break;
      if (number > 0) *detail = "frame " + std::to_string(number + 1) + ": " + *detail;
      frames.resize(before);
      return RefusedInstance{instance, check.reason, std::move(*detail)};
    }
  }
  return std::nullopt;
}

// Leaves the frames of those that are kept.
void keep_frames(Repeats& repeats, const SamePixels& same_pixels, std::vector<Frame>& frames,
                 std::vector<RefusedInstance>& refused) {
  if (repeats.instances.size() > 1) {
    const auto kept = keep_slices(repeats.instances, same_pixels, refused);
    repeats.begins.push_back(frames.size());
    auto end = repeats.begins.front();
    for (const auto i : kept)
      for (auto from = repeats.begins[i]; from < repeats.begins[i + 1]; ++from, ++end)
        if (from != end) frames[end] = std::move(frames[from]);
    frames.resize(end);
  }
  repeats = {};
}

}  // namespace

std::optional<RefusedInstance> find_refusal(const InstancePtr& instance,
                                            const Tolerances& tolerances) {
  if (instance->defect())
    return RefusedInstance{instance, instance->defect()->reason, instance->defect()->detail};
  for (const auto& check : checks)
    if (auto detail = check.find(*instance, tolerances))
      return RefusedInstance{instance, check.reason, std::move(*detail)};
  return std::nullopt;
}

std::vector<Frame> usable_frames(const Series& series, const Tolerances& tolerances,
                                 const SamePixels& same_pixels, const ImageOptions& options,
                                 std::vector<RefusedInstance>& refused) {
  std::vector<Frame> frames;
  frames.reserve(series.instances.size());
  Repeats repeats;
  const bool some_are_signed = std::ranges::any_of(series.instances, is_signed);
  // In the order of SOP Instance UID, then name: repeats are neighbours.
  for (const auto& instance : series.instances) {
    if (!repeats.has_uid_of(*instance)) keep_frames(repeats, same_pixels, frames, refused);
    auto refusal = find_refusal(instance, tolerances);
    if (!refusal && some_are_signed) refusal = find_unknown_sign(instance);
    if (refusal) {
      refused.push_back(std::move(*refusal));
      continue;
    }
    const auto begin = frames.size();
    if (auto unplaced = add_frames(instance, tolerances, options, frames)) {
      refused.push_back(std::move(*unplaced));
      continue;
    }
    repeats.instances.push_back(instance);
    repeats.begins.push_back(begin);
  }
  keep_frames(repeats, same_pixels, frames, refused);
  return frames;
}

std::optional<Orientation> placed_orientation(const Frame& frame, const Tolerances& tolerances) {
  const auto orientation = frame.image_orientation_patient();
  if (!orientation || !frame.pixel_spacing() || !has_position(frame) ||
      frames_lie_anywhere(*frame.instance))
    return std::nullopt;
  return make_orientation(*orientation, tolerances.iop_orthonormal);
}

}  // namespace dcmflow
