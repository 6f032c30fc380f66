#include "stages/to_dicom/write_segmentation.h"

#include <algorithm>
#include <array>
#include <limits>

#include "stages/geometry/voxel_space.h"
#include "stages/to_dicom/cielab.h"
#include "stages/to_dicom/new_uid.h"

namespace dcmflow {
namespace {

constexpr std::uint64_t most_pixel_bytes = 0xFFFFFFFE;  // that 32 bits count, an even number

struct SegmentFrame {
  std::uint16_t label = 0;    // the voxel value
  std::uint16_t segment = 0;  // Segment Number
  std::uint32_t slice = 0;
};

std::vector<SegmentFrame> list_frames(const SegmentationParts& parts) {
  std::vector<SegmentFrame> frames;
  for (std::size_t i = 0; i < parts.meta.segments.size(); ++i) {
    const auto label = parts.meta.segments[i].number;
    const auto place = parts.places.find(label);
    if (place == parts.places.end()) continue;
    for (const auto slice : place->second.slices)
      frames.push_back({label, segment_number(i), slice});
  }
  return frames;
}

std::uint64_t pixel_bytes(std::uint64_t frames, const Grid& grid) {
  const std::uint64_t bytes = (frames * grid.size[0] * grid.size[1] + 7) / 8;
  return bytes + bytes % 2;
}

DataSet item_of(const MetaCode& code) { return code_item(code.value, code.scheme, code.meaning); }

// PS3.3 C.8.20.4
DataSet segment_item(const MetaSegment& segment, std::uint16_t number) {
  DataSet item;
  item.put_us(0x00620004, {number}).put(0x00620005, "LO", segment.name);
  item.put_if(0x00620006, "ST", segment.description);
  item.put(0x00620008, "CS", segment.algorithm_type);
  item.put_if(0x00620009, "LO", segment.algorithm_name);
  item.put_sequence(0x00620003, item_of(segment.category));
  item.put_sequence(0x0062000F, item_of(segment.type));
  if (segment.anatomy) item.put_sequence(0x00082218, item_of(*segment.anatomy));
  if (segment.rgb) {
    const auto lab = cielab(*segment.rgb);
    item.put_us(0x0062000D, {lab[0], lab[1], lab[2]});
  }
  return item;
}

// Frames count by segment, then by position (PS3.3 C.7.6.17).
void put_dimensions(DataSet& object) {
  const auto uid = new_uid();
  const auto index = [&](std::uint32_t pointer, std::uint32_t group, std::string_view label) {
    DataSet item;
    item.put(0x00209164, "UI", uid).put_at(0x00209165, pointer).put_at(0x00209167, group);
    return item.put(0x00209421, "LO", label);
  };
  DataSet organization;
  organization.put(0x00209164, "UI", uid);
  object.put_sequence(0x00209221, organization);
  object.put_sequence(0x00209222, {index(0x0062000B, 0x0062000A, "Segment"),
                                   index(0x00200032, 0x00209113, "Position")});
}

DataSet shared_groups(const Grid& grid) {
  DataSet orientation, measures, item;
  orientation.put(0x00200037, "DS", orientation_text(grid));
  // From slice to slice along their normal.
  const double step = grid.is_sheared
                          ? VoxelSpace(grid).voxel_mm3() / (grid.spacing[0] * grid.spacing[1])
                          : grid.spacing[2];
  measures.put(0x00180050, "DS", decimal_text(step));
  measures.put(0x00180088, "DS", decimal_text(step));
  measures.put(0x00280030, "DS", spacing_text(grid));
  item.put_sequence(0x00209116, orientation);
  return item.put_sequence(0x00289110, measures);
}

// PS3.3 C.7.6.16.2 and C.8.20.3
DataSet frame_groups(const SegmentationParts& parts, const SegmentFrame& frame) {
  DataSet content, position, segment, item;
  content.put_ul(0x00209157, {frame.segment, frame.slice + 1});
  position.put(0x00200032, "DS", position_text(parts.grid, frame.slice));
  segment.put_us(0x0062000B, {frame.segment});
  item.put_sequence(0x00209111, content);
  item.put_sequence(0x00209113, position);
  item.put_sequence(0x0062000A, segment);
  const auto& sources = parts.sources_of_slices[frame.slice];
  if (sources.empty()) return item;  // a slice that no frame was there for
  DataSet derivation;
  derivation.put_sequence(0x00089215, code_item("113076", "DCM", "Segmentation"));
  derivation.put_sequence(0x00082112, source_image_items(sources));
  return item.put_sequence(0x00089124, derivation);
}

// The frames one after the other, without a gap between their bits (PS3.5 8.1.1), padded by 0.
Status write_bits(const SegmentationParts& parts, const std::vector<SegmentFrame>& frames,
                  const DataSet::Sink& sink) {
  const std::size_t slice_voxels = std::size_t{parts.grid.size[0]} * parts.grid.size[1];
  std::vector<std::uint8_t> bytes;
  std::uint64_t written = 0;
  unsigned bit = 0;
  for (const auto& frame : frames) {
    bytes.reserve(slice_voxels / 8 + 2);
    for (const auto voxel : parts.voxels.subspan(frame.slice * slice_voxels, slice_voxels)) {
      if (bit == 0) bytes.push_back(0);
      if (voxel == frame.label) bytes.back() = static_cast<std::uint8_t>(bytes.back() | 1U << bit);
      bit = (bit + 1) % 8;
    }
    // What is not full yet waits for the bits of the next frame.
    const auto whole = bytes.size() - (bit == 0 ? 0 : 1);
    if (auto done = sink(std::span<const std::uint8_t>(bytes).first(whole)); !done) return done;
    written += whole;
    bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(whole));
  }
  bytes.resize(static_cast<std::size_t>(pixel_bytes(frames.size(), parts.grid) - written));
  return sink(bytes);
}

void put_pixel_module(DataSet& object, const Grid& grid) {
  object.put_us(0x00280002, {1}).put(0x00280004, "CS", "MONOCHROME2");
  object.put_us(0x00280010, {static_cast<std::uint16_t>(grid.size[1])});
  object.put_us(0x00280011, {static_cast<std::uint16_t>(grid.size[0])});
  object.put_us(0x00280100, {1}).put_us(0x00280101, {1}).put_us(0x00280102, {0});
  object.put_us(0x00280103, {0});
  if (!object.has(0x00282110)) object.put(0x00282110, "CS", "00");
}

void put_segmentation_module(DataSet& object, const SegmentMeta& meta) {
  object.put(0x00080008, "CS", "DERIVED\\PRIMARY").put(0x00200013, "IS", "1");
  object.put(0x00620001, "CS", "BINARY").put(0x00620013, "CS", "NO");  // Segments Overlap
  object.put(0x00700080, "CS", meta.content_label);
  object.put(0x00700081, "LO", meta.content_description);
  object.put(0x00700084, "PN", meta.creator);
  object.put_sequence(0x00620002, meta.segments.size(), [&meta](std::size_t i) {
    return segment_item(meta.segments[i], segment_number(i));
  });
}

}  // namespace

