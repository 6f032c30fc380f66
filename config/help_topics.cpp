#include "config/help_topics.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "config/command_line.h"
#include "config/help_text.h"
#include "config/tolerance_settings.h"
#include "config/verbs.h"
#include "stages/base/nearest_name.h"
#include "stages/base/printable.h"
#include "stages/base/reasons.h"
#include "stages/base/remedies.h"
#include "stages/catalog/names.h"

namespace dcmflow {
namespace {

struct GroupTopic {
  std::string_view topic;
  std::string_view group;  // of the table of options
};
constexpr std::array groups{
    GroupTopic{"folders", "Folders"},
    GroupTopic{"images", "Images"},
    GroupTopic{"geometry", "Geometry"},
    GroupTopic{"prepared", "Prepared images"},
    GroupTopic{"rules", "Selection and metadata"},
    GroupTopic{"resources", "Resources"},
    GroupTopic{"watch", "Watching"},
    GroupTopic{"reporting", "Reporting"},
};

std::string tolerances_help() {
  std::string text = "Constants of --tolerances, and their defaults:\n";
  for (const auto& [name, value] : tolerance_words({})) text += help_row(name, value);
  return text;
}

std::string reasons_help() {
  std::string text =
      "Reasons why a file is in no image, or an image not simply what its files say:\n";
  for (const ReasonRow& row : reason_rows())
    text +=
        help_row(row.code, std::string(severity_name(row.severity)) + ": " + std::string(row.text));
  return text;
}

struct Part {
  std::string_view topic;
  std::string_view about;
  std::string (*text)();
};
constexpr std::array parts{
    Part{"formats", "what an image can be written as", formats_help},
    Part{"tolerances", "the constants of geometry", tolerances_help},
    Part{"reasons", "the codes of report.json", reasons_help},
    Part{"exit-codes", "how a run ends", exit_codes_help},
    Part{"environment", "which variables are read", environment_help},
};

std::string group_help(std::string_view topic) {
  const auto* const found = std::ranges::find(groups, topic, &GroupTopic::topic);
  if (found == groups.end()) return {};
  std::string text = std::string(found->group) + ":\n";
  for (const OptionRow& row : command_line_options())
    if (row.group == found->group) text += option_help(row);
  return text;
}

std::string part_help(std::string_view topic) {
  const auto* const found = std::ranges::find(parts, topic, &Part::topic);
  return found == parts.end() ? std::string() : found->text();
}

std::string reason_help(std::string_view code) {
  const auto rows = reason_rows();
  const auto found = std::ranges::find(rows, code, &ReasonRow::code);
  if (found == rows.end()) return {};
  auto text = help_row(
      found->code, std::string(severity_name(found->severity)) + ": " + std::string(found->text));
  if (const auto what = remedy(found->reason); !what.empty()) text += help_row("what to do", what);
  return text;
}

// "on-missing" is --on-missing; a letter has its dash.
std::string one_option_help(std::string_view name) {
  for (const OptionRow& row : command_line_options())
    if (row.name == name || row.letter == name ||
        (row.name.starts_with("--") && row.name.substr(2) == name))
      return std::string(row.group) + ":\n" + option_help(row);
  return {};
}

std::string topics_help() {
  std::string text = "Usage: dcmflow help TOPIC\n\nVerbs:\n" + verbs_help() + "\nOptions:\n";
  for (const auto& [topic, group] : groups) text += help_row(topic, group);
  text += "\nOthers:\n";
  for (const auto& part : parts) text += help_row(part.topic, part.about);
  text += help_row("a reason code", "e.g. dcmflow help gantry_tilt: what it means, what to do");
  text += help_row("an option", "e.g. dcmflow help on-missing");
  return text;
}

Problem unknown(std::string_view topic) {
  NearestName nearest(topic);
  for (const auto& name : help_topics()) nearest.offer(name);
  const auto best = nearest.best();
  return {Reason::bad_settings, "help",
          "found '" + printable(topic) + "', " +
              (best ? "did you mean \"" + *best + "\"?" : "dcmflow help lists the topics")};
}

}  // namespace

std::vector<std::string> help_topics() {
  std::vector<std::string> topics;
  const auto add = [&topics](std::string_view name) {
    if (std::ranges::find(topics, name) == topics.end()) topics.emplace_back(name);
  };
  for (const auto name : verb_names()) add(name);
  for (const auto& row : groups) add(row.topic);
  for (const auto& row : parts) add(row.topic);
  for (const ReasonRow& row : reason_rows()) add(row.code);
  for (const OptionRow& row : command_line_options())
    if (row.name.starts_with("--")) add(row.name.substr(2));
  return topics;
}

Result<ExitNow> help_on(std::string_view topic) {
  if (topic.empty()) return ExitNow{topics_help(), 0};
  std::string text;
  for (const auto& more : {verb_help(topic), group_help(topic), part_help(topic)})
    if (!more.empty()) text.append(text.empty() ? "" : "\n").append(more);
  if (text.empty()) text = reason_help(topic);
  if (text.empty()) text = one_option_help(topic);
  if (text.empty()) return unknown(topic);
  return ExitNow{std::move(text), 0};
}

}  // namespace dcmflow
