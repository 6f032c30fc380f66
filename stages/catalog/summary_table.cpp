#include "stages/catalog/summary_table.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <map>
#include <numeric>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace dcmflow {
namespace {

enum Column : std::size_t { number, description, kind, size, spacing, file, verdict, columns };
constexpr std::array<std::string_view, columns> titles{
    "No", "Description", "Mod", "Size", "Spacing, mm", "File or reason", "Verdict"};
constexpr std::size_t least_flexible = 10;  // columns of Description and File
// Columns that a header fills, whatever it says; 0: no limit.
constexpr std::array<std::size_t, columns> most_widths{6, 0, 8, 0, 0, 0, 0};

// By SeriesVerdict.
constexpr std::array<std::string_view, series_verdicts> verdict_colours{
    colour::green, colour::green, colour::yellow, colour::yellow,
    colour::red,   colour::faint, colour::red,    colour::red};

struct Row {
  std::array<std::string, columns> cells;
  bool is_image = false;
  SeriesVerdict verdict = SeriesVerdict::ok;
};

std::string digits(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3g", value);
  return text.data();
}

std::string size_words(const ImageSummary& image) {
  std::string words;
  for (const auto length : image.size)
    words.append(words.empty() ? "" : "x").append(std::to_string(length));
  if (image.volumes > 1) words.append("x").append(std::to_string(image.volumes));
  return words;
}

std::string spacing_words(const ImageSummary& image) {
  return digits(image.spacing[0]) + 'x' + digits(image.spacing[1]) + 'x' + digits(image.spacing[2]);
}

class SummaryTable {
 public:
  SummaryTable(const RunSummary& run, const SummaryForm& form)
      : run_(run), form_(form), width_(form.width == 0 ? 0 : std::max(form.width, least_width)) {}

  std::string text();

 private:
  std::string shown(std::string_view text) const { return terminal_text(text, form_.charset); }
  std::vector<Row> rows_of(const SeriesSummary& series) const;
  void make_rows();
  void choose_widths();
  std::size_t total_width() const;
  void append_row(const Row& row, bool is_title);
  using Owner = std::pair<std::string_view, std::string_view>;  // Patient ID, Patient's Name
  // Of nobody where patients are not told.
  Owner owner_of(const SeriesSummary& series) const {
    if (!run_.tells_patients) return {};
    return {patient_id(*series.series), patient_name(*series.series)};
  }
  void append_heading(std::string line);
  void append_patient(const Owner& patient);
  void append_study(const SeriesSummary& first, std::size_t series);
  void append_faults(const SeriesSummary& series);

