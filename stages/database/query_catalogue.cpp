#include "stages/database/query_catalogue.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>
#include <vector>

#include "stages/base/printable.h"
#include "stages/catalog/json_writer.h"

namespace dcmflow {
namespace {

constexpr std::size_t between_columns = 2;
constexpr std::string_view cut = "…";

Problem wrong(const Problem& problem) { return {Reason::bad_settings, "SQL", problem.detail}; }

std::string number_text(double number) {
  std::array<char, 32> text;
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number);
  return {text.data(), end};
}

struct CellText {
  std::string operator()(std::nullptr_t) const { return "NULL"; }
  std::string operator()(std::int64_t number) const { return std::to_string(number); }
  std::string operator()(double number) const { return number_text(number); }
  std::string operator()(std::string_view text) const { return printable(text); }
  std::string operator()(SqlBytes bytes) const {
    return printable({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
};

// Characters of UTF-8 that is valid.
std::size_t length(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

// The first so many characters.
std::string_view first(std::string_view text, std::size_t characters) {
  std::size_t at = 0;
  for (std::size_t seen = 0; at < text.size(); ++at)
    if ((text[at] & 0xC0) != 0x80 && ++seen > characters) break;
  return text.substr(0, at);
}

struct Cell {
  std::string text;
  bool is_number = false;
};
using Row = std::vector<Cell>;

// The widest columns give way until the line fits.
void fit(std::vector<std::size_t>& widths, std::size_t most) {
  constexpr std::size_t least = 4;  // of a column that was cut
  const auto total = [&] {
    return std::reduce(widths.begin(), widths.end()) + between_columns * (widths.size() - 1);
  };
  while (most > 0 && total() > most) {
    const auto widest = std::ranges::max_element(widths);
    if (*widest <= least) return;
    --*widest;
  }
}

void append_line(std::string& text, const Row& row, const std::vector<std::size_t>& widths) {
  std::string line;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i > 0) line.append(between_columns, ' ');
    const auto size = length(row[i].text);
    const std::string shown = size <= widths[i]
                                  ? row[i].text
                                  : std::string(first(row[i].text, widths[i] - 1)).append(cut);
    const std::string space(widths[i] - std::min(size, widths[i]), ' ');
    line += row[i].is_number ? space + shown : shown + space;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  text.append(line).append("\n");
}

Status append_table(std::string& text, SqlStatement& statement, std::size_t most_width) {
  std::vector<Row> rows(1);
  for (int i = 0; i < statement.columns(); ++i)
    rows[0].push_back({printable(statement.column_name(i))});
  for (;;) {
    const auto row = statement.next();
    if (!row) return wrong(row.problem());
    if (!*row) break;
    auto& cells = rows.emplace_back();
    for (int i = 0; i < statement.columns(); ++i) {
      const auto value = statement.value(i);
      cells.push_back({std::visit(CellText(), value), std::holds_alternative<std::int64_t>(value) ||
                                                          std::holds_alternative<double>(value)});
    }
  }
  std::vector<std::size_t> widths(rows[0].size(), 0);
  for (const Row& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], length(row[i].text));
  fit(widths, most_width);
  append_line(text, rows[0], widths);
  Row rule;
  for (const auto width : widths) rule.push_back({std::string(width, '-')});
  append_line(text, rule, widths);
  for (std::size_t i = 1; i < rows.size(); ++i) append_line(text, rows[i], widths);
  return Done{};
}

Status append_json(JsonWriter& json, SqlStatement& statement) {
  for (;;) {
    const auto row = statement.next();
    if (!row) return wrong(row.problem());
    if (!*row) return Done{};
    json.object(JsonWriter::Layout::one_line);
    for (int i = 0; i < statement.columns(); ++i) {
      json.key(statement.column_name(i));
      const auto value = statement.value(i);
      if (std::holds_alternative<std::nullptr_t>(value))
        json.null();
      else if (const auto* number = std::get_if<std::int64_t>(&value))
        json.value(*number);
      else if (const auto* real = std::get_if<double>(&value))
        json.value(*real);
      else if (const auto* words = std::get_if<std::string_view>(&value))
        json.value(*words);
      else
        json.value(CellText()(std::get<SqlBytes>(value)));
    }
    json.end();
  }
}

}  // namespace

Result<Database> read_catalogue(const std::string& folder, Check check) {
  const auto path = catalogue_path(folder);
  if (access(path.c_str(), F_OK) != 0)
    return Problem{
        Reason::bad_settings, folder,
        printable(folder) + " holds no catalogue; dcmflow INPUT OUTPUT --catalogue yes makes one"};
  Problem last;
  // Beside a log that cannot be read without writing, what the file itself holds is all there is.
  for (const auto how : {Database::Open::read, Database::Open::immutable}) {
    auto database = Database::open(path, how);
    auto sound = database ? check_catalogue(*database, check) : Status(database.problem());
    if (sound) {
      database->allow_only_reading();
      return database;
    }
    last = sound.problem();
  }
  return Problem{Reason::bad_settings, path, last.detail};
}

Result<std::string> query(Database& database, std::string_view sql, const QueryForm& form) {
  std::string table;
  auto json = JsonWriter::to_text();
  json.array();
  bool is_asked = false;
  while (!sql.empty()) {
    auto prepared = database.prepare_first(sql);
    if (!prepared) return wrong(prepared.problem());
    sql = prepared->rest;
    if (prepared->is_empty) continue;
    is_asked = true;
    if (!form.json && !table.empty()) table += '\n';
    const auto told = form.json ? append_json(json, prepared->statement)
                                : append_table(table, prepared->statement, form.width);
    if (!told) return told.problem();
  }
  json.end();
  if (!is_asked) return Problem{Reason::bad_settings, "SQL", "found no statement"};
  return form.json ? json.take_text() : table;
}

}  // namespace dcmflow
