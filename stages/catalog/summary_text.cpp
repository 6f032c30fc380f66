#include "stages/catalog/summary_text.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <map>
#include <numeric>
#include <utility>

#include "stages/base/printable.h"
#include "stages/catalog/summary_table.h"

namespace dcmflow {
namespace {

std::string seconds_words(double seconds) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), seconds < 10 ? "%.2f s" : "%.0f s", seconds);
  return text.data();
}

class Ending {
 public:
  Ending(const RunSummary& run, const SummaryForm& form) : run_(run), form_(form) {}
  std::string text() {
    append_counts();
    append_advice();
    return std::move(text_);
  }

 private:
  std::string output() const { return terminal_text(printable(run_.output), form_.charset); }
  void append_counts();
  void append_advice();
  void append_line(const std::string& line) {
    text_.append(form_.width == 0 ? line : wrap(line, std::max(form_.width, least_width), 2))
        .append("\n");
  }

  const RunSummary& run_;
  const SummaryForm& form_;
  std::string text_;
};

void Ending::append_counts() {
  const auto counts = count_verdicts(run_.series, run_.others);
  std::string line = grouped(run_.series.size() + run_.others.count()) + " series: ";
  const auto of = [&](SeriesVerdict one) { return counts[static_cast<std::size_t>(one)]; };
  line += grouped(of(SeriesVerdict::ok) + of(SeriesVerdict::noted)) + " converted";
  for (const auto one : {SeriesVerdict::repaired, SeriesVerdict::partial, SeriesVerdict::untrue,
                         SeriesVerdict::refused, SeriesVerdict::failed, SeriesVerdict::skipped})
    if (of(one) > 0) line += ", " + grouped(of(one)) + ' ' + std::string(verdict_word(one));
  append_line(line);

  std::map<Severity, std::size_t> left;
  std::size_t files = run_.files.converted;
  for (const auto& [reason, count] : run_.files.left) {
    left[reason_row(reason).severity] += count;
    files += count;
  }
  line = grouped(files) + " files: " + grouped(run_.files.converted) + " in images";
  for (const auto& [severity, word] :
       {std::pair(Severity::refused, "refused"), std::pair(Severity::failed, "failed"),
        std::pair(Severity::skipped, "skipped")})
    if (left[severity] > 0) line += ", " + grouped(left[severity]) + ' ' + word;
  append_line(line);

  const auto images =
      std::transform_reduce(run_.series.begin(), run_.series.end(), run_.others.images, std::plus(),
                            [](const auto& one) { return one.images.size(); });
  line = grouped(images) + (images == 1 ? " image" : " images");
  line += run_.output.empty() ? " would be made" : " in " + output();
  line += ", " + seconds_words(run_.seconds);
  if (run_.status != "complete")
    line += "; " + run_.status + ", exit code " + std::to_string(run_.exit_code);
  append_line(line);
  if (run_.has_page) append_line("to look at: " + output() + "/report.html");
}

void Ending::append_advice() {
  const auto advice = advise(run_);
  if (advice.empty()) return;
  text_ += '\n' + coloured(form_, colour::bold, "What to do next") + '\n';
  for (const auto& one : advice) append_line("- " + advice_words(one));
  if (run_.has_report) append_line("- " + output() + "/report.json says of every file why");
}

}  // namespace

std::string coloured(const SummaryForm& form, std::string_view begin, std::string text) {
  if (!form.colours) return text;
  return std::string(begin).append(text).append(colour::plain);
}

// 1234567 → "1,234,567"
std::string grouped(std::size_t count) {
  auto text = std::to_string(count);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3)
    text.insert(static_cast<std::size_t>(at), ",");
  return text;
}

std::string summary_text(const RunSummary& run, const SummaryForm& form) {
  if (run.unchanged_files)
    return grouped(*run.unchanged_files) +
           " files and all results are what they were; nothing is made again\n";
  auto text = summary_table(run, form);
  if (!text.empty()) text += '\n';
  return text + Ending(run, form).text();
}

}  // namespace dcmflow
