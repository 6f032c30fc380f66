#include "stages/catalog/run_summary.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>

#include "stages/base/counted.h"
#include "stages/base/printable.h"
#include "stages/base/remedies.h"
#include "stages/dicom/attributes.h"
#include "stages/dicom/value_text.h"

namespace dcmflow {
namespace {

SeriesVerdict without_images(const SeriesSummary& summary) {
  // Nothing is told of what a dry run leaves to --labels.
  if (summary.left.empty() || summary.left.contains(Reason::not_selected))
    return SeriesVerdict::skipped;
  switch (reason_row(main_reason(summary)).severity) {
    case Severity::failed:
      return SeriesVerdict::failed;
    case Severity::refused:
      return SeriesVerdict::refused;
    default:
      return SeriesVerdict::skipped;
  }
}

bool is_fault(Reason reason) {
  const auto severity = reason_row(reason).severity;
  return severity == Severity::refused || severity == Severity::failed;
}

// Worth a word of its own: the files that an image was made without have reasons themselves.
bool is_told(const Problem& problem) {
  return reason_row(problem.reason).severity != Severity::skipped &&
         problem.reason != Reason::slices_refused;
}

SeriesVerdict verdict_of(const SeriesSummary& summary) {
  if (summary.images.empty()) return without_images(summary);
  auto worst = Soundness::sound;
  for (const auto& image : summary.images) worst = std::max(worst, image.soundness);
  const bool lacks =
      std::ranges::any_of(summary.left, [](const auto& one) { return is_fault(one.first); }) ||
      std::ranges::any_of(summary.problems, [](const auto& one) { return is_fault(one.reason); });
  if (lacks) worst = std::max(worst, Soundness::partial);
  return static_cast<SeriesVerdict>(worst);
}

std::string with_remedy(std::string words, Reason reason) {
  if (const auto what = remedy(reason); !what.empty()) words.append("; ").append(what);
  return words;
}

bool has_fault(SeriesVerdict verdict) {
  return verdict != SeriesVerdict::ok && verdict != SeriesVerdict::noted &&
         verdict != SeriesVerdict::skipped;
}

std::string_view text_of(const Series& series, AttributeIndex attribute) {
  // A series has one at least.
  return series.instances.front()->find(attribute).value_or("");
}

}  // namespace

std::string_view verdict_word(SeriesVerdict verdict) {
  constexpr std::array<std::string_view, series_verdicts> words{
      "ok", "noted", "repaired", "partial", "untrue", "skipped", "refused", "failed"};
  return words[static_cast<std::size_t>(verdict)];
}

Reason main_reason(const SeriesSummary& series) {
  const auto most = std::ranges::max_element(series.left, {}, [](const auto& one) {
    return std::tuple(reason_row(one.first).severity != Severity::skipped, one.second.files,
                      reason_row(one.first).severity);
  });
  return most == series.left.end() ? Reason::internal_error : most->first;
}

SeriesSummary summarize_series(const SeriesPtr& series, std::span<const ImageEnd> images,
                               const SeriesEnd& end, std::string_view extension) {
  SeriesSummary summary;
  summary.series = series;
  summary.files = series->instances.size();
  for (const auto& image : images) {
    if (image.problem) continue;
    const Stack& stack = *image.stack;
    summary.images.push_back({.file = stack.image_stem + std::string(extension),
                              .split_reason = stack.split_reason,
                              .size = stack.grid.size,
                              .volumes = stack.volumes,
                              .spacing = stack.grid.spacing,
                              .soundness = soundness_of(stack),
                              .flags = stack.flags});
  }
  summary.problems = end.problems;
  std::map<Reason, std::string_view> first;
  for (const auto& problem : end.not_converted) {
    auto& left = summary.left[problem.reason];
    auto& name = first[problem.reason];
    if (left.files++ > 0 && name <= problem.subject) continue;
    name = problem.subject;
    left.detail = problem.detail;
  }
  summary.verdict = verdict_of(summary);
  return summary;
}

std::vector<std::string> fault_words(const SeriesSummary& series, bool with_remedies) {
  std::vector<std::string> faults;
  if (!has_fault(series.verdict)) return faults;
  const auto add = [&](std::string words, Reason reason) {
    faults.push_back(with_remedies ? with_remedy(std::move(words), reason) : std::move(words));
  };
  for (const auto& problem : series.problems)
    if (is_told(problem))
      add(std::string(reason_code(problem.reason)) + ": " + problem.detail, problem.reason);
  for (const auto& [reason, left] : series.left) {
    if (!is_fault(reason)) continue;
    auto words = counted(left.files, "file") + ": " + std::string(reason_code(reason));
    if (!left.detail.empty()) words += " (" + left.detail + ')';
    add(std::move(words), reason);
  }
  return faults;
}

std::string warning_of(const SeriesSummary& series) {
  if (!has_fault(series.verdict)) return {};
  auto words = "series " + series.series->series_instance_uid + ": " +
               std::string(verdict_word(series.verdict));
  for (const auto& fault : fault_words(series, true)) words += ": " + fault;
  return words;
}

void sort_for_people(std::vector<SeriesSummary>& series) {
  const auto number = [](const SeriesSummary& one) {
    return parse_integer(series_number(*one.series))
        .value_or(std::numeric_limits<std::int64_t>::max());
  };
  std::ranges::stable_sort(series, [&](const SeriesSummary& a, const SeriesSummary& b) {
    return std::tuple(std::string_view(a.series->study_instance_uid), number(a),
                      std::string_view(a.series->series_instance_uid)) <
           std::tuple(std::string_view(b.series->study_instance_uid), number(b),
                      std::string_view(b.series->series_instance_uid));
  });
}

void sort_by_patients(std::vector<SeriesSummary>& series) {
  std::ranges::stable_sort(series, {}, [](const SeriesSummary& one) {
    return std::pair(patient_id(*one.series), patient_name(*one.series));
  });
}

std::size_t OtherSeries::count() const { return std::reduce(verdicts.begin(), verdicts.end()); }

bool is_worth_a_word(const SeriesSummary& series) {
  return series.verdict > SeriesVerdict::noted || std::ranges::any_of(series.problems, is_told) ||
         std::ranges::any_of(series.left, [](const auto& one) { return is_fault(one.first); });
}

std::array<std::size_t, series_verdicts> count_verdicts(std::span<const SeriesSummary> series,
                                                        const OtherSeries& others) {
  auto counts = others.verdicts;
  for (const auto& one : series) ++counts[static_cast<std::size_t>(one.verdict)];
  return counts;
}

std::vector<Advice> advise(const RunSummary& run) {
  std::map<Reason, Advice> rows;
  const auto row = [&](Reason reason) -> Advice& {
    auto& advice = rows[reason];
    advice.reason = reason;
    return advice;
  };
  for (const auto& [reason, files] : run.files.left)
    if (is_fault(reason)) row(reason).files = files;
  for (const auto& series : run.series) {
    std::map<Reason, bool> of_series;
    for (const auto& problem : series.problems)
      if (is_told(problem)) of_series[problem.reason] = true;
    for (const auto& [reason, left] : series.left)
      if (is_fault(reason)) of_series[reason] = true;
    for (const auto& [reason, is_there] : of_series) ++row(reason).series;
  }
  std::vector<Advice> advice;
  for (const auto& [reason, one] : rows) advice.push_back(one);
  std::ranges::stable_sort(advice, std::greater(),
                           [](const Advice& one) { return std::tuple(one.series, one.files); });
  return advice;
}

std::string advice_words(const Advice& advice) {
  std::string words;
  if (advice.series > 0) words = std::to_string(advice.series) + " series";
  if (advice.files > 0)
    words.append(words.empty() ? "" : ", ").append(counted(advice.files, "file"));
  const auto& row = reason_row(advice.reason);
  words.append(": ").append(row.code).append(" (").append(row.text).append(")");
  return with_remedy(std::move(words), advice.reason);
}

std::string_view series_number(const Series& series) {
  return text_of(series, attribute_index(0x00200011));
}
std::string_view series_description(const Series& series) {
  return text_of(series, attribute_index(0x0008103E));
}
std::string_view study_description(const Series& series) {
  return text_of(series, attribute_index(0x00081030));
}
std::string_view study_date(const Series& series) {
  return text_of(series, attribute_index(0x00080020));
}
std::string_view patient_id(const Series& series) {
  return text_of(series, attribute_index(0x00100020));
}
std::string_view patient_name(const Series& series) {
  return text_of(series, attribute_index(0x00100010));
}
std::string_view modality(const Series& series) {
  return text_of(series, attribute_index(0x00080060));
}

std::string matrix_words(const Series& series) {
  const auto columns_of = text_of(series, attribute_index(0x00280011));
  const auto rows_of = text_of(series, attribute_index(0x00280010));
  if (columns_of.empty() || rows_of.empty()) return {};
  return std::string(columns_of) + 'x' + std::string(rows_of);
}

}  // namespace dcmflow
