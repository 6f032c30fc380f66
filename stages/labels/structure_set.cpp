#include "stages/labels/structure_set.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "stages/base/printable.h"
#include "stages/dicom/value_text.h"
#include "stages/labels/label_dataset.h"

namespace dcmflow {
namespace {

constexpr std::int64_t most_number = 65535;

// Values of text that is padded by spaces, or as some writers do by zeros.
std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\0')) text.remove_suffix(1);
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  return text;
}

class StructureSetReader {
 public:
  StructureSetReader(LabelDataset& dataset, const Instance& instance, std::uint64_t most_bytes)
      : dataset_(dataset), instance_(instance), bytes_left_(most_bytes) {}

  Status read(StructureSet& found) {
    found_ = &found;
    const auto& top = dataset_.top();
    auto read = dataset_.for_each(
        top, 0x30060020, [&](const SequenceItem& item) { return add_structure(item, found); });
    if (!read) return read;
    if (found.structures.empty())
      return Problem{Reason::malformed,
                     {},
                     "no structure in the Structure Set ROI Sequence "
                     "(3006,0020)"};
    read = dataset_.for_each(top, 0x30060080,
                             [&](const SequenceItem& item) { return add_observation(item); });
    if (!read) return read;
    read = dataset_.for_each(top, 0x30060039,
                             [&](const SequenceItem& item) { return add_contours(item, found); });
    if (!read) return read;
    if (found.structures.size() > most_number)
      return Problem{Reason::malformed,
                     {},
                     std::to_string(found.structures.size()) + " structures, at most " +
                         std::to_string(most_number) + " have voxel values"};
    number_structures(found);
    return read_references(found);
  }

 private:
  std::string text(const SequenceItem& item, std::uint32_t tag, Vr code) {
    return dataset_.text(item, tag, code);
  }

  Status add_structure(const SequenceItem& item, StructureSet& found) {
    Structure structure;
    auto& segment = structure.segment;
    segment.roi_number = parse_integer(text(item, 0x30060022, vr('I', 'S')));
    segment.name = text(item, 0x30060026, vr('L', 'O'));
    segment.description = text(item, 0x30060028, vr('S', 'T'));
    segment.algorithm_type = text(item, 0x30060036, vr('C', 'S'));
    structure.frame_of_reference = text(item, 0x30060024, vr('U', 'I'));
    if (!segment.roi_number)
      return Problem{Reason::malformed, {}, "a structure without ROI Number (3006,0022)"};
    const auto place = found.structures.size();
    if (!places_.emplace(*segment.roi_number, place).second)
      return Problem{Reason::malformed,
                     {},
                     "two structures have the ROI Number " + std::to_string(*segment.roi_number)};
    found.structures.push_back(std::move(structure));
    return Done{};
  }

  // The structure that an item says it is about.
  Structure* structure_of(const SequenceItem& item) {
    const auto number = parse_integer(text(item, 0x30060084, vr('I', 'S')));
    const auto place = number ? places_.find(*number) : places_.end();
    return place == places_.end() ? nullptr : &found_->structures[place->second];
  }

  Status add_observation(const SequenceItem& item) {
    auto* structure = structure_of(item);
    if (!structure) return Done{};
    auto& segment = structure->segment;
    if (segment.interpreted_type.empty())
      segment.interpreted_type = text(item, 0x300600A4, vr('C', 'S'));
    if (!segment.type) segment.type = dataset_.code(item, 0x30060086);
    return Done{};
  }

  Status add_contours(const SequenceItem& item, StructureSet& found) {
    auto* structure = structure_of(item);
    if (!structure)
      return Problem{Reason::malformed,
                     {},
                     "contours of the ROI Number '" +
                         printable(text(item, 0x30060084, vr('I', 'S'))) +
                         "', which no structure has"};
    if (const auto rgb = parse_decimals<3>(text(item, 0x3006002A, vr('I', 'S')))) {
      auto& colour = structure->segment.colour.emplace();
      for (std::size_t i = 0; i < colour.size(); ++i)
        colour[i] = static_cast<std::uint8_t>(std::clamp((*rgb)[i], 0.0, 255.0));
    }
    return dataset_.for_each(item, 0x30060040, [&](const SequenceItem& contour) -> Status {
      if (auto read =
              dataset_.add_uids(contour, 0x30060016, 0x00081155, found.references.instances);
          !read)
        return read;
      return add_contour(contour, *structure);
    });
  }

