#include "config/application_package.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "stages/base/copy_file.h"
#include "stages/base/filesystem.h"
#include "stages/base/output_file.h"
#include "stages/base/printable.h"

namespace dcmflow {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* manifest_schema = "1.0.0";
constexpr const char* expected_words = "expected show, show app, show pkg or extract";

std::string text_of(const Json& json) { return json.dump(2) + '\n'; }

struct Manifest {
  std::string_view word;  // of `show`
  std::string_view file;
  std::string (*text)();
};
constexpr std::array<Manifest, 2> manifests{
    {{"app", "app.json", application_manifest}, {"pkg", "pkg.json", package_manifest}}};

Problem wrong_words(const std::string& words) {
  return {Reason::bad_settings, "command line",
          "found '" + printable(words) + "', " + expected_words};
}

Result<ExitNow> show(const std::vector<std::string>& arguments) {
  ExitNow shown;
  for (const Manifest& manifest : manifests) {
    if (arguments.size() == 1)
      shown.text.append("==== ").append(manifest.file).append(" ====\n").append(manifest.text());
    else if (arguments[1] == manifest.word)
      shown.text = manifest.text();
  }
  if (arguments.size() > 2 || shown.text.empty()) return wrong_words(arguments.back());
  return shown;
}

bool has_any_part(const fs::path& folder) {
  constexpr std::array<const char*, 4> parts{"app", "config", "docs", "models"};
  return std::ranges::any_of(parts,
                             [&](const char* part) { return fs::is_directory(folder / part); });
}

Status write_manifests(const fs::path& folder) {
  for (const Manifest& manifest : manifests) {
    auto file = OutputFile::create(folder.string(), std::string(manifest.file));
    if (!file) return file.problem();
    if (const Status written = file->append(manifest.text()); !written) return written.problem();
    if (const Status committed = file->commit(); !committed) return committed.problem();
  }
  return Done{};
}

Status copy_folder(const fs::path& from, const fs::path& to) {
  for (fs::recursive_directory_iterator found(from), none; found != none; ++found) {
    const fs::path place = to / fs::relative(found->path(), from);
    if (fs::is_directory(found->status())) {
      fs::create_directories(place);
      continue;
    }
    const auto mode = static_cast<mode_t>(found->status().permissions() & fs::all_all);
    if (auto copied = copy_file(found->path().string(), place.string(), mode); !copied)
      return copied;
  }
  return Done{};
}

// Into every part of the export folder that is there; adds to `told` what was done.
Status extract_to(const fs::path& folder, const PackagePlaces& places, std::string& told) {
  const bool all = !has_any_part(folder);
  for (const auto& [part, from] : {std::pair("app", &places.application),
                                   {"config", &places.configuration},
                                   {"docs", &places.documents}}) {
    const fs::path to = folder / part;
    if (all) fs::create_directory(to);
    if (!fs::is_directory(to)) continue;
    if (from == &places.configuration)
      if (Status written = write_manifests(to); !written) return written;
    if (fs::exists(*from))
      if (Status copied = copy_folder(*from, to); !copied) return copied;
    told.append(part).append(": ").append(to.string()).append("\n");
  }
  if (all || fs::is_directory(folder / "models")) told += "models: this package has none\n";
  return Done{};
}

Result<ExitNow> extract(const std::vector<std::string>& arguments, const PackagePlaces& places) {
  if (arguments.size() > 1) return wrong_words(arguments.back());
  std::string told;
  std::string looked;
  try {
    for (const auto& folder : places.exports) {
      looked += (looked.empty() ? "" : " or ") + folder;
      if (!fs::is_directory(folder)) continue;
      if (const Status extracted = extract_to(folder, places, told); !extracted)
        return extracted.problem();
    }
  } catch (const std::exception& error) {
    return Problem{Reason::output_not_writable, "extract", error.what()};
  }
  if (told.empty())
    return Problem{Reason::output_not_writable, "extract",
                   "found no folder " + looked + ", expected it to be mounted"};
  return ExitNow{told, 0};
}

}  // namespace

std::string application_manifest() {
  return text_of({{"apiVersion", manifest_schema},
                  {"type", "application"},
                  {"command", R"(["/usr/local/bin/dcmflow"])"},
                  {"environment",
                   {{"HOLOSCAN_APPLICATION", "/opt/holoscan/app/"},
                    {"HOLOSCAN_INPUT_PATH", "/var/holoscan/input/"},
                    {"HOLOSCAN_OUTPUT_PATH", "/var/holoscan/output/"},
                    {"HOLOSCAN_WORKDIR", "/app"},
                    {"HOLOSCAN_MODEL_PATH", "/opt/holoscan/models/"},
                    {"HOLOSCAN_CONFIG_PATH", "/app/config/selection-rules.json"},
                    {"HOLOSCAN_APP_MANIFEST_PATH", "/etc/holoscan/app.json"},
                    {"HOLOSCAN_PKG_MANIFEST_PATH", "/etc/holoscan/pkg.json"},
                    // By the specification's name, and by the one of its packager.
                    {"HOLOSCAN_DOCS", "/usr/share/dcmflow"},
                    {"HOLOSCAN_DOCS_PATH", "/usr/share/dcmflow"},
                    {"HOLOSCAN_LOGS", "/var/holoscan/logs"},
                    {"HOLOSCAN_LOGS_PATH", "/var/holoscan/logs"}}},
                  {"input", {{"path", "/var/holoscan/input/"}, {"formats", {"file"}}}},
                  {"output", {{"path", "/var/holoscan/output/"}, {"format", {{"type", "file"}}}}},
                  {"readiness", nullptr},
                  {"liveness", nullptr},
                  {"sdk", "dcmflow"},
                  {"sdkVersion", DCMFLOW_VERSION},
                  {"timeout", 600},
                  {"version", DCMFLOW_VERSION},
                  {"workingDirectory", "/app"}});
}

std::string package_manifest() {
  return text_of(
      {{"apiVersion", manifest_schema},
       {"applicationRoot", "/opt/holoscan/app/"},
       {"modelRoot", "/opt/holoscan/models/"},
       {"models", Json::array()},
       {"resources", {{"cpu", 2}, {"gpu", 0}, {"memory", "1Gi"}, {"sharedMemory", "64Mi"}}},
       {"version", DCMFLOW_VERSION}});
}

std::optional<Result<ExitNow>> run_package_command(const std::vector<std::string>& arguments,
                                                   const PackagePlaces& places) {
  if (arguments.empty()) return std::nullopt;
  if (arguments.front() == "show") return show(arguments);
  if (arguments.front() == "extract") return extract(arguments, places);
  return std::nullopt;
}

}  // namespace dcmflow
