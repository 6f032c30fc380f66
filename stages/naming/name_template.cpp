#include "stages/naming/name_template.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "stages/base/nearest_name.h"
#include "stages/base/printable.h"
#include "stages/base/utf8.h"
#include "stages/dicom/personal_attributes.h"
#include "stages/naming/safe_name.h"

namespace dcmflow {
namespace {

constexpr std::size_t most_parts = 64;
constexpr std::size_t most_digits = 20;

bool is_of_series(const AttributeRow& row) {
  return !row.keyword.empty() && row.level != AttributeLevel::instance;
}

// A whole number gets zeros up to `width`; any other text stays.
std::string with_zeros(std::string_view value, std::size_t width) {
  constexpr std::string_view padding{" \0", 2};
  while (!value.empty() && padding.find(value.back()) != std::string_view::npos)
    value.remove_suffix(1);
  while (value.starts_with(' ')) value.remove_prefix(1);
  const bool is_negative = value.starts_with('-');
  auto digits = value.substr(is_negative || value.starts_with('+') ? 1 : 0);
  const bool is_number =
      !digits.empty() && std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
  if (!is_number) return std::string(value);
  while (digits.size() > 1 && digits.starts_with('0')) digits.remove_prefix(1);
  std::string text(is_negative ? "-" : "");
  if (digits.size() < width) text.append(width - digits.size(), '0');
  return text.append(digits);
}

}  // namespace

class TemplateParser {
 public:
  TemplateParser(std::string_view text, std::string_view source, const AttributeTable& table,
                 const NameRules& rules)
      : rest_(text), source_(source), table_(table), rules_(rules) {}

  Result<NameTemplate> parse() {
    while (!rest_.empty()) {
      if (auto read = is_brace() ? read_brace() : read_text(); !read) return read.problem();
      if (made_.parts_.size() > most_parts)
        return wrong("found more than " + std::to_string(most_parts) + " parts");
    }
    if (made_.parts_.empty()) return wrong("found nothing, expected a name");
    return std::move(made_);
  }

 private:
  Problem wrong(std::string detail) const {
    return {Reason::bad_settings, std::string(source_), std::move(detail)};
  }
  bool is_brace() const { return rest_.front() == '{' || rest_.front() == '}'; }

  void add_text(std::string_view text) {
    if (made_.parts_.empty() || made_.parts_.back().attribute) made_.parts_.emplace_back();
    made_.parts_.back().text += text;
  }

  Status read_text() {
    const auto length = utf8_length(rest_);
    const auto character = rest_.substr(0, std::max<std::size_t>(1, length));
    const bool is_ascii = static_cast<unsigned char>(character.front()) < 0x80;
    if (character == "/")
      return wrong(
          "found '/', which separates folders, expected the name of a file; --layout "
          "takes folders");
    if (is_ascii ? !is_kept(character.front()) : safe_value(character) != character)
      return wrong("found '" + printable(character) +
                   "' in a name, expected {Keyword}, letters, digits, and any of " +
                   std::string(kept_signs));
    add_text(character);
    rest_.remove_prefix(character.size());
    return Done{};
  }

  // At "{{", "}}", "{Keyword}" or "{Keyword:03}".
  Status read_brace() {
    if (rest_.size() > 1 && rest_[0] == rest_[1]) {
      add_text(rest_.substr(0, 1));
      rest_.remove_prefix(2);
      return Done{};
    }
    const auto end = rest_.find('}');
    if (rest_.front() == '}' || end == std::string_view::npos)
      return wrong("found '" + printable(rest_) +
                   "', expected {Keyword} or {Keyword:03}, or {{ and }} for braces");
    const auto inside = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    const auto colon = inside.rfind(':');
    NameTemplate::Part part;
    if (colon != std::string_view::npos) {
      const auto width = read_width(inside.substr(colon + 1));
      if (!width)
        return wrong("found '" + printable(inside) +
                     "', expected a width behind the colon, from 01 to 0" +
                     std::to_string(most_digits) + ", such as {SeriesNumber:03}");
      part.width = *width;
    }
    const auto keyword = inside.substr(0, colon);
    const auto attribute = keyword.empty() ? std::nullopt : table_.find(keyword);
    if (!attribute) return wrong(unknown(keyword));
    if (auto allowed = check_allowed(table_[*attribute]); !allowed) return allowed;
    part.attribute = attribute;
    made_.parts_.push_back(std::move(part));
    return Done{};
  }

