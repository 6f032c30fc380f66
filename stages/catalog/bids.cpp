// The sidecars that BIDS wants beside each image: <stem>.json with what the scanner did, in BIDS'
// words and units, and for diffusion <stem>.bval and <stem>.bvec. None of it tells who the patient
// is.

#include <cmath>
#include <set>

#include "stages/catalog/bids_keys.h"
#include "stages/catalog/gradient_tables.h"
#include "stages/catalog/json_writer.h"
#include "stages/catalog/slice_timing.h"
#include "stages/catalog/sorted.h"
#include "stages/dicom/value_text.h"
#include "stages/write_catalog.h"
#include "stages/write_image.h"

namespace dcmflow {
namespace {

constexpr double ms_in_s = 1000;

std::optional<double> find_number(const Frame& frame, AttributeIndex attribute) {
  return parse_decimal(frame.find(attribute).value_or(""));
}

void write_texts(JsonWriter& json, std::string_view text) {
  json.array(JsonWriter::Layout::one_line);
  for (;;) {
    const auto end = text.find('\\');
    json.value(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  json.end();
}

void write_key(JsonWriter& json, const BidsKey& row, const Frame& frame) {
  const auto text = frame.find(row.attribute);
  if (!text) return;
  if (row.kind == BidsKind::number) {
    if (const auto number = parse_decimal(*text)) json.member(row.key, *number / row.per_unit);
    return;
  }
  json.key(row.key);
  const bool has_several = text->find('\\') != std::string_view::npos;
  if (row.kind == BidsKind::list || (row.kind == BidsKind::texts && has_several))
    write_texts(json, *text);
  else
    json.value(*text);
}

// BIDS' Repetition Time is from volume to volume. Where volumes come slower or faster than
// excitations do, DICOM's is that of the excitations.
void write_repetition(JsonWriter& json, const Stack& stack) {
  constexpr double same = 0.05;
  const auto excitations = find_number(stack.frames.front(), attribute_index(0x00180080));
  const double step = time_step(stack);
  if (excitations && (step == 0 || std::abs(*excitations / ms_in_s - step) <= same * step)) {
    json.member("RepetitionTime", *excitations / ms_in_s);
    return;
  }
  if (step > 0) json.member("RepetitionTime", step);
  if (excitations) json.member("RepetitionTimeExcitation", *excitations / ms_in_s);
}

// In-Plane Phase Encoding Direction says along which image axis, not which way.
void write_phase_encoding(JsonWriter& json, const Frame& frame) {
  const auto along = frame.find(attribute_index(0x00181312));
  if (!along) return;
  json.member("InPlanePhaseEncodingDirectionDICOM", *along);
  if (*along == "ROW") json.member("PhaseEncodingAxis", "i");
  if (*along == "COL" || *along == "COLUMN") json.member("PhaseEncodingAxis", "j");
}

void write_times(JsonWriter& json, const Stack& stack) {
  if (const auto time = acquisition_time(stack)) json.member("AcquisitionTime", *time);
  if (const auto timing = slice_timing(stack); !timing.empty())
    json.key("SliceTiming").values(timing);
}

// Of the volumes of a dynamic scan, or of the one of a static scan.
void write_pet(JsonWriter& json, const Stack& stack) {
  const auto& frame = stack.frames.front();
  const auto units = frame.find(attribute_index(0x00541001));
  if (!units) return;
  json.member("Units", *units == "BQML" ? "Bq/mL" : *units);
  std::vector<double> starts;
  std::vector<double> durations;
  const std::size_t slices = stack.frames.size() / stack.volumes;
  for (std::size_t volume = 0; volume < stack.volumes; ++volume) {
    const auto duration = find_number(stack.frames[volume * slices], attribute_index(0x00181242));
    if (duration) durations.push_back(*duration / ms_in_s);
    if (stack.volumes == 1)
      starts.push_back(0);
    else if (volume < stack.volume_keys.size() && stack.volume_keys[volume].time)
      starts.push_back(*stack.volume_keys[volume].time);
  }
  if (starts.size() == stack.volumes) json.key("FrameTimesStart").values(starts);
  if (durations.size() == stack.volumes) json.key("FrameDuration").values(durations);
}

Status write_sidecar(const OutputFolder& folder, const Stack& stack, bool has_echoes) {
  auto json = JsonWriter::create(folder, stack.image_stem + ".json");
  if (!json) return json.problem();
  const auto& frame = stack.frames.front();
  json->object();
  for (const auto& row : bids_keys) write_key(*json, row, frame);
  if (const auto echo = find_number(frame, attribute_index(0x00180086)); echo && has_echoes)
    json->member("EchoNumber", *echo);
  write_repetition(*json, stack);
  write_times(*json, stack);
  write_phase_encoding(*json, frame);
  write_pet(*json, stack);
  if (const auto orientation = frame.image_orientation_patient())
    json->key("ImageOrientationPatientDICOM").values(*orientation);
  json->member("ConversionSoftware", "dcmflow");
  json->member("ConversionSoftwareVersion", DCMFLOW_VERSION).end();
  return json->commit();
}

Status write_text(const OutputFolder& folder, const std::string& name, const std::string& text) {
  auto file = OutputFile::create(folder, name);
  if (!file) return file.problem();
  if (auto done = file->append(text); !done) return done;
  return file->commit();
}

// The series whose images are of more than one echo.
std::set<SeriesName> series_of_echoes(const std::vector<const ImageFile*>& images) {
  std::map<SeriesName, std::string_view> seen;
  std::set<SeriesName> several;
  for (const ImageFile* image : images) {
    const auto name = series_name(*image->stack->series);
    const auto echo = image->stack->frames.front().find(attribute_index(0x00180086)).value_or("");
    if (const auto [first, is_new] = seen.emplace(name, echo); !is_new && first->second != echo)
      several.insert(name);
  }
  return several;
}

}  // namespace

Status write_bids(const OutputFolder& folder, const Catalog& catalog) {
  const auto images = sorted_images(catalog);
  const auto of_echoes = series_of_echoes(images);
  for (const ImageFile* image : images) {
    const Stack& stack = *image->stack;
    const bool has_echoes = of_echoes.contains(series_name(*stack.series));
    if (auto done = write_sidecar(folder, stack, has_echoes); !done) return done;
    if (!has_gradients(stack)) continue;
    if (auto done = write_text(folder, stack.image_stem + ".bval", bval_text(stack)); !done)
      return done;
    if (auto done = write_text(folder, stack.image_stem + ".bvec", bvec_text(stack)); !done)
      return done;
  }
  return Done{};
}

}  // namespace dcmflow
