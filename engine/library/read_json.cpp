#include "engine/library/read_json.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace dcmflow {
namespace {

using Json = nlohmann::json;

std::optional<std::string> text_or_null(const Json& object, const char* name) {
  const Json& value = object.at(name);
  if (value.is_null()) return std::nullopt;
  return value.get<std::string>();
}

// nlohmann would fill an array from a longer one.
template <class T, std::size_t count>
std::array<T, count> numbers(const Json& list) {
  if (list.size() != count)
    throw std::runtime_error("found a list of " + std::to_string(list.size()) +
                             " numbers, expected " + std::to_string(count));
  return list.get<std::array<T, count>>();
}

std::string path_below(const Json& name) {
  auto text = name.get<std::string>();
  for (std::size_t begin = 0, end = 0; end != std::string::npos; begin = end + 1) {
    end = text.find('/', begin);
    const auto part = text.substr(begin, end - begin);
    if (part.empty() || part == "." || part == "..")
      throw std::runtime_error("found '" + text +
                               "', expected the path of a file below the folder");
  }
  return text;
}

Json parse(const std::string& text, const std::string& schema) {
  Json json = Json::parse(text);
  const auto found = json.at("schema").get<std::string>();
  if (found != schema)
    throw std::runtime_error("found schema " + found + ", expected " + schema +
                             ": library and program are of two versions");
  return json;
}

// All that parsing throws.
template <class T, class Read>
Answer<T> answer(const char* what, Read read) {
  try {
    return read();
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    return Failure{0, std::string(what) + ": " + error.what()};
  }
}

Summary::Image image_of(const Json& json) {
  return {.file = path_below(json.at("file")),
          .verdict = json.at("verdict").get<std::string>(),
          .size = numbers<std::int64_t, 3>(json.at("size")),
          .volumes = json.at("volumes").get<std::int64_t>(),
          .spacing = numbers<double, 3>(json.at("spacing")),
          .flags = json.at("flags").get<std::vector<std::string>>()};
}

Summary::Series series_of(const Json& json) {
  Summary::Series series{.study_instance_uid = json.at("StudyInstanceUID").get<std::string>(),
                         .series_instance_uid = json.at("SeriesInstanceUID").get<std::string>(),
                         .number = text_or_null(json, "SeriesNumber"),
                         .description = text_or_null(json, "SeriesDescription"),
                         .modality = text_or_null(json, "Modality"),
                         .verdict = json.at("verdict").get<std::string>(),
                         .files = json.at("files").get<std::int64_t>(),
                         .images = {},
                         .problems = {}};
  for (const Json& image : json.at("images")) series.images.push_back(image_of(image));
  for (const Json& problem : json.at("problems"))
    series.problems.push_back({problem.at("reason").get<std::string>(),
                               problem.at("detail").get<std::string>(),
                               text_or_null(problem, "remedy")});
  return series;
}

Volume volume_of(const Json& json, const std::string& folder) {
  const auto in_folder = [&folder](const Json& name) { return folder + '/' + path_below(name); };
  Volume volume;
  volume.path = in_folder(json.at("file"));
  for (const Json& file : json.at("files")) volume.paths.push_back(in_folder(file));
  volume.series_instance_uid = json.at("series").get<std::string>();
  volume.study_instance_uid = json.at("study").get<std::string>();
  volume.is_main = json.at("main").get<bool>();
  volume.size = numbers<std::int64_t, 3>(json.at("dimensions"));
  volume.volumes = json.at("volumes").get<std::int64_t>();
  volume.spacing = numbers<double, 3>(json.at("spacing"));
  volume.origin = numbers<double, 3>(json.at("origin"));
  const Json& direction = json.at("direction");
  for (std::size_t axis = 0; axis < 3; ++axis)
    volume.direction[axis] = numbers<double, 3>(direction.at(axis));
  volume.is_placed = json.at("placed").get<bool>();
  volume.voxel_type = json.at("voxel_type").get<std::string>();
  volume.value_range = numbers<double, 2>(json.at("value_range"));
  volume.verdict = json.at("verdict").get<std::string>();
  volume.max_corner_error_mm = json.at("max_corner_error_mm").get<double>();
  volume.flags = json.at("flags").get<std::vector<std::string>>();
  return volume;
}

}  // namespace

Answer<Summary> read_summary(const std::string& text) {
  return answer<Summary>("the summary of dcmflow", [&] {
    const Json json = parse(text, "urn:dcmflow:schema:summary:1");
    Summary summary{json.at("status").get<std::string>(), json.at("exit_code").get<int>(), {}};
    for (const Json& series : json.at("series")) summary.series.push_back(series_of(series));
    return summary;
  });
}

Answer<std::vector<Volume>> read_volumes_text(const std::string& text, const std::string& folder) {
  return answer<std::vector<Volume>>("volumes.json", [&] {
    const Json json = parse(text, "urn:dcmflow:schema:volumes:1");
    std::vector<Volume> volumes;
    for (const Json& volume : json.at("volumes")) volumes.push_back(volume_of(volume, folder));
    return volumes;
  });
}

}  // namespace dcmflow