  // "03" → 3
  static std::optional<std::size_t> read_width(std::string_view text) {
    std::size_t width = 0;
    const char* const end = text.data() + text.size();
    const auto [after, error] = std::from_chars(text.data(), end, width);
    if (!text.starts_with('0') || error != std::errc{} || after != end || width < 1 ||
        width > most_digits)
      return std::nullopt;
    return width;
  }

  std::string unknown(std::string_view keyword) const {
    NearestName nearest(keyword);
    for (const auto& row : table_.rows())
      if (is_of_series(row) && !(rules_.no_patient && is_personal(row))) nearest.offer(row.keyword);
    const auto best = nearest.best();
    return "found {" + printable(keyword) + "}, which is no attribute that is kept; " +
           (best ? "did you mean \"" + *best + "\"?"
                 : "expected a keyword of dicom-metadata.json such as SeriesDescription");
  }

  Status check_allowed(const AttributeRow& row) const {
    if (rules_.no_patient && is_personal(row))
      return wrong(
          "found {" + printable(row.keyword) +
          "}, which tells of the patient, of other persons, of an institution or an order, and "
          "--no-patient leaves that out");
    if (!is_of_series(row))
      return wrong("found {" + printable(row.keyword) +
                   "}, which differs from slice to slice, expected an attribute of the patient, "
                   "the study or the series");
    return Done{};
  }

  std::string_view rest_;
  std::string_view source_;
  const AttributeTable& table_;
  const NameRules& rules_;
  NameTemplate made_;
};

std::string NameTemplate::filled(const FindValue& find_value, const Treat& treat) const {
  std::string text;
  for (const Part& part : parts_) {
    if (!part.attribute) {
      text += part.text;
      continue;
    }
    const auto value = find_value(*part.attribute).value_or("");
    text += treat(part.width > 0 ? with_zeros(value, part.width) : std::string(value));
  }
  return text;
}

std::string NameTemplate::name(const FindValue& find_value) const {
  return safe_name(filled(find_value, [](const std::string& value) { return safe_value(value); }));
}

std::string NameTemplate::label(const FindValue& find_value, std::size_t most) const {
  auto text = filled(find_value, [](std::string value) { return value; });
  std::erase_if(text, [](char c) { return kept_signs.find(c) != std::string_view::npos; });
  std::erase_if(text, [](char c) { return !is_kept(c); });
  text.resize(std::min(text.size(), most));
  return text;
}

std::string PathTemplate::path(const NameTemplate::FindValue& find_value) const {
  constexpr std::array<std::string_view, 5> of_results{".json", ".csv", ".ndjson", ".html", ".log"};
  std::string path;
  for (const auto& one : names_) {
    auto name = one.name(find_value);
    const bool is_first_folder = &one == names_.data() && names_.size() > 1;
    const auto folded = folded_name(name);
    if (is_first_folder && std::ranges::any_of(of_results, [&](std::string_view extension) {
          return folded.ends_with(extension);
        }))
      name += '_';
    path += (path.empty() ? "" : "/") + name;
  }
  return path;
}

Result<NameTemplate> parse_name_template(std::string_view text, std::string_view source,
                                         const AttributeTable& table, const NameRules& rules) {
  return TemplateParser(text, source, table, rules).parse();
}

Result<PathTemplate> parse_path_template(std::string_view text, std::string_view source,
                                         const AttributeTable& table, const NameRules& rules) {
  constexpr std::size_t most_names = 16;
  const auto wrong = [&](std::string detail) {
    return Problem{Reason::bad_settings, std::string(source), std::move(detail)};
  };
  std::vector<NameTemplate> names;
  for (auto rest = text;;) {
    const auto slash = rest.find('/');
    const auto part = rest.substr(0, slash);
    if (part.empty())
      return wrong(
          "found a '/' with no name on one side, expected names with a '/' between, such "
          "as {PatientID}/{SeriesNumber:03}");
    auto name = parse_name_template(part, source, table, rules);
    if (!name) return name.problem();
    names.push_back(std::move(*name));
    if (names.size() > most_names)
      return wrong("found more than " + std::to_string(most_names) + " names in a path");
    if (slash == std::string_view::npos) return PathTemplate(std::move(names));
    rest.remove_prefix(slash + 1);
  }
}

}  // namespace dcmflow
