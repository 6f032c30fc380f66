#include "engine/pull_summary.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>
#include <string_view>
#include <utility>

#include "stages/base/counted.h"
#include "stages/base/json_value.h"
#include "stages/base/printable.h"
#include "stages/base/problem_text.h"
#include "stages/base/remedies.h"
#include "stages/dicomweb/study_listing.h"

namespace dcmflow {
namespace {

std::string megabytes(std::uint64_t bytes) {
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%.1f MB", static_cast<double>(bytes) / 1e6);
  return text.data();
}

// "1 study", "2 studies"
std::string study_count(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " study" : " studies");
}

std::string name_of(const PulledStudy& study) {
  return "study " + (is_uid(study.uid) ? study.uid : "?");
}

JsonValue text_value(std::string text) {
  JsonValue value;
  value.type = JsonValue::Type::string;
  value.text = std::move(text);
  return value;
}

JsonValue number_value(std::uint64_t number) {
  JsonValue value;
  value.type = JsonValue::Type::number;
  value.text = std::to_string(number);
  return value;
}

struct Named {
  std::string_view key;
  JsonValue value;
};

JsonValue object_of(const std::vector<Named>& named) {
  JsonValue object;
  object.type = JsonValue::Type::object;
  for (const auto& [key, value] : named)
    object.members.push_back({.key = std::string(key), .position = {}, .value = value});
  return object;
}

JsonValue list_of(std::vector<JsonValue> items) {
  JsonValue value;
  value.type = JsonValue::Type::array;
  value.items = std::move(items);
  return value;
}

JsonValue study_value(const PulledStudy& study) {
  std::vector<JsonValue> problems;
  for (const auto& problem : study.problems)
    problems.push_back(object_of({{"reason", text_value(std::string(reason_code(problem.reason)))},
                                  {"detail", text_value(problem.detail)}}));
  return object_of({{"study", text_value(is_uid(study.uid) ? study.uid : "")},
                    {"instances", number_value(study.instances)},
                    {"missing", number_value(study.missing)},
                    {"problems", list_of(std::move(problems))}});
}

}  // namespace

void PullSummary::add(PulledStudy study) {
  instances += study.fetched;
  bytes += study.bytes;
  if (study.is_whole)
    ++whole;
  else
    not_whole.push_back(std::move(study));
}

std::string pulled_study_text(const PulledStudy& study) {
  auto text = name_of(study) + ": ";
  if (study.is_whole) {
    text += counted(study.instances, "instance");
    if (study.fetched == 0) return text + ", as before\n";
    if (study.fetched < study.instances) text += ", " + std::to_string(study.fetched) + " now";
    return text + ", " + megabytes(study.bytes) + '\n';
  }
  text += "not whole";
  if (study.missing > 0)
    text += ", " + std::to_string(study.missing) + " of " + counted(study.instances, "instance") +
            " missing";
  text += '\n';
  for (const auto& problem : study.problems)
    text.append("  ").append(reason_code(problem.reason)).append(": ").append(problem.detail) +=
        '\n';
  return text;
}

std::string pull_summary_text(const PullSummary& summary) {
  auto text = std::to_string(summary.whole) + " of " + study_count(summary.studies) + " whole in " +
              printable(summary.folder) + "; " + counted(summary.instances, "instance") +
              " came now, " + megabytes(summary.bytes) + '\n';
  if (!summary.not_whole.empty())
    text += std::to_string(summary.not_whole.size()) + " not whole; what came of them waits in " +
            printable(summary.folder) + ".part\n";
  if (summary.untried() > 0) text += study_count(summary.untried()) + " not asked for\n";
  std::set<Reason> reasons;
  for (const auto& study : summary.not_whole)
    for (const auto& problem : study.problems) reasons.insert(problem.reason);
  for (const Reason reason : reasons)
    text.append("  ").append(reason_code(reason)).append(": ").append(remedy(reason)) += '\n';
  return text;
}

std::string pull_summary_json(const PullSummary& summary) {
  std::vector<JsonValue> not_whole;
  for (const auto& study : summary.not_whole) not_whole.push_back(study_value(study));
  const auto exit_code = static_cast<std::uint64_t>(summary.exit_code);
  return to_text(object_of({{"schema", text_value("urn:dcmflow:schema:pull:1")},
                            {"exit_code", number_value(exit_code)},
                            {"folder", text_value(printable(summary.folder))},
                            {"studies", number_value(summary.studies)},
                            {"whole", number_value(summary.whole)},
                            {"untried", number_value(summary.untried())},
                            {"instances_fetched", number_value(summary.instances)},
                            {"bytes_fetched", number_value(summary.bytes)},
                            {"not_whole", list_of(std::move(not_whole))}})) +
         '\n';
}

}  // namespace dcmflow
