#include "stages/catalog/table_file.h"

#include <utility>

namespace dcmflow {
namespace {

constexpr std::size_t flush_at = 1 << 18;  // bytes in the buffer

// The text of a JSON string; other values as they are.
std::string plain(std::string_view json) {
  if (!json.starts_with('"')) return json == "null" ? std::string() : std::string(json);
  json = json.substr(1, json.size() - 2);
  std::string text;
  for (std::size_t at = 0; at < json.size(); ++at) {
    if (json[at] != '\\') {
      text += json[at];
      continue;
    }
    constexpr std::string_view codes = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
    const char code = json[++at];
    if (const auto known = codes.find(code); known != std::string_view::npos) {
      text += meanings[known];
      continue;
    }
    // \u00HH: all that JsonWriter escapes so are control characters.
    text += static_cast<char>(std::stoi(std::string(json.substr(at + 1, 4)), nullptr, 16));
    at += 4;
  }
  return text;
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

}  // namespace

Result<TableFile> TableFile::create(const OutputFolder& folder, const std::string& name,
                                    TableFormat format, std::vector<std::string> columns) {
  auto file = OutputFile::create(folder, name + (format == TableFormat::csv ? ".csv" : ".ndjson"));
  if (!file) return file.problem();
  TableFile table;
  table.file_ = std::move(*file);
  table.is_csv_ = format == TableFormat::csv;
  table.columns_ = std::move(columns);
  if (table.is_csv_) {
    std::vector<Cell> names;
    for (const auto& column : table.columns_) names.push_back(cell(column));
    table.add(names);
  }
  return table;
}

void TableFile::add(std::span<const Cell> cells) {
  if (!status_) return;
  const bool is_first_empty = cells.size() == 1 && cells[0].empty();
  std::string& text = buffer_;
  if (!is_csv_) text += '{';
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) text += is_csv_ ? "," : ", ";
    if (is_csv_)
      text += csv_field(plain(cells[i]));
    else
      text.append(json_text(columns_[i])).append(": ").append(cells[i].empty() ? "null" : cells[i]);
  }
  if (is_first_empty && is_csv_) text += "\"\"";  // an empty line would be no row
  text += is_csv_ ? "\r\n" : "}\n";
  if (text.size() >= flush_at) flush();
}

Status TableFile::commit() {
  flush();
  return status_ ? file_.commit() : status_;
}

void TableFile::flush() {
  if (status_) status_ = file_.append(std::string_view(buffer_));
  buffer_.clear();
}

}  // namespace dcmflow
