#include "stages/catalog/metadata_rows.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace dcmflow {
namespace {

constexpr std::size_t depth_of_series = 5;  // in the file

template <class Number>
void append(std::string& to, Number number) {
  char bytes[sizeof number];
  std::memcpy(bytes, &number, sizeof number);
  to.append(bytes, sizeof number);
}

template <class Number>
Number take(std::string_view& from) {
  Number number;
  std::memcpy(&number, from.data(), sizeof number);
  from.remove_prefix(sizeof number);
  return number;
}

std::string take_text(std::string_view& from, std::size_t bytes) {
  const std::string text(from.substr(0, bytes));
  from.remove_prefix(bytes);
  return text;
}

}  // namespace

std::vector<MetadataRow> metadata_rows(const MetadataLevels& levels,
                                       const MetadataLevels::Level& level) {
  std::vector<MetadataRow> rows;
  auto json = JsonWriter::elements(depth_of_series);
  const auto end_of_those_that_stay = [&] {
    if (auto text = json.take_elements(); !text.empty())
      rows.push_back({MetadataRow::stays, {}, std::move(text)});
  };
  for (const auto& found : level.here) {
    const auto [row, text] = found;
    const bool may_rise = levels.may_rise(row);
    if (may_rise) end_of_those_that_stay();
    levels.write(json, {&found, 1});
    if (may_rise) rows.push_back({row, std::string(text), json.take_elements()});
  }
  end_of_those_that_stay();
  return rows;
}

std::string pack(const std::vector<MetadataRow>& rows) {
  std::string packed;
  for (const MetadataRow& row : rows) {
    append(packed, row.row);
    append(packed, static_cast<std::uint32_t>(row.text.size()));
    append(packed, static_cast<std::uint32_t>(row.json.size()));
    packed.append(row.text).append(row.json);
  }
  return packed;
}

std::vector<MetadataRow> unpack(std::string_view packed) {
  std::vector<MetadataRow> rows;
  while (!packed.empty()) {
    auto& row = rows.emplace_back();
    row.row = take<AttributeIndex>(packed);
    const auto text_bytes = take<std::uint32_t>(packed);
    const auto json_bytes = take<std::uint32_t>(packed);
    row.text = take_text(packed, text_bytes);
    row.json = take_text(packed, json_bytes);
  }
  return rows;
}

void keep_common(std::vector<MetadataRow>& rising, const std::vector<MetadataRow>& series) {
  std::erase_if(rising, [&](const MetadataRow& row) {
    const auto same = std::ranges::find(series, row.row, &MetadataRow::row);
    return row.row == MetadataRow::stays || same == series.end() || same->text != row.text;
  });
}

bool has_risen(const MetadataRow& row, const std::vector<MetadataRow>& rising) {
  return row.row != MetadataRow::stays &&
         std::ranges::find(rising, row.row, &MetadataRow::row) != rising.end();
}

}  // namespace dcmflow
