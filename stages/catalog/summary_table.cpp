#include "stages/catalog/summary_table.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <map>
#include <numeric>
#include <string_view>
#include <utility>
#include <vector>

#include "stages/base/printable.h"

namespace dcmflow {
namespace {

enum Column : std::size_t {
  number,
  description,
  modality_column,
  size,
  spacing,
  file,
  verdict,
  columns
};
constexpr std::array<std::string_view, columns> titles{
    "No", "Description", "Mod", "Size", "Spacing, mm", "File or reason", "Verdict"};
constexpr std::size_t least_flexible = 10;  // columns of Description and File
constexpr std::size_t most_series = 200;    // that are all listed
// Columns that a header fills, whatever it says; 0: no limit.
constexpr std::array<std::size_t, columns> most_widths{6, 0, 8, 0, 0, 0, 0};

// By SeriesVerdict.
constexpr std::array<std::string_view, series_verdicts> verdict_colours{
    colour::green, colour::green, colour::yellow, colour::yellow,
    colour::red,   colour::faint, colour::red,    colour::red};

struct Row {
  std::array<std::string, columns> cells;
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
  void append_study(const SeriesSummary& first, std::size_t series);

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
    const auto most =
        std::ranges::max_element(series.left, {}, [](const auto& one) { return one.second.files; });
    if (most != series.left.end()) row.cells[file] = reason_code(most->first);
  }
  rows[0].cells[number] = shown(series_number(*series.series));
  rows[0].cells[modality_column] = shown(modality(*series.series));
  if (form_.descriptions) rows[0].cells[description] = shown(series_description(*series.series));
  // The series lacks what none of its images does.
  if (series.verdict == SeriesVerdict::partial && rows[0].verdict < series.verdict) {
    rows[0].verdict = series.verdict;
    rows[0].cells[verdict] = verdict_word(series.verdict);
  }
  return rows;
}

void SummaryTable::make_rows() {
  const bool all = form_.all_series || run_.series.size() <= most_series;
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
  for (const auto last : {columns, spacing, modality_column, size}) {
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
    const bool is_name = c == file && !is_title && !row.cells[size].empty();
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

void SummaryTable::append_study(const SeriesSummary& first, std::size_t series) {
  std::string line = "Study " + shown(first.series->study_instance_uid);
  line += ", " + grouped(series) + " series";
  if (form_.descriptions)
    if (const auto words = shown(study_description(*first.series)); !words.empty())
      line += ": " + words;
  if (width_ > 0) line = cut_end(line, width_, form_.charset);
  text_ += coloured(form_, colour::bold, line) + '\n';
}

std::string SummaryTable::text() {
  make_rows();
  if (listed_.empty()) return {};
  choose_widths();
  std::map<std::string_view, std::size_t> in_study;
  for (const auto& series : run_.series) ++in_study[series.series->study_instance_uid];
  Row title;
  std::ranges::copy(titles, title.cells.begin());
  std::string_view study;
  for (const auto& [series, rows] : listed_) {
    const std::string_view uid = series->series->study_instance_uid;
    if (text_.empty() || study != uid) {
      if (!text_.empty()) text_ += '\n';
      append_study(*series, in_study[uid]);
      append_row(title, true);
    }
    study = uid;
    for (const auto& row : rows) append_row(row, false);
  }
  const auto others = run_.series.size() - listed_.size();
  if (others > 0)
    text_ += "\nThe other " + grouped(others) + " series have no fault; -v lists them too.\n";
  return std::move(text_);
}

}  // namespace

std::string summary_table(const RunSummary& run, const SummaryForm& form) {
  return SummaryTable(run, form).text();
}

}  // namespace dcmflow