  Status add_contour(const SequenceItem& item, Structure& structure) {
    const auto type = text(item, 0x30060042, vr('C', 'S'));
    if (type == "POINT") ++structure.points;
    if (type == "OPEN_PLANAR" || type == "OPEN_NONPLANAR") ++structure.open_contours;
    const bool is_closed = type == "CLOSED_PLANAR" || type == "CLOSEDPLANAR_XOR" ||
                           type == "CLOSED_PLANAR_XOR" || type.empty();
    if (!is_closed) {
      if (type != "POINT" && !type.starts_with("OPEN_") && !structure.damage)
        structure.damage = "Contour Geometric Type '" + printable(type) + "'";
      return Done{};
    }
    const auto* data = item.find(0x30060050);
    if (!data || data->length == 0) ++structure.empty_contours;
    if (!data || data->length == 0) return Done{};
    if (data->has_undefined_length())
      return Problem{Reason::malformed, {}, "Contour Data of undefined length"};
    const auto said = parse_integer(text(item, 0x30060046, vr('I', 'S'))).value_or(0);
    const auto* bytes = dataset_.source().at(data->value, data->length);
    if (!bytes) return Problem{Reason::truncated, {}, "the file ends inside Contour Data"};
    auto parsed = parse_contour({reinterpret_cast<const char*>(bytes), data->length},
                                static_cast<std::size_t>(std::max<std::int64_t>(said, 0)));
    if (!parsed.damage.empty()) {
      if (!structure.damage) structure.damage = std::move(parsed.damage);
      return Done{};
    }
    // Of fewer points some writers say that they are closed.
    if (parsed.points.size() < 3) {
      ++structure.points;
      return Done{};
    }
    const auto needed = parsed.points.size() * sizeof(Vector3);
    if (needed > bytes_left_)
      return Problem{Reason::exceeds_memory, {}, "its contours take more memory than there is"};
    bytes_left_ -= needed;
    structure.contours.push_back(std::move(parsed.points));
    return Done{};
  }

  static void number_structures(StructureSet& found) {
    found.is_renumbered = std::ranges::any_of(found.structures, [](const Structure& structure) {
      return *structure.segment.roi_number < 1 || *structure.segment.roi_number > most_number;
    });
    for (std::uint32_t place = 1; auto& structure : found.structures)
      structure.segment.number =
          found.is_renumbered ? place++ : static_cast<std::uint32_t>(*structure.segment.roi_number);
  }

  Status read_references(StructureSet& found) {
    auto& references = found.references;
    auto read =
        dataset_.for_each(dataset_.top(), 0x30060010, [&](const SequenceItem& frame_of_reference) {
          if (auto uid = text(frame_of_reference, 0x00200052, vr('U', 'I')); !uid.empty())
            references.frames_of_reference.push_back(std::move(uid));
          return dataset_.for_each(frame_of_reference, 0x30060012, [&](const SequenceItem& study) {
            return dataset_.for_each(study, 0x30060014, [&](const SequenceItem& series) {
              if (auto uid = text(series, 0x0020000E, vr('U', 'I')); !uid.empty())
                references.series.push_back(std::move(uid));
              return dataset_.add_uids(series, 0x30060016, 0x00081155, references.instances);
            });
          });
        });
    for (const auto& structure : found.structures)
      if (!structure.frame_of_reference.empty())
        references.frames_of_reference.push_back(structure.frame_of_reference);
    if (!instance_.shared->frame_of_reference_uid.empty())
      references.frames_of_reference.push_back(instance_.shared->frame_of_reference_uid);
    sort_references(references);
    return read;
  }

  LabelDataset& dataset_;
  const Instance& instance_;
  std::uint64_t bytes_left_;
  StructureSet* found_ = nullptr;
  std::map<std::int64_t, std::size_t> places_;  // of structures, by ROI Number
};

}  // namespace

ContourPoints parse_contour(std::string_view text, std::size_t expected) {
  ContourPoints parsed;
  parsed.points.reserve(static_cast<std::size_t>(std::ranges::count(text, '\\')) / 3 + 1);
  Vector3 point{};
  std::size_t numbers = 0;
  for (text = without_trailing_empty(trimmed(text)); !text.empty();) {
    const auto end = std::min(text.find('\\'), text.size());
    const auto number = parse_decimal(trimmed(text.substr(0, end)));
    if (!number || std::abs(*number) > most_coordinate_mm) {
      parsed.damage = "coordinate " + std::to_string(numbers + 1) +
                      (number ? " lies beyond all patients" : " is no number");
      return parsed;
    }
    point[numbers++ % 3] = *number;
    if (numbers % 3 == 0) parsed.points.push_back(point);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (numbers % 3 != 0)
    parsed.damage = std::to_string(numbers) + " coordinates, which are no whole points";
  else if (expected != 0 && parsed.points.size() != expected)
    parsed.damage = "it promises " + std::to_string(expected) + " points and has " +
                    std::to_string(parsed.points.size());
  return parsed;
}

Result<StructureSet> read_structure_set(const Instance& instance, std::uint64_t most_bytes) {
  OpenDataset::Windows windows;
  LabelDataset dataset(instance.file, windows);
  if (auto opened = dataset.open(); !opened) return opened.problem();
  StructureSet found;
  const auto read = dataset.finish(StructureSetReader(dataset, instance, most_bytes).read(found));
  if (!read) return read.problem();
  return found;
}

}  // namespace dcmflow
