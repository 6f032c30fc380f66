// volumes.json read back: where the slices of one image came from.

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "stages/catalog/result_claims.h"

namespace dcmflow {
namespace {

using Json = nlohmann::json;
using Event = Json::parse_event_t;

// The written slices of one volume, and of what they were made (SliceRecipe).
std::vector<std::vector<std::size_t>> made_of(const Json& volume, std::size_t slices) {
  const auto written = volume.at("dimensions").at(2).get<std::size_t>();
  const Json& recipes = volume.at("recipes");
  // What a file promises is taken when it is there.
  if (recipes.empty() ? written > slices : written > recipes.size())
    throw std::out_of_range("it lists fewer slices than the image has");
  std::vector<std::vector<std::size_t>> of(written);
  for (std::size_t k = 0; k < written; ++k) {
    if (recipes.empty()) {
      of[k].push_back(k);
      continue;
    }
    const Json& recipe = recipes.at(k);
    if (recipe.at("lower").is_null()) continue;
    const auto lower = recipe.at("lower").get<std::size_t>();
    const auto upper = recipe.at("upper").get<std::size_t>();
    if (lower >= slices || upper >= slices)
      throw std::out_of_range("a recipe names a slice that is not listed");
    const auto weight = recipe.at("upper_weight").get<double>();
    if (weight < 1) of[k].push_back(lower);
    if (weight > 0 && upper != lower) of[k].push_back(upper);
  }
  return of;
}

ImageSources sources_of(const Json& volume) {
  ImageSources sources;
  sources.series = volume.at("series").get<std::string>();
  sources.study = volume.at("study").get<std::string>();
  for (const Json& slice : volume.at("slices"))
    sources.slices.push_back({slice.at("sop_instance_uid").get<std::string>(),
                              slice.at("file").get<std::string>(),
                              slice.at("frame").get<std::uint32_t>()});
  if (sources.slices.empty()) throw std::out_of_range("it lists no slice");
  sources.made_of = made_of(volume, sources.slices.size());
  return sources;
}

}  // namespace

Result<std::optional<ImageSources>> read_image_sources(const std::string& folder,
                                                       const std::string& file) {
  constexpr int of_volume = 2;  // its depth
  std::ifstream stream(folder + "/volumes.json", std::ios::binary);
  if (!stream.is_open()) return std::optional<ImageSources>();
  try {
    std::optional<ImageSources> found;
    const auto keep = [&](int depth, Event event, Json& parsed) {
      if (event != Event::object_end || depth != of_volume) return true;
      if (!found && parsed.at("file") == file) found = sources_of(parsed);
      return false;
    };
    const Json root = Json::parse(stream, keep);
    if (!root.at("volumes").is_array()) throw std::out_of_range("volumes is no list");
    return found;
  } catch (const Json::exception& error) {
    return Problem{Reason::malformed, "volumes.json", error.what()};
  } catch (const std::out_of_range& error) {
    return Problem{Reason::malformed, "volumes.json", error.what()};
  }
}

}  // namespace dcmflow
