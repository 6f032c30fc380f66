#include "config/attribute_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>

#include "config/json_position.h"

namespace dcmflow {
namespace {

using nlohmann::json;

constexpr std::size_t most_rows = 65535;
constexpr std::size_t most_bytes = std::size_t{16} * 1024 * 1024;
constexpr std::array<std::string_view, 4> level_names{"patient", "study", "series", "instance"};
constexpr std::array<std::string_view, 6> members{"keyword", "tag",   "path",
                                                  "vr",      "level", "repeats"};
constexpr std::array<std::string_view, 4> own_keys{"studies", "series", "instances", "file"};
// PS3.5 6.2, those with a text form.
constexpr std::array<std::string_view, 27> vrs{
    "AE", "AS", "AT", "CS", "DA", "DS", "DT", "FD", "FL", "IS", "LO", "LT", "PN", "SH",
    "SL", "SS", "ST", "SV", "TM", "UC", "UI", "UL", "UR", "US", "UT", "UV", "UN"};

bool contains(const auto& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

std::string list(const auto& names) {
  std::string text;
  for (const std::string_view name : names) text += (text.empty() ? "" : ", ") + std::string(name);
  return text;
}

// A value for a message: arrays and objects only by their type, since they may be of any size and
// depth.
std::string text_of(const json& value) {
  if (value.is_structured()) return "an " + std::string(value.type_name());
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

// Group 0010 holds the patient's data, at the top or behind a sequence of that group: --no-patient
// must know.
AttributeLevel default_level(const AttributeName& name) {
  const std::uint32_t outermost = name.path.empty() ? name.tag : name.path.front().tag;
  return outermost >> 16 == 0x0010 ? AttributeLevel::patient : AttributeLevel::instance;
}

// One attribute file under validation; every refusal knows where it is.
class AttributeFile {
 public:
  AttributeFile(std::string_view text, std::string_view source, const FindKeyword& find_keyword,
                const AttributeTable& table)
      : text_(text), source_(source), find_keyword_(find_keyword), table_(table) {}

  Result<std::vector<AttributeRow>> rows();

 private:
  using Path = std::vector<std::string>;

  Problem refused(TextPosition position, const std::string& why) const {
    return {Reason::bad_settings, std::string(source_), in_words(position) + ": " + why};
  }
  Problem refused(const Path& path, const std::string& why) const {
    return refused(position_of(text_, path), why);
  }
  // The entry itself, or one of its members.
  Path at(std::size_t index, const char* member = nullptr) const {
    Path path{"attributes", std::to_string(index)};
    if (member) path.emplace_back(member);
    return path;
  }

  Result<json> document() const;
  Status check_members(const json& entry, std::size_t index) const;
  Result<AttributeRow> row(const json& entry, std::size_t index) const;
  Status check_new(const AttributeRow& row, std::size_t index,
                   const std::vector<AttributeRow>& earlier) const;

  std::string_view text_;
  std::string_view source_;
  const FindKeyword& find_keyword_;
  const AttributeTable& table_;
};

Result<json> AttributeFile::document() const try {
  return json::parse(text_);
} catch (const json::parse_error& error) {
  // nlohmann's text is "[...] parse error at line 1, column 2: what was found and expected"; the
  // position is ours.
  const std::string words = error.what();
  const auto colon = words.find(": ");
  return refused(position_at(text_, error.byte > 0 ? error.byte - 1 : 0),
                 colon == std::string::npos ? words : words.substr(colon + 2));
} catch (const json::out_of_range& error) {
  return refused(Path{}, error.what());  // a number too large for a double, anywhere
}

Status AttributeFile::check_members(const json& entry, std::size_t index) const {
  if (!entry.is_object()) return refused(at(index), "expected an object, found " + text_of(entry));
  for (const auto& [name, value] : entry.items()) {
    if (!contains(members, name))
      return refused(at(index, name.c_str()),
                     "unknown member '" + name + "', expected " + list(members));
    const bool is_switch = name == "repeats";
    if (is_switch ? !value.is_boolean()
                  : !value.is_string() || value.get_ref<const std::string&>().empty())
      return refused(at(index, name.c_str()), '\'' + name + "' is " + text_of(value) +
                                                  ", expected " +
                                                  (is_switch ? "true or false" : "a text"));
  }
  if (entry.contains("tag") && entry.contains("path"))
    return refused(at(index, "path"), "both 'tag' and 'path' are given, expected one");
  if (!entry.contains("keyword") && !entry.contains("path"))
    return refused(at(index), "no 'keyword', which names the attribute in dicom-metadata.json");
  if (entry.contains("vr") && !contains(vrs, entry.at("vr").get_ref<const std::string&>()))
    return refused(at(index, "vr"),
                   text_of(entry.at("vr")) + " is no VR, expected one of " + list(vrs));
  if (entry.contains("level") &&
      !contains(level_names, entry.at("level").get_ref<const std::string&>()))
    return refused(at(index, "level"),
                   text_of(entry.at("level")) + " is no level, expected " + list(level_names));
  return Done{};
}

Result<AttributeRow> AttributeFile::row(const json& entry, std::size_t index) const {
  if (auto checked = check_members(entry, index); !checked) return checked.problem();
  const char* const named_by = entry.contains("tag")    ? "tag"
                               : entry.contains("path") ? "path"
                                                        : "keyword";
  const auto name =
      parse_attribute_name(entry.at(named_by).get_ref<const std::string&>(), find_keyword_);
  if (!name) return refused(at(index, named_by), name.problem().detail);
  AttributeRow row{name->tag,
                   name->vr,
                   AttributeLevel::instance,
                   false,
                   entry.value("keyword", std::string()),
                   name->private_creator,
                   name->path,
                   true};
  if (row.keyword.empty()) row.keyword = entry.at(named_by).get<std::string>();
  if (contains(own_keys, row.keyword))
    return refused(at(index, "keyword"),
                   '\'' + row.keyword + "' is a key of dicom-metadata.json itself");
  row.vr = entry.value("vr", row.vr);
  // A tag may still be one of the dictionary, under the keyword that was given for it.
  if (const auto known = find_keyword_(row.keyword);
      row.vr.empty() && known && known->first == row.tag)
    row.vr = known->second;
  if (row.vr.empty())
    return refused(at(index), "no 'vr', which a tag or a private attribute needs");
  row.level = default_level(*name);
  if (entry.contains("level")) {
    const auto& level = entry.at("level").get_ref<const std::string&>();
    row.level =
        static_cast<AttributeLevel>(std::ranges::find(level_names, level) - level_names.begin());
  }
  row.repeats = entry.value("repeats", row.level != AttributeLevel::instance);
  return row;
}

// Two attributes never share a key, and one never has two.
Status AttributeFile::check_new(const AttributeRow& row, std::size_t index,
                                const std::vector<AttributeRow>& earlier) const {
  const auto clashes = [&](const AttributeRow& other) {
    const bool same = other.tag == row.tag && other.private_creator == row.private_creator &&
                      other.path == row.path;
    return same != (other.keyword == row.keyword);
  };
  const auto refuse = [&](const AttributeRow& other) {
    const std::string why = other.keyword == row.keyword
                                ? "is the name of another attribute"
                                : "would be the second name of " + other.keyword;
    return refused(at(index), '\'' + row.keyword + "' " + why);
  };
  if (const auto other = std::ranges::find_if(table_.rows(), clashes); other != table_.rows().end())
    return refuse(*other);
  if (const auto other = std::ranges::find_if(earlier, clashes); other != earlier.end())
    return refuse(*other);
  return Done{};
}

Result<std::vector<AttributeRow>> AttributeFile::rows() {
  const auto parsed = document();
  if (!parsed) return parsed.problem();
  if (!parsed->is_object() || parsed->size() != 1 || !parsed->contains("attributes") ||
      !parsed->at("attributes").is_array())
    return refused(Path{}, R"(expected {"attributes": [...]} and nothing else)");
  const json& entries = parsed->at("attributes");
  if (entries.size() > most_rows - table_.rows().size())
    return refused(Path{"attributes"}, std::to_string(entries.size()) + " attributes, at most " +
                                           std::to_string(most_rows - table_.rows().size()) +
                                           " can be added");
  std::vector<AttributeRow> rows;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    auto added = row(entries[i], i);
    if (!added) return added.problem();
    if (auto checked = check_new(*added, i, rows); !checked) return checked.problem();
    rows.push_back(std::move(*added));
  }
  return rows;
}

}  // namespace

Status parse_attribute_file(std::string_view text, std::string_view source,
                            const FindKeyword& find_keyword, AttributeTable& table) {
  auto rows = AttributeFile(text, source, find_keyword, table).rows();
  if (!rows) return rows.problem();
  for (AttributeRow& row : *rows) table.add(std::move(row));
  return Done{};
}

Status read_attribute_file(const std::string& path, const FindKeyword& find_keyword,
                           AttributeTable& table) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text(most_bytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file.is_open() || file.bad())
    return Problem{Reason::bad_settings, path,
                   "cannot be read: " + std::generic_category().message(errno)};
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > most_bytes)
    return Problem{Reason::bad_settings, path,
                   "has more than " + std::to_string(most_bytes) + " bytes"};
  return parse_attribute_file(text, path, find_keyword, table);
}

}  // namespace dcmflow
