#include "engine/scan_files.h"

#include <algorithm>
#include <charconv>

#include "config/shard_words.h"
#include "engine/work_json.h"
#include "stages/base/filesystem.h"
#include "stages/base/printable.h"
#include "stages/catalog/json_writer.h"
#include "stages/database/fingerprint.h"
#include "stages/database/stored_headers.h"

namespace dcmflow {
namespace {

std::string members(const ScannedPart& part, const std::string& id) {
  auto json = JsonWriter::to_text();
  json.object()
      .member("version", DCMFLOW_VERSION)
      .member("part", std::to_string(part.slice.part))
      .member("parts", std::to_string(part.slice.parts))
      .member("input", part.input)
      .member("root", part.root)
      .member("attributes", part.attributes)
      .member("began_ns", std::to_string(part.began_ns))
      .member("entries_sha256", part.entries_sha256)
      .member("refused_sha256", part.refused_sha256)
      .member("headers_sha256", part.headers_sha256)
      .member("id", id)
      .end();
  return json.take_text();
}

}  // namespace

std::string scan_fingerprint(const AttributeTable& table, bool no_patient) {
  return headers_fingerprint(table) + (no_patient ? " no-patient" : "");
}

std::string part_folder(const std::string& work, std::size_t part) {
  return work + "/scan/" + std::to_string(part);
}

std::string words(const InputSlice& slice) {
  return std::to_string(slice.part) + '/' + std::to_string(slice.parts);
}

std::vector<std::size_t> find_parts(const std::string& work) {
  std::vector<std::size_t> parts;
  FileError ended;
  for (fs::directory_iterator at(work + "/scan", ended); !ended && at != fs::directory_iterator();
       at.increment(ended)) {
    const auto name = at->path().filename().string();
    std::size_t part = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), part);
    if (error == std::errc() && end == name.data() + name.size() && part < most_parts)
      parts.push_back(part);
  }
  std::ranges::sort(parts);
  return parts;
}

Result<ScannedPart> read_part(const std::string& folder) {
  const auto path = folder + "/part.json";
  const auto json = read_object(path);
  if (!json) return json.problem();
  if (text_of(*json, "version") != DCMFLOW_VERSION)
    return Problem{Reason::bad_settings, printable(path),
                   "is of dcmflow " + printable(text_of(*json, "version")) +
                       ", this is " DCMFLOW_VERSION "; scan and plan take one release"};
  ScannedPart part{.slice = {number_of(*json, "part"), number_of(*json, "parts")},
                   .input = text_of(*json, "input"),
                   .root = text_of(*json, "root"),
                   .attributes = text_of(*json, "attributes"),
                   .began_ns = number_of(*json, "began_ns"),
                   .entries_sha256 = text_of(*json, "entries_sha256"),
                   .refused_sha256 = text_of(*json, "refused_sha256"),
                   .headers_sha256 = text_of(*json, "headers_sha256")};
  const auto [number, parts] = part.slice;
  if (number >= parts || parts > most_parts ||
      text_of(*json, "id") != fingerprint(members(part, {})))
    return damaged(path);
  return part;
}

std::string part_text(const ScannedPart& part) {
  return members(part, fingerprint(members(part, {})));
}

}  // namespace dcmflow
