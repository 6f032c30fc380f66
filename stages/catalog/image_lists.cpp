// series-images.json and selected-images.json: which file holds which series. Their form is fixed
// by those who read them, so they carry no "schema" member.

#include <algorithm>

#include "stages/catalog/json_writer.h"
#include "stages/catalog/sorted.h"
#include "stages/write_catalog.h"

namespace dcmflow {

Status write_series_images(const OutputFolder& folder, const Catalog& catalog) {
  const auto images = main_images(catalog);
  if (!images) return images.problem();
  auto json = JsonWriter::create(folder, "series-images.json");
  if (!json) return json.problem();
  json->object();
  for (const auto& [series, main] : *images) json->member(main.key, main.image->name);
  json->end();
  return json->commit();
}

namespace {

// Under which a series stands whose first image this is, also where its main image is none of those
// that were written: then by the name that it would have, or where that is a series of another
// study by the name of its own.
std::string_view key_of(const std::vector<Candidate>& candidates, std::string_view stem,
                        const std::map<SeriesName, MainImage>& images) {
  const ImageFacts& main = candidates.front().facts;
  const auto found = images.find(series_name(*main.series));
  if (found != images.end()) return found->second.key;
  const bool is_taken =
      std::ranges::any_of(images, [&](const auto& other) { return other.second.key == main.stem; });
  return is_taken ? stem : std::string_view(main.stem);
}

}  // namespace

Status write_selected_images(const OutputFolder& folder, const Catalog& catalog) {
  const auto images = main_images(catalog);
  if (!images) return images.problem();
  auto json = JsonWriter::create(folder, "selected-images.json");
  if (!json) return json.problem();
  std::map<std::string_view, const ImageFile*> by_stem;
  for (const ImageFile& image : catalog.images) by_stem.emplace(image.stack->image_stem, &image);
  json->object();
  for (const SelectedSeries& selection : catalog.selections) {
    bool begun = false;  // only a selection with an image is listed
    std::size_t last = catalog.series.size();
    for (const SelectedImage& chosen : selection.images) {
      if (chosen.series >= catalog.series.size()) continue;
      const auto& candidates = catalog.candidates.at(chosen.series);
      const std::string_view stem = candidates.at(chosen.image).facts.stem;
      const auto found = by_stem.find(stem);
      if (found == by_stem.end()) continue;
      if (!std::exchange(begun, true)) json->key(selection.name).object();
      // The first image of a series stands for it, under its UID; further ones under their names.
      const bool first = std::exchange(last, chosen.series) != chosen.series;
      json->member(first ? key_of(candidates, stem, *images) : stem, found->second->name);
    }
    if (begun) json->end();
  }
  json->end();
  return json->commit();
}

}  // namespace dcmflow
