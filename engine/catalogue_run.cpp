#include "engine/catalogue_run.h"

#include <array>
#include <ctime>
#include <map>
#include <utility>

#include "engine/boot_id.h"
#include "engine/run.h"
#include "engine/settings_words.h"
#include "stages/catalog/json_writer.h"
#include "stages/database/fingerprint.h"
#include "stages/database/stored_headers.h"

namespace dcmflow {
namespace {

// All that decides what is in the outputs, but for the input.
std::map<std::string, std::string> output_words(const Settings& settings) {
  auto words = settings_words(settings);
  words["rules_sha256"] = fingerprint(settings.rules.value);
  words["sha256"] = std::to_string(static_cast<int>(settings.sha256));
  words["tables"] = std::to_string(static_cast<int>(settings.tables));
  for (const auto& [name, is_set] : {std::pair{"bids", settings.bids},
                                     {"no_patient", settings.no_patient},
                                     {"explain", settings.explain},
                                     {"report", settings.report},
                                     {"dicom_json", settings.dicom_json},
                                     {"workflow_metadata", settings.workflow_metadata}})
    words[name] = is_set ? "true" : "false";
  return words;
}

}  // namespace

std::string utc(std::chrono::system_clock::time_point time) {
  const std::time_t now = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 32> text;
  const auto size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text.data(), size};
}

std::string outputs_fingerprint(const Settings& settings, const AttributeTable& table) {
  std::string text = headers_fingerprint(table);
  // What is read of the headers, and as what it is told.
  for (const auto& row : table.rows())
    text += '\n' + row.keyword + ' ' + std::to_string(static_cast<int>(row.level)) +
            (row.in_metadata ? " metadata" : "");
  for (const auto& [name, value] : output_words(settings))
    text.append("\n").append(name).append("=").append(value);
  return fingerprint(text);
}

std::uint64_t began_ns(const Run& run) {
  const auto began = run.began.time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(began).count());
}

CatalogueRun run_facts(const Run& run) {
  const auto& settings = run.settings;
  const auto words = output_words(settings);
  auto json = JsonWriter::to_text();
  json.object(JsonWriter::Layout::one_line);
  for (const auto& [name, value] : words) json.member(name, value);
  json.end();
  auto text = json.take_text();
  text.pop_back();
  return {.version = DCMFLOW_VERSION,
          .input = settings.input_words(),
          .settings = std::move(text),
          .fingerprint = outputs_fingerprint(settings, run.table),
          .boot_id = boot_id(),
          .began = utc(run.began),
          .began_ns = began_ns(run),
          .goes_on = settings.resume};
}

}  // namespace dcmflow
