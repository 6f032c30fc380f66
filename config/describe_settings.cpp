#include <cstddef>
#include <string>
#include <vector>

#include "config/image_settings.h"
#include "config/layout_settings.h"
#include "config/option_variables.h"
#include "config/prepare_settings.h"
#include "config/setting_names.h"
#include "config/settings.h"
#include "config/tolerance_settings.h"
#include "stages/base/counted.h"
#include "stages/base/journal.h"
#include "stages/base/name_digest.h"
#include "stages/base/printable.h"

namespace dcmflow {

namespace {

template <class Add>
void add_inputs(const Settings& settings, Add&& add) {
  add("input", printable(settings.input_words()), settings.input.source);
  if (!settings.files_from.value) return;
  const auto& list = *settings.files_from.value;
  add("files-from", settings.no_patient ? name_digest(list) : printable(list),
      settings.files_from.source);
}

// How images are made, and made once more.
template <class Add>
void add_images(const Settings& settings, const Add& add) {
  const auto default_words = image_option_words(ImageOptions{});
  const auto words = image_option_words(settings.image_options);
  for (std::size_t i = 0; i < words.size(); ++i)
    add(words[i].first, words[i].second,
        words[i] == default_words[i] ? "default" : "--" + words[i].first);
  const auto default_tolerances = tolerance_words({});
  for (std::size_t i = 0; const auto& [name, value] : tolerance_words(settings.tolerances))
    if (value != default_tolerances[i++].second) add(name, value, "--tolerances");
  if (settings.prepare)
    add("prepare", settings.prepare_path ? printable(*settings.prepare_path) : "yes",
        settings.prepare_source);
  for (const auto& [name, value] : prepare_words(settings))
    add(name, printable(value), settings.prepare_source);
}

template <class Add>
void add_watch(const Settings& settings, Add&& add) {
  constexpr double ms_in_second = 1000;
  auto seconds = std::to_string(static_cast<double>(settings.settle.count()) / ms_in_second);
  seconds.resize(seconds.size() - 3);  // of six decimals
  add("settle", seconds, settings.settle == Settings().settle ? "default" : "--settle");
  if (settings.listen) add("listen", listen_text(*settings.listen), "--listen");
}

}  // namespace

InputPaths Settings::inputs() const {
  InputPaths all{.given = further_inputs, .listed = listed};
  if (!input.value.empty()) all.given.insert(all.given.begin(), input.value);
  return all;
}

std::string Settings::input_words() const {
  std::string words;
  const auto add = [&](const std::string& path, const std::string& behind) {
    words += (words.empty() ? "" : ", ") + (no_patient ? name_digest(path) : path) + behind;
  };
  for (const auto& path : inputs().given) add(path, "");
  if (listed) add(*files_from.value, " (" + counted(listed->size(), "path") + ')');
  return words;
}

std::string Settings::spool_folder() const {
  return spool.value ? *spool.value : output.value + '/' + std::string(private_folder);
}

std::string Settings::source_of(std::string_view option) const {
  return source_in(variables, option);
}

std::vector<std::string> describe(const Settings& settings) {
  std::vector<std::string> lines;
  const auto add = [&](const std::string& name, const std::string& value,
                       const std::string& source) {
    lines.push_back(name + ": " + value + " (" + printable(settings.source_of(source)) + ')');
  };
  const auto add_flag = [&](const std::string& name, bool value) {
    add(name, value ? "yes" : "no", value ? "--" + name : "default");
  };
  const auto path = [](const std::optional<std::string>& value) {
    return value ? printable(*value) : "none";
  };
  const bool all_images = settings.images == ImagesToWrite::all;
  add_inputs(settings, add);
  add("output", printable(settings.output.value), settings.output.source);
  add("logs", path(settings.logs.value), settings.logs.source);
  add("format", settings.format.value, settings.format.source);
  add("rules", std::to_string(settings.rules.value.size()) + " bytes", settings.rules.source);
  add("attributes", path(settings.attributes.value), settings.attributes.source);
  add("threads", std::to_string(settings.threads), settings.threads_source);
  add("io-threads", std::to_string(settings.io_threads), settings.io_threads_source);
  add("memory-budget", std::to_string(settings.memory_budget), settings.memory_budget_source);
  add("spool", settings.spool.value ? printable(*settings.spool.value) : "output",
      settings.spool.source);
  const auto& layout = settings.layout;
  add("layout", printable(layout_word(layout)), layout.option);
  if (layout.participants)
    add("participants", printable(layout.participants->source), "--participants");
  add("images", all_images ? "all" : "selected",
      all_images                          ? "default"
      : layout.kind == Layout::Kind::bids ? "--layout"
                                          : "--images");
  add("sha256", std::string(sha256_names[static_cast<std::size_t>(settings.sha256)]),
      settings.sha256 == Sha256Of::compressed ? "default" : "--sha256");
  add_images(settings, add);
  add_flag("bids", settings.bids);
  if (settings.labels)
    add("labels", std::string(label_styles[static_cast<std::size_t>(settings.label_style)]),
        "--labels");
  add_flag("dicom-json", settings.dicom_json);
  add("on-earlier", std::string(on_earlier_names[static_cast<std::size_t>(settings.on_earlier)]),
      settings.on_earlier == OnEarlier::replace ? "default" : "--on-earlier");
  add("catalogue", std::string(catalogue_names[static_cast<std::size_t>(settings.catalogue)]),
      settings.catalogue_source);
  add("resume", settings.resume ? "yes" : "no",
      settings.watch    ? "--watch"
      : settings.resume ? "--resume"
                        : "default");
  add_flag("watch", settings.watch);
  if (settings.watch) add_watch(settings, add);
  add("tables", std::string(table_formats[static_cast<std::size_t>(settings.tables)]),
      settings.tables == TableFormat::none ? "default" : "--tables");
  add("sync", settings.sync ? "yes" : "no", settings.sync ? "default" : "--no-sync");
  add("log-level", settings.log_level, settings.log_level == "info" ? "default" : "--log-level");
  add("log-format", std::string(log_formats[static_cast<std::size_t>(settings.log_format)]),
      settings.log_format == LogFormat::text ? "default" : "--log-format");
  add("trace", path(settings.trace.value), settings.trace.source);
  add_flag("strict", settings.strict);
  add_flag("no-patient", settings.no_patient);
  add_flag("explain", settings.explain);
  add_flag("report", settings.report);
  add_flag("workflow-metadata", settings.workflow_metadata);
  return lines;
}

}  // namespace dcmflow