Result<std::uint32_t> count_frames(const LabelPlaces& places, const Grid& grid) {
  constexpr std::uint32_t most_length = std::numeric_limits<std::uint16_t>::max();
  const auto refuse = [](const std::string& what) {
    return Problem{Reason::labels_unusable, {}, what};
  };
  if (std::max(grid.size[0], grid.size[1]) > most_length)
    return refuse("the image has " + std::to_string(grid.size[0]) + " columns and " +
                  std::to_string(grid.size[1]) + " rows, and an object holds up to " +
                  std::to_string(most_length));
  std::uint64_t frames = 0;
  for (const auto& [number, place] : places) frames += place.slices.size();
  const auto bytes = pixel_bytes(frames, grid);
  if (bytes > most_pixel_bytes)
    return refuse("its " + std::to_string(frames) + " frames take " + std::to_string(bytes) +
                  " bytes, and an object holds up to " + std::to_string(most_pixel_bytes));
  return static_cast<std::uint32_t>(frames);
}

Status write_segmentation(OutputFile& file, const SegmentationParts& parts) {
  const auto frames = list_frames(parts);
  const auto uid = new_uid();
  DataSet object =
      begin_object(*parts.sources.front().instance, parts.series, segmentation_storage, uid);
  put_segmentation_module(object, parts.meta);
  put_dimensions(object);
  put_pixel_module(object, parts.grid);
  object.put_sequence(0x00081115, referenced_series_items(parts.sources));
  object.put(0x00280008, "IS", std::to_string(frames.size()));
  object.put_sequence(0x52009229, shared_groups(parts.grid));
  object.put_sequence(0x52009230, frames.size(),
                      [&](std::size_t i) { return frame_groups(parts, frames[i]); });
  object.put_stream(0x7FE00010, "OB",
                    static_cast<std::uint32_t>(pixel_bytes(frames.size(), parts.grid)),
                    [&](const DataSet::Sink& sink) { return write_bits(parts, frames, sink); });
  return write_dicom_file(file, object, segmentation_storage, uid);
}

}  // namespace dcmflow