  const RunSummary& run_;
  const SummaryForm& form_;
  const std::size_t width_;
  std::vector<std::pair<const SeriesSummary*, std::vector<Row>>> listed_;
  std::array<std::size_t, columns> widths_{};  // 0: the column is left out
  std::string text_;
};

std::vector<Row> SummaryTable::rows_of(const SeriesSummary& series) const {
  std::vector<Row> rows;
  for (const auto& image : series.images) {
    Row& row = rows.emplace_back();
    row.is_image = true;
    row.cells[size] = size_words(image);
    row.cells[spacing] = spacing_words(image);
    row.cells[file] = shown(image.file);
    row.verdict = static_cast<SeriesVerdict>(image.soundness);
    row.cells[verdict] = verdict_word(row.verdict);
    if (rows.size() > 1) row.cells[description] = shown("  " + image.split_reason);
  }
  if (rows.empty()) {
    Row& row = rows.emplace_back();
    row.verdict = series.verdict;
    row.cells[verdict] = verdict_word(series.verdict);
    if (!series.left.empty()) row.cells[file] = reason_code(main_reason(series));
    if (run_.is_listing) row.cells[size] = shown(matrix_words(*series.series));
  }
  rows[0].cells[number] = shown(series_number(*series.series));
  rows[0].cells[kind] = shown(modality(*series.series));
  if (form_.descriptions) rows[0].cells[description] = shown(series_description(*series.series));
  // The series lacks what none of its images does.
  if (series.verdict == SeriesVerdict::partial && rows[0].verdict < series.verdict) {
    rows[0].verdict = series.verdict;
    rows[0].cells[verdict] = verdict_word(series.verdict);
  }
  return rows;
}

void SummaryTable::make_rows() {
  const bool all =
      form_.all_series || run_.series.size() + run_.others.count() <= most_series_listed;
  for (const auto& series : run_.series)
    if (all || series.verdict > SeriesVerdict::noted)
      listed_.emplace_back(&series, rows_of(series));
}

std::size_t SummaryTable::total_width() const {
  const auto shown_columns = std::ranges::count_if(widths_, [](std::size_t w) { return w > 0; });
  return std::reduce(widths_.begin(), widths_.end()) + static_cast<std::size_t>(shown_columns) - 1;
}

// Description and File give way first, then columns that say less are left out.
void SummaryTable::choose_widths() {
  for (std::size_t c = 0; c < columns; ++c)
    for (const auto& [series, rows] : listed_)
      for (const auto& row : rows) widths_[c] = std::max(widths_[c], terminal_width(row.cells[c]));
  for (std::size_t c = 0; c < columns; ++c)
    if (widths_[c] > 0) {
      if (most_widths[c] > 0) widths_[c] = std::min(widths_[c], most_widths[c]);
      widths_[c] = std::max(widths_[c], titles[c].size());
    }
  if (width_ == 0) return;
  for (const auto last : {columns, spacing, kind, size}) {
    if (last != columns) widths_[last] = 0;
    while (total_width() > width_) {
      auto& wider = widths_[description] > widths_[file] ? widths_[description] : widths_[file];
      if (wider <= least_flexible) break;
      --wider;
    }
    if (total_width() <= width_) return;
  }
}

void SummaryTable::append_row(const Row& row, bool is_title) {
  std::string line;
  std::size_t used = 0;
  for (std::size_t c = 0; c < columns; ++c) {
    if (widths_[c] == 0) continue;
    if (used > 0) line += ' ';
    used += widths_[c] + (used > 0 ? 1 : 0);
    // Of the names of files the end tells them apart, of words the beginning.
    const bool is_name = c == file && row.is_image;
    auto cell = is_name ? cut_start(row.cells[c], widths_[c], form_.charset)
                        : cut_end(row.cells[c], widths_[c], form_.charset);
    cell = c == number ? pad_left(cell, widths_[c])
                       : pad_right(std::move(cell), c == verdict ? 0 : widths_[c]);
    if (c == verdict && !is_title)
      cell =
          coloured(form_, verdict_colours[static_cast<std::size_t>(row.verdict)], std::move(cell));
    line += cell;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  text_ += is_title ? coloured(form_, colour::faint, line) : line;
  text_ += '\n';
}

void SummaryTable::append_heading(std::string line) {
  if (width_ > 0) line = cut_end(line, width_, form_.charset);
  text_ += coloured(form_, colour::bold, line) + '\n';
}

void SummaryTable::append_patient(const Owner& patient) {
  const auto& [id, name] = patient;
  append_heading("Patient " + (id.empty() ? "without an ID" : shown(id)) +
                 (name.empty() ? "" : ": " + shown(name)));
}

void SummaryTable::append_study(const SeriesSummary& first, std::size_t series) {
  std::string line = "Study " + shown(first.series->study_instance_uid);
  if (run_.is_listing)
    if (const auto date = shown(study_date(*first.series)); !date.empty()) line += ", " + date;
  line += ", " + grouped(series) + " series";
  if (form_.descriptions)
    if (const auto words = shown(study_description(*first.series)); !words.empty())
      line += ": " + words;
  append_heading(std::move(line));
}

void SummaryTable::append_faults(const SeriesSummary& series) {
  constexpr std::string_view margin = "   ";
  for (const auto& fault : fault_words(series, false)) {
    auto words = shown(fault);
    if (width_ > 0) words = wrap(words, width_ - margin.size(), 2);
    for (std::size_t at = 0; at != std::string::npos; at = words.find('\n', at))
      words.insert(at == 0 ? at : ++at, margin);
    text_ += words + '\n';
  }
}

std::string SummaryTable::text() {
  make_rows();
  if (listed_.empty()) return {};
  choose_widths();
  using Study = std::pair<Owner, std::string_view>;
  const auto study_of = [&](const SeriesSummary& series) {
    return Study(owner_of(series), series.series->study_instance_uid);
  };
  std::map<Study, std::size_t> in_study;
  for (const auto& series : run_.series) ++in_study[study_of(series)];
  for (const auto& [study, series] : run_.others.in_study) in_study[Study({}, study)] += series;
  Row title;
  std::ranges::copy(titles, title.cells.begin());
  std::optional<Study> last;
  for (const auto& [series, rows] : listed_) {
    const auto study = study_of(*series);
    if (last != study) {
      if (last) text_ += '\n';
      if (run_.tells_patients && (!last || last->first != study.first)) append_patient(study.first);
      append_study(*series, in_study[study]);
      append_row(title, true);
    }
    last = study;
    for (const auto& row : rows) append_row(row, false);
    if (run_.is_listing) append_faults(*series);
  }
  const auto others = run_.series.size() + run_.others.count() - listed_.size();
  if (others > 0)
    text_ += "\nThe other " + grouped(others) + " series have no fault; -v lists them too.\n";
  return std::move(text_);
}

}  // namespace

std::string summary_table(const RunSummary& run, const SummaryForm& form) {
  return SummaryTable(run, form).text();
}

}  // namespace dcmflow
