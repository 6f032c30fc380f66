#include "stages/catalog/result_claims.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "stages/catalog/names.h"

namespace dcmflow {
namespace {

using Json = nlohmann::json;
using Event = Json::parse_event_t;

// nullopt: there is no such file.
template <class Read>
auto read_file(const std::string& folder, const std::string& name, Read&& read)
    -> Result<std::optional<decltype(read(std::declval<std::istream&>()))>> {
  std::ifstream file(folder + '/' + name, std::ios::binary);
  if (!file.is_open()) return std::optional<decltype(read(file))>();
  try {
    return std::optional(read(file));
  } catch (const Json::exception& error) {
    return Problem{Reason::malformed, name, error.what()};
  }
}

Vector3 vector_of(const Json& json) {
  return {json.at(0).get<double>(), json.at(1).get<double>(), json.at(2).get<double>()};
}

// What volumes.json and labels.json say alike.
VolumeClaim image_of(const Json& json) {
  VolumeClaim claim;
  claim.file = json.at("file").get<std::string>();
  claim.files = json.at("files").get<std::vector<std::string>>();
  claim.series = json.at("series").get<std::string>();
  claim.volumes = json.at("volumes").get<std::uint32_t>();
  claim.voxel_type = json.at("voxel_type").get<std::string>();
  if (!json.at("sha256").is_null()) claim.sha256 = json.at("sha256").get<std::string>();
  Grid& grid = claim.grid;
  for (std::size_t i = 0; i < 3; ++i) {
    grid.size[i] = json.at("dimensions").at(i).get<std::uint32_t>();
    grid.direction[i] = vector_of(json.at("direction").at(i));
  }
  grid.spacing = vector_of(json.at("spacing"));
  grid.origin = vector_of(json.at("origin"));
  grid.is_sheared = json.at("sheared").get<bool>();
  return claim;
}

VolumeClaim volume_of(const Json& json) {
  auto claim = image_of(json);
  claim.is_main = json.at("main").get<bool>();
  claim.grid.is_placed = json.at("placed").get<bool>();
  claim.has_stored_values = json.at("stored_values").get<bool>();
  claim.is_label = !json.at("segment").is_null();
  claim.has_untrue_grid = json.at("verdict") == verdict_name(Verdict::fail);
  constexpr std::array<std::string_view, 2> of_other_values{"real_world_values",
                                                            "monochrome1_inverted"};
  claim.has_other_values =
      json.contains("suv") || std::ranges::any_of(json.at("flags"), [&](const Json& flag) {
        return std::ranges::find(of_other_values, flag.get<std::string>()) != of_other_values.end();
      });
  if (const auto source = json.find("source"); source != json.end())
    claim.sources.push_back(source->at("file").get<std::string>());
  if (const auto channels = json.find("channels"); channels != json.end()) {
    claim.sources.clear();
    for (const Json& channel : *channels)
      claim.sources.push_back(channel.at("source").at("file").get<std::string>());
  }
  return claim;
}

ImageList list_of(const Json& object) {
  ImageList list;
  for (const auto& [key, file] : object.items()) list.emplace_back(key, file.get<std::string>());
  return list;
}

// The depth of keys: of the root 1, of an object in an array of the root 3.
constexpr int of_row = 3;
constexpr int of_root = 1;

}  // namespace

Result<std::optional<std::vector<VolumeClaim>>> read_volume_claims(const std::string& folder) {
  return read_file(folder, "volumes.json", [](std::istream& file) {
    std::vector<std::size_t> slices;  // of each volume
    std::string key;
    const auto keep = [&](int depth, Event event, Json& parsed) {
      if (event == Event::key && depth == of_row) key = parsed.get<std::string>();
      if (event == Event::object_start && depth == of_row - 1) slices.push_back(0);
      if (key != "slices" || event != Event::object_end || depth != of_row + 1) return true;
      ++slices.back();
      return false;
    };
    const Json root = Json::parse(file, keep);
    std::vector<VolumeClaim> claims;
    for (const Json& volume : root.at("volumes")) {
      claims.push_back(volume_of(volume));
      claims.back().slices = slices.at(claims.size() - 1);
    }
    return claims;
  });
}

Result<std::optional<std::vector<VolumeClaim>>> read_label_claims(const std::string& folder) {
  return read_file(folder, "labels.json", [](std::istream& file) {
    const Json root = Json::parse(file);
    std::vector<VolumeClaim> claims;
    for (const Json& label : root.at("labels")) {
      claims.push_back(image_of(label));
      claims.back().bytes = label.at("bytes").get<std::vector<std::uint64_t>>();
    }
    return claims;
  });
}

Result<std::optional<ReportClaim>> read_report_claim(const std::string& folder) {
  return read_file(folder, "report.json", [](std::istream& file) {
    ReportClaim claim;
    std::set<std::string> images;
    std::string key;
    const auto keep = [&](int depth, Event event, Json& parsed) {
      if (event == Event::key && depth == of_root) key = parsed.get<std::string>();
      if (key != "files" || event != Event::object_end || depth != of_row - 1) return true;
      ++claim.found["discovered"];
      ++claim.found[parsed.at("disposition").get<std::string>()];
      for (const Json& image : parsed.at("images")) images.insert(image.get<std::string>());
      return false;
    };
    const Json root = Json::parse(file, keep);
    claim.status = root.at("status").get<std::string>();
    claim.exit_code = root.at("exit_code").get<std::int64_t>();
    claim.counts = root.at("counts").get<std::map<std::string, std::uint64_t>>();
    claim.images.assign(images.begin(), images.end());
    // Only what ended has written all that it was to write.
    claim.has_prepared = claim.status.starts_with("complete") && root.contains("settings") &&
                         root.at("settings").contains("arrange");
    return claim;
  });
}

Result<std::optional<ImageList>> read_series_images(const std::string& folder) {
  return read_file(folder, "series-images.json",
                   [](std::istream& file) { return list_of(Json::parse(file)); });
}

Result<std::optional<ImageList>> read_selected_images(const std::string& folder) {
  return read_file(folder, "selected-images.json", [](std::istream& file) {
    ImageList all;
    for (const auto& selection : Json::parse(file))
      for (auto& image : list_of(selection)) all.push_back(std::move(image));
    return all;
  });
}

}  // namespace dcmflow
