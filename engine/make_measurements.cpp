#include <sys/stat.h>

#include <memory>
#include <utility>

#include "engine/make_objects.h"
#include "engine/placed_labels.h"
#include "stages/base/counted.h"
#include "stages/base/printable.h"
#include "stages/catalog/json_writer.h"
#include "stages/decode_header.h"
#include "stages/dicom/open_file.h"
#include "stages/to_dicom/write_measurements.h"

namespace dcmflow {
namespace {

Problem no_segmentation(const ToDicomCall& call, const std::string& why) {
  return {Reason::bad_settings, call.segmentation, why};
}

// Segment Label of all items of Segment Sequence.
AttributeIndex add_segment_labels(AttributeTable& table) {
  AttributeRow row{.tag = 0x00620005, .vr = "LO", .keyword = {}, .private_creator = {}};
  row.path.push_back({0x00620002, SequenceStep::any_item});
  row.in_metadata = false;
  return table.add(std::move(row));
}

std::string labels_of(const SegmentMeta& meta) {
  std::string labels;
  for (const auto& segment : meta.segments) labels += (labels.empty() ? "" : "\\") + segment.name;
  return labels;
}

// The segmentation of these labels: of the source's study and frame of reference, with the segments
// of META.
Result<InstancePtr> read_segmentation_header(const ToDicomCall& call, const PlacedLabels& labels) {
  AttributeTable table;
  const auto names = add_segment_labels(table);
  const HeaderPlan plan(table);
  HeaderInterner interner;
  struct stat found {};
  if (stat(call.segmentation.c_str(), &found) != 0 || !S_ISREG(found.st_mode))
    return no_segmentation(call, "it is no file that can be read");
  auto file = share(File{.root = std::make_shared<const std::string>("."),
                         .name = call.segmentation,
                         .size = static_cast<std::uint64_t>(found.st_size)});
  file->version = version_of(found);
  const auto read = decode_header(file, plan, interner);
  if (!read) return no_segmentation(call, read.problem().detail);
  const Instance& segmentation = **read;
  const Instance& source = *labels.source.slices.front().instance;
  if (segmentation.shared->sop_class_uid != segmentation_storage)
    return no_segmentation(call, "it is no DICOM Segmentation");
  for (const auto tag : {0x0020000DU, 0x00200052U})
    if (value_of(segmentation, tag) != value_of(source, tag))
      return no_segmentation(call, "it is of another study or frame of reference than the image");
  if (segmentation.find(names).value_or("") != labels_of(labels.meta))
    return no_segmentation(call, "its segments are others than those of META");
  return *read;
}

// Of the run's image, as it wrote it.
Result<std::map<std::uint16_t, SegmentValues>> measure(const ToDicomCall& call,
                                                       const PlacedLabels& labels) {
  using Values = std::map<std::uint16_t, SegmentValues>;
  const auto& source = labels.source;
  if (!has_quantity(*source.slices.front().instance) || source.has_stored_values ||
      source.has_other_values)
    return Values();
  const auto path = call.run + '/' + source.file;
  const auto* format = format_of_file(source.file);
  if (format == nullptr || !can_read_header(*format)) return Values();
  const auto header = read_image_header(path, *format);
  if (!header) return Problem{Reason::no_input, call.run, "its image: " + header.problem().detail};
  if (header->samples != 1) return Values();
  if (header->image.grid.size != source.grid.size)
    return Problem{Reason::no_input, call.run, "its image has another size than volumes.json says"};
  auto measured = measure_segments({path, *format, *header}, labels.voxels);
  if (!measured)
    return Problem{Reason::no_input, call.run, "its image: " + measured.problem().detail};
  return measured;
}

}  // namespace

Result<std::string> make_measurements(const ToDicomCall& call, const std::atomic<int>& stop) {
  const auto labels = place_labels(call, stop);
  if (!labels) return labels.problem();
  const auto segmentation = read_segmentation_header(call, *labels);
  if (!segmentation) return segmentation.problem();
  const auto values = measure(call, *labels);
  if (!values) return values.problem();
  const auto series = begin_series("Measurements", "SR");
  auto written = write_object(call.to, [&](OutputFile& file) {
    return write_measurements(file, {labels->voxel_mm3(), labels->places, *values, labels->meta,
                                     labels->source.slices, **segmentation, series});
  });
  if (!written) return written.problem();
  if (!call.json)
    return printable(call.to) + ": measurements of " + counted(labels->places.size(), "segment") +
           (values->empty() ? ", volumes alone: what the values are the source does not say, or "
                              "the run changed them"
                            : "") +
           '\n';
  auto json = JsonWriter::to_text();
  json.object().member("file", printable(call.to)).member("series", series.series_uid);
  json.member("segments", labels->places.size()).member("with_values", !values->empty()).end();
  return json.take_text();
}

}  // namespace dcmflow
