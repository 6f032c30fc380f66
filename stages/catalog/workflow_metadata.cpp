// metadata.json: what a workflow manager routes by. Flat, and every value a string, as MONAI
// Deploy's wants it.

#include <set>
#include <string>
#include <utility>

#include "stages/catalog/json_writer.h"
#include "stages/catalog/listed_series.h"
#include "stages/write_catalog.h"

namespace dcmflow {
namespace {

std::string joined(const std::set<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ",") + word;
  return text;
}

std::set<std::string> modalities(const Catalog& catalog) {
  if (catalog.listed) return catalog.listed->modalities();
  std::set<std::string> found;
  for (const auto& series : catalog.series)
    for (const auto& instance : series->instances)
      if (const auto& modality = instance->shared->modality; !modality.empty())
        found.insert(modality);
  return found;
}

// A series with images of several stacks is one.
std::size_t converted_series(const Catalog& catalog) {
  if (catalog.listed) return catalog.listed->series_with_images();
  std::set<const Series*> found;
  for (const ImageFile& image : catalog.images) found.insert(image.stack->series.get());
  return found.size();
}

Result<std::set<std::string>> matched_selections(const Catalog& catalog) {
  std::set<std::string> found;
  for (const SelectedSeries& selection : catalog.selections)
    if (!selection.images.empty()) found.insert(selection.name);
  if (!catalog.listed || !catalog.listed->selects_all()) return found;
  const auto all =
      catalog.listed->for_each_main(ListedSeries::Order::found, [&](const ListedMain& main) {
        found.insert(main.uid);
        return Status(Done{});
      });
  return all ? Result<std::set<std::string>>(std::move(found)) : all.problem();
}

}  // namespace

Status write_workflow_metadata(const OutputFolder& folder, const Catalog& catalog) {
  auto json = JsonWriter::create(folder, "metadata.json");
  if (!json) return json.problem();
  json->object();
  const auto exit_code = std::to_string(catalog.run.exit_code);
  if (!catalog.run.status.starts_with("complete")) {
    json->member("exception", catalog.run.status);
    json->member("exception_message", "dcmflow ended with exit code " + exit_code +
                                          "; report.json and the log tell why");
    json->member("exit_code", exit_code);
  } else {
    const auto format = catalog.settings.find("format");
    json->member("status", catalog.run.status);
    json->member("exit_code", exit_code);
    json->member("format", format == catalog.settings.end() ? "" : format->second);
    json->member("modalities", joined(modalities(catalog)));
    json->member("series", std::to_string(catalog.series_count()));
    json->member("converted_series", std::to_string(converted_series(catalog)));
    json->member("images", std::to_string(catalog.image_count()));
    const auto selections = matched_selections(catalog);
    if (!selections) return selections.problem();
    json->member("selections", joined(*selections));
  }
  json->end();
  return json->commit();
}

}  // namespace dcmflow
