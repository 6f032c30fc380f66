#include "stages/dicomweb/study_listing.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <system_error>
#include <utility>

#include "stages/base/ascii.h"
#include "stages/base/counted.h"
#include "stages/base/positioned_json.h"

namespace dcmflow {
namespace {

constexpr std::size_t longest_uid = 128;
// Of a page. A server that ignores how many were asked for is still read; one row has some hundred
// values, the tree of a page takes some 100 MB at most.
constexpr std::size_t most_rows = 10 * rows_a_page;
constexpr std::size_t most_values = 500 * rows_a_page;
constexpr std::size_t most_values_of_row = 2000;

// The first value of an attribute; empty where there is none.
std::string first_value(const JsonValue& object, std::string_view tag) {
  const auto* const attribute = object.find(tag);
  const auto* const values = attribute ? attribute->find("Value") : nullptr;
  if (values == nullptr || values->items.empty()) return {};
  return std::string(trimmed(values->items.front().text, std::string_view(" \0", 2)));
}

std::optional<std::uint64_t> first_number(const JsonValue& object, std::string_view tag) {
  const auto text = first_value(object, tag);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Problem invalid(std::string what) { return {Reason::answer_invalid, {}, std::move(what)}; }

// How many values a JSON text has at most, and how many each row of it, is seen by its commas and
// brackets.
class ValueCount {
 public:
  // false: too many.
  bool add(char c) {
    if (in_text_) {
      if (c == '"' && !escaped_) in_text_ = false;
      escaped_ = c == '\\' && !escaped_;
      return true;
    }
    in_text_ = c == '"';
    if (c == ']' || c == '}') --depth_;
    if (c != ',' && c != '[' && c != '{') return true;
    if (c != ',') ++depth_;
    if (c == ',' && depth_ == 1) {
      ++rows_;
      of_row_ = 0;
    }
    return ++values_ <= most_values && ++of_row_ <= most_values_of_row && rows_ <= most_rows;
  }

 private:
  bool in_text_ = false, escaped_ = false;
  std::ptrdiff_t depth_ = 0;  // of brackets
  std::size_t values_ = 0, of_row_ = 0, rows_ = 1;
};

bool has_too_many_values(std::string_view json) {
  ValueCount count;
  return !std::ranges::all_of(json, [&](char c) { return count.add(c); });
}

Problem no_uid(std::string_view what, std::string_view text) {
  return {Reason::invalid_uid, {}, "the server lists " + std::string(what) + uid_words(text)};
}

}  // namespace

Result<std::vector<ListedRow>> read_listed_rows(std::string_view json) {
  if (has_too_many_values(json))
    return invalid(counted(json.size(), "byte") + " have more rows or values than a list of " +
                   std::to_string(rows_a_page) + " rows");
  const auto parsed = parse_positioned_json(json, {}, Reason::answer_invalid);
  const bool is_list = parsed && parsed->is(JsonValue::Type::array) &&
                       std::ranges::all_of(parsed->items, [](const JsonValue& item) {
                         return item.is(JsonValue::Type::object);
                       });
  if (!is_list)
    return invalid(counted(json.size(), "byte") +
                   " that are no DICOM JSON; expected an array of objects");
  std::vector<ListedRow> rows;
  for (const auto& item : parsed->items)
    rows.push_back({.study = first_value(item, "0020000D"),
                    .series = first_value(item, "0020000E"),
                    .instance = first_value(item, "00080018"),
                    .instances_of_series = first_number(item, "00201209")});
  for (const auto& row : rows)
    for (const auto* uid : {&row.study, &row.series, &row.instance})
      if (uid->size() > longest_uid)
        return invalid("a UID has " + counted(uid->size(), "character") + "; expected at most " +
                       std::to_string(longest_uid));
  return rows;
}

bool is_uid(std::string_view text) {
  return !text.empty() && text.size() <= longest_uid && !text.starts_with('.') &&
         !text.ends_with('.') && text.find("..") == std::string_view::npos &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

std::string uid_words(std::string_view text) {
  return is_uid(text)
             ? std::string(text)
             : "with a UID of " + counted(text.size(), "character") +
                   " that is none (digits and dots, at most " + std::to_string(longest_uid) + ")";
}

std::size_t StudyListing::instances() const {
  std::size_t count = 0;
  for (const auto& [uid, listed] : series) count += listed.size();
  return count;
}

StudyListing make_study_listing(const std::vector<ListedRow>& series,
                                const std::vector<ListedRow>& instances) {
  StudyListing listing;
  std::map<std::string, std::uint64_t> listed;  // also those whose own UID is none
  for (const auto& row : instances) {
    ++listed[row.series];
    if (!is_uid(row.series))
      listing.problems.push_back(no_uid("an instance of a series ", row.series));
    else if (!is_uid(row.instance))
      listing.problems.push_back(no_uid("an instance ", row.instance));
    else
      listing.series[row.series].insert(row.instance);
  }
  for (const auto& row : series) {
    const auto expected = row.instances_of_series.value_or(listed[row.series]);
    if (!is_uid(row.series))
      listing.problems.push_back(no_uid("a series ", row.series));
    else if (expected != listed[row.series])
      listing.problems.push_back({Reason::instances_missing,
                                  {},
                                  "series " + row.series + ": the server counts " +
                                      counted(expected, "instance") + " and lists " +
                                      std::to_string(listed[row.series])});
  }
  return listing;
}

}  // namespace dcmflow
