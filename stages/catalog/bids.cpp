// The sidecars that BIDS wants beside each image: <stem>.json with what the scanner did, in BIDS'
// words and units, and for diffusion <stem>.bval and <stem>.bvec. None of it tells who the patient
// is.

#include <algorithm>
#include <map>

#include "stages/catalog/acquisition_start.h"
#include "stages/catalog/arterial_spin_labeling.h"
#include "stages/catalog/bids_members.h"
#include "stages/catalog/bids_pet.h"
#include "stages/catalog/bids_rows.h"
#include "stages/catalog/echoes.h"
#include "stages/catalog/gradient_tables.h"
#include "stages/catalog/json_writer.h"
#include "stages/catalog/phase_encoding.h"
#include "stages/catalog/repetition_time.h"
#include "stages/catalog/slice_timing.h"
#include "stages/catalog/sorted.h"
#include "stages/write_catalog.h"

namespace dcmflow {
namespace {

void write_times(JsonWriter& json, const Stack& stack, const ScanHeader& header,
                 ScanReader& reader) {
  const auto repetition = repetition_time(header, stack);
  write_repetition(json, repetition);
  if (const auto time = acquisition_time(stack)) json.member("AcquisitionTime", *time);
  const auto timing = slice_timing(stack, header, reader, repetition.volumes);
  if (!timing.empty()) json.key("SliceTiming").values(timing);
  write_arterial_spin_labeling(json, header, stack, repetition);
  // Of a scanner that does not say how many slices it excites at once.
  constexpr std::string_view at_once = "MultibandAccelerationFactor";
  if (const auto slices = slices_at_once(timing); slices > 1 && !says_bids_key(header, at_once))
    json.member(at_once, slices);
}

std::string sidecar_text(const Stack& stack, const SeriesEchoes& echoes, ScanReader& reader,
                         bool no_patient) {
  auto json = JsonWriter::to_text();
  const auto header = reader.read(stack.frames.front());
  json.object();
  write_bids_rows(json, header, no_patient);
  write_echoes(json, header, echoes);
  write_times(json, stack, header, reader);
  write_phase_encoding(json, header, stack);
  write_pet(json, header, stack);
  if (const auto orientation = stack.frames.front().image_orientation_patient())
    json.key("ImageOrientationPatientDICOM").values(*orientation);
  json.member("ConversionSoftware", "dcmflow");
  json.member("ConversionSoftwareVersion", DCMFLOW_VERSION).end();
  return json.take_text();
}

Status write_text(const OutputFolder& folder, const std::string& name, const std::string& text) {
  auto file = OutputFile::create(folder, name);
  if (!file) return file.problem();
  if (auto done = file->append(text); !done) return done;
  return file->commit();
}

std::string_view extension_of(const ImageFile& image) {
  return std::string_view(image.name)
      .substr(std::min(image.name.size(), image.stack->image_stem.size()));
}

}  // namespace

std::vector<std::string> sidecar_names(const Stack& stack) {
  std::vector<std::string> names{stack.image_stem + ".json"};
  if (has_gradients(stack))
    for (const auto* extension : {".bval", ".bvec"}) names.push_back(stack.image_stem + extension);
  return names;
}

Result<std::vector<std::string>> write_bids(const OutputFolder& folder, const Catalog& catalog,
                                            const std::function<bool(const Stack&)>& is_kept,
                                            bool no_patient) {
  const auto images = sorted_images(catalog);
  const auto echoes = find_echoes(images);
  std::vector<const Stack*> stacks;
  for (const ImageFile* image : images) stacks.push_back(image->stack.get());
  const auto members =
      bids_members(stacks, images.empty() ? std::string_view() : extension_of(*images.front()));
  ScanReader reader;
  std::vector<std::string> unread;
  for (const ImageFile* image : images) {
    const Stack& stack = *image->stack;
    if (is_kept(stack)) continue;
    const auto& of_series = echoes.at(series_name(*stack.series));
    auto text = sidecar_text(stack, of_series, reader, no_patient);
    if (const auto of_image = members.find(stack.image_stem); of_image != members.end())
      text = with_members(std::move(text), of_image->second);
    if (folder.is_stopped()) return Problem{Reason::interrupted, {}, "stopped by a signal"};
    if (auto done = write_text(folder, stack.image_stem + ".json", text); !done)
      return done.problem();
    if (reader.take_failure()) unread.push_back(stack.image_stem);
    if (!has_gradients(stack)) continue;
    if (auto done = write_text(folder, stack.image_stem + ".bval", bval_text(stack)); !done)
      return done.problem();
    if (auto done = write_text(folder, stack.image_stem + ".bvec", bvec_text(stack)); !done)
      return done.problem();
  }
  return unread;
}

}  // namespace dcmflow
