#include <array>
#include <cstdio>
#include <utility>

#include "engine/make_objects.h"
#include "engine/placed_labels.h"
#include "stages/base/counted.h"
#include "stages/base/printable.h"
#include "stages/catalog/json_writer.h"
#include "stages/to_dicom/write_segmentation.h"

namespace dcmflow {
namespace {

struct Made {
  const PlacedLabels& labels;
  const NewSeries& series;
  std::uint32_t frames;

  std::uint64_t voxels_of(const MetaSegment& segment) const {
    const auto place = labels.places.find(segment.number);
    return place == labels.places.end() ? 0 : place->second.voxels;
  }
};

std::string answer_text(const ToDicomCall& call, const Made& made) {
  std::string text = printable(call.to) + ": " + counted(made.frames, "frame") + " of " +
                     counted(made.labels.places.size(), "segment") + '\n';
  const auto& segments = made.labels.meta.segments;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const auto voxels = made.voxels_of(segments[i]);
    std::array<char, 64> volume{};
    std::snprintf(volume.data(), volume.size(), "%.3f ml",
                  static_cast<double>(voxels) * made.labels.voxel_mm3() / 1000);
    text += "  segment " + std::to_string(segment_number(i)) + ", " + printable(segments[i].name) +
            ": " + counted(voxels, "voxel") + ", " + volume.data();
    if (segments[i].number != segment_number(i))
      text += "; its voxels are " + std::to_string(segments[i].number) + " in the labels";
    text += '\n';
  }
  return text;
}

std::string answer_json(const ToDicomCall& call, const Made& made) {
  auto json = JsonWriter::to_text();
  json.object().member("file", printable(call.to)).member("series", made.series.series_uid);
  json.member("frames", made.frames).key("segments").array();
  const auto& segments = made.labels.meta.segments;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const auto voxels = made.voxels_of(segments[i]);
    json.object(JsonWriter::Layout::one_line).member("number", segment_number(i));
    json.member("label", segments[i].number).member("name", segments[i].name);
    json.member("voxels", voxels);
    json.member("volume_mm3", static_cast<double>(voxels) * made.labels.voxel_mm3()).end();
  }
  json.end().end();
  return json.take_text();
}

}  // namespace

Result<std::string> make_segmentation(const ToDicomCall& call, const std::atomic<int>& stop) {
  const auto labels = place_labels(call, stop);
  if (!labels) return labels.problem();
  const auto& source = labels->source;
  const auto frames = count_frames(labels->places, source.grid);
  if (!frames) return about_image(frames.problem(), call);
  const auto series = begin_series(labels->meta.series_description, "SEG");
  auto written = write_object(call.to, [&](OutputFile& file) {
    return write_segmentation(file, {source.grid, labels->voxels, labels->places, labels->meta,
                                     source.of_slices, source.slices, series});
  });
  if (!written) return written.problem();
  const Made made{*labels, series, *frames};
  return call.json ? answer_json(call, made) : answer_text(call, made);
}

}  // namespace dcmflow
