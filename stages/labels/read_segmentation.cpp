#include "stages/labels/read_segmentation.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "stages/base/printable.h"
#include "stages/dicom/multi_frame/frame_attributes.h"
#include "stages/dicom/multi_frame/referenced_instances.h"
#include "stages/dicom/value_text.h"
#include "stages/labels/label_dataset.h"

namespace dcmflow {
namespace {

constexpr std::int64_t most_segments = 65535;  // numbers are US

class SegmentationReader {
 public:
  SegmentationReader(LabelDataset& dataset, const Instance& instance)
      : dataset_(dataset), instance_(instance) {}

  Status read(Segmentation& found) {
    if (auto typed = read_type(found); !typed) return typed;
    auto read = dataset_.for_each(dataset_.top(), segments_tag, [&](const SequenceItem& item) {
      return add_segment(item, found);
    });
    if (!read) return read;
    auto& segments = found.segments;
    if (segments.empty()) return malformed("no segment in the Segment Sequence (0062,0002)");
    std::ranges::stable_sort(segments, {}, &Segment::number);
    const auto twice = std::ranges::adjacent_find(segments, {}, &Segment::number);
    if (twice != segments.end())
      return malformed("two segments have the number " + std::to_string(twice->number));
    return read_references(found.references);
  }

 private:
  static Problem malformed(std::string detail) {
    return {Reason::malformed, {}, std::move(detail)};
  }

  Status read_type(Segmentation& found) {
    auto type = dataset_.text(dataset_.top(), 0x00620001, vr('C', 'S'));
    if (type.empty() && instance_.shared->sop_class_uid == label_map_storage) type = "LABELMAP";
    if (type.empty()) type = "BINARY";
    found.is_label_map = type == "LABELMAP";
    if (type == "BINARY" || found.is_label_map) return Done{};
    if (type != "FRACTIONAL")
      return Problem{
          Reason::pixel_layout_unsupported,
          {},
          "Segmentation Type '" + printable(type) + "'; expected BINARY, FRACTIONAL or LABELMAP"};
    const auto fraction = dataset_.text(dataset_.top(), 0x00620010, vr('C', 'S'));
    found.kind = fraction == "OCCUPANCY" ? LabelKind::occupancy : LabelKind::probability;
    const auto most = parse_integer(dataset_.text(dataset_.top(), 0x0062000E, vr('U', 'S')));
    if (!most || *most < 1 || *most > most_segments)
      return malformed("a fractional segmentation without Maximum Fractional Value (0062,000E)");
    found.most_fraction = static_cast<std::uint32_t>(*most);
    return Done{};
  }

  Status add_segment(const SequenceItem& item, Segmentation& found) {
    ItemCharacterSet character_set(dataset_.texts());
    for (const auto& element : item.elements)
      character_set.look_at(
          ElementReader(dataset_.source(), item.encoding, element.value, dataset_.source().size()),
          element);
    const auto text = [&](std::uint32_t tag, Vr code) { return dataset_.text(item, tag, code); };
    const auto number_text = text(0x00620004, vr('U', 'S'));
    const auto number = parse_integer(number_text);
    if (number == 0 && found.is_label_map) return Done{};
    if (!number || *number < 1 || *number > most_segments)
      return malformed("found Segment Number '" + printable(number_text) +
                       "', expected a number from 1 to " + std::to_string(most_segments));
    Segment segment{.number = static_cast<std::uint32_t>(*number)};
    segment.name = text(0x00620005, vr('L', 'O'));
    segment.description = text(0x00620006, vr('S', 'T'));
    segment.category = dataset_.code(item, 0x00620003);
    segment.type = dataset_.code(item, 0x0062000F);
    segment.algorithm_type = text(0x00620008, vr('C', 'S'));
    segment.algorithm_name = text(0x00620009, vr('L', 'O'));
    if (const auto colour = parse_decimals<3>(text(0x0062000D, vr('U', 'S'))))
      segment.colour = srgb_of_cielab(*colour);
    found.segments.push_back(std::move(segment));
    return Done{};
  }

  Status read_references(LabelReferences& references) {
    const auto& top = dataset_.top();
    auto read = dataset_.for_each(top, referenced_series_tag, [&](const SequenceItem& series) {
      if (auto uid = dataset_.text(series, 0x0020000E, vr('U', 'I')); !uid.empty())
        references.series.push_back(std::move(uid));
      return dataset_.add_uids(series, 0x0008114A, 0x00081155, references.instances);
    });
    if (!read) return read;
    for (const auto groups : {shared_groups_tag, per_frame_groups_tag}) {
      if (!references.instances.empty()) break;
      read = dataset_.for_each(top, groups, [&](const SequenceItem& group) {
        return dataset_.for_each(group, 0x00089124, [&](const SequenceItem& derivation) {
          return dataset_.add_uids(derivation, 0x00082112, 0x00081155, references.instances);
        });
      });
      if (!read) return read;
    }
    if (!instance_.shared->frame_of_reference_uid.empty())
      references.frames_of_reference.push_back(instance_.shared->frame_of_reference_uid);
    sort_references(references);
    return Done{};
  }

  LabelDataset& dataset_;
  const Instance& instance_;
};

}  // namespace

std::array<std::uint8_t, 3> srgb_of_cielab(const std::array<double, 3>& stored) {
  constexpr double most = 65535;
  const double lightness = stored[0] * 100 / most;
  const double a = stored[1] * 255 / most - 128, b = stored[2] * 255 / most - 128;
  const double y = (lightness + 16) / 116;
  const auto inverse = [](double t) {
    return t > 6.0 / 29 ? t * t * t : 3 * (6.0 / 29) * (6.0 / 29) * (t - 4.0 / 29);
  };
  const double big_x = 0.96422 * inverse(y + a / 500);
  const double big_y = inverse(y);
  const double big_z = 0.82521 * inverse(y - b / 200);
  // From D50 to the D65 of sRGB (Bradford).
  const std::array linear{3.1338561 * big_x - 1.6168667 * big_y - 0.4906146 * big_z,
                          -0.9787684 * big_x + 1.9161415 * big_y + 0.0334540 * big_z,
                          0.0719453 * big_x - 0.2289914 * big_y + 1.4052427 * big_z};
  std::array<std::uint8_t, 3> srgb{};
  for (std::size_t i = 0; i < srgb.size(); ++i) {
    const double value = std::clamp(linear[i], 0.0, 1.0);
    const double gamma =
        value <= 0.0031308 ? 12.92 * value : 1.055 * std::pow(value, 1 / 2.4) - 0.055;
    srgb[i] = static_cast<std::uint8_t>(std::lround(gamma * 255));
  }
  return srgb;
}

Result<Segmentation> read_segmentation(const Instance& instance) {
  OpenDataset::Windows windows;
  LabelDataset dataset(instance.file, windows);
  if (auto opened = dataset.open(); !opened) return opened.problem();
  Segmentation found;
  const auto read = dataset.finish(SegmentationReader(dataset, instance).read(found));
  if (!read) return read.problem();
  return found;
}

}  // namespace dcmflow
