#include "config/application_package.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "stages/discover_files.h"

namespace dcmflow {
namespace {

namespace fs = std::filesystem;
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

class Extraction {
 public:
  explicit Extraction(const PackagePlaces& places) : places_(places) {}

  // Into every part of the export folder that is there.
  void extract_to(const fs::path& folder) {
    const bool all = !fs::exists(folder / "app") && !fs::exists(folder / "config") &&
                     !fs::exists(folder / "models") && !fs::exists(folder / "docs");
    for (const char* part : {"app", "config", "docs"}) {
      if (all) fs::create_directory(folder / part);
      if (fs::is_directory(folder / part)) extract_part(part, folder / part);
    }
    if (fs::is_directory(folder / "models")) told_ += "models: this package has none\n";
  }
  const std::string& told() const { return told_; }

 private:
  void extract_part(const std::string& part, const fs::path& to) {
    if (part == "config")
      for (const Manifest& manifest : manifests) {
        std::ofstream file(to / manifest.file, std::ios::binary);
        file.exceptions(std::ios::badbit | std::ios::failbit);
        file << manifest.text();
        file.close();
      }
    const auto& from = part == "app"      ? places_.application
                       : part == "config" ? places_.configuration
                                          : places_.documents;
    if (fs::exists(from))
      fs::copy(from, to, fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    told_ += part + ": " + to.string() + '\n';
  }

  const PackagePlaces& places_;
  std::string told_;
};

Result<ExitNow> extract(const std::vector<std::string>& arguments, const PackagePlaces& places) {
  if (arguments.size() > 1) return wrong_words(arguments.back());
  Extraction extraction(places);
  std::string looked;
  try {
    for (const auto& folder : places.exports) {
      looked += (looked.empty() ? "" : " or ") + folder;
      if (fs::is_directory(folder)) extraction.extract_to(folder);
    }
  } catch (const std::exception& error) {
    return Problem{Reason::output_not_writable, "extract", error.what()};
  }
  if (extraction.told().empty())
    return Problem{Reason::output_not_writable, "extract",
                   "found no folder " + looked + ", expected it to be mounted"};
  return ExitNow{extraction.told(), 0};
}

}  // namespace

std::string application_manifest() {
  return text_of({{"apiVersion", manifest_schema},
                  {"type", "application"},
                  {"command", R"(["/usr/local/bin/dcmflow"])"},
                  {"environment",
                   {{"HOLOSCAN_INPUT_PATH", "/var/holoscan/input/"},
                    {"HOLOSCAN_OUTPUT_PATH", "/var/holoscan/output/"},
                    {"HOLOSCAN_WORKDIR", "/app"},
                    {"HOLOSCAN_APP_MANIFEST_PATH", "/etc/holoscan/app.json"},
                    {"HOLOSCAN_PKG_MANIFEST_PATH", "/etc/holoscan/pkg.json"},
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
       {"resources",
        {{"cpu", 2}, {"gpu", 0}, {"memory", "1Gi"}, {"gpuMemory", "0"}, {"sharedMemory", "64Mi"}}},
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
