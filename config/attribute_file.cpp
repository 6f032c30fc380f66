#include "config/attribute_file.h"

#include <algorithm>
#include <array>

#include "stages/base/positioned_json.h"
#include "stages/base/text_file.h"
#include "stages/dicom/attribute_name.h"

namespace dcmflow {
namespace {

using enum JsonValue::Type;

constexpr std::size_t most_rows = 65535;
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

// A value for a message: arrays and objects only by their type, since they may be of any size.
std::string text_of(const JsonValue& value) {
  if (value.is(array)) return "an array";
  if (value.is(object)) return "an object";
  return to_text(value);
}

// The text of a member, or "" without it.
std::string_view text_at(const JsonValue& entry, std::string_view member) {
  const JsonValue* value = entry.find(member);
  return value ? std::string_view(value->text) : std::string_view();
}

// Group 0010 holds the patient's data, at the top or behind a sequence of that group: --no-patient
// must know.
AttributeLevel default_level(const AttributeRow& row) {
  const std::uint32_t outermost = row.path.empty() ? row.tag : row.path.front().tag;
  return outermost >> 16 == 0x0010 ? AttributeLevel::patient : AttributeLevel::instance;
}

// Tag, VR and creator of one element; the VR is "" for a tag.
Result<AttributeRow> find_element(const ElementName& element, const FindKeyword& find_keyword) {
  AttributeRow row;
  row.private_creator = element.private_creator;
  if (element.tag) {
    row.tag = *element.tag;
    return row;
  }
  const auto found = find_keyword(element.text);
  if (!found)
    return Problem{
        Reason::bad_settings, element.text,
        '\'' + element.text + "' is no keyword of the DICOM dictionary (PS3.6) and no tag"};
  row.tag = found->first;
  row.vr = found->second;
  return row;
}

// The same of a name, and the way to it.
Result<AttributeRow> find_attribute(std::string_view text, const FindKeyword& find_keyword) {
  const auto name = parse_attribute_name(text);
  if (!name) return name.problem();
  auto row = find_element(name->element, find_keyword);
  if (!row) return row;
  if (row->vr == "SQ")
    return Problem{
        Reason::bad_settings, std::string(text),
        '\'' + std::string(text) + "' is a sequence, expected an attribute in one of its items"};
  for (const ElementName& sequence : name->sequences) {
    const auto found = find_element(sequence, find_keyword);
    if (!found) return found.problem();
    if (!sequence.item)
      return Problem{
          Reason::bad_settings, sequence.text,
          '\'' + sequence.text + "' needs the number of its item, as in " + sequence.text + "[0]"};
    const auto step = step_into(sequence, *found);
    if (!step) return step.problem();
    row->path.push_back(*step);
  }
  return row;
}

// One attribute file under validation; every refusal knows where it is.
class AttributeFile {
 public:
  AttributeFile(std::string_view text, std::string_view source, const FindKeyword& find_keyword,
                const AttributeTable& table)
      : text_(text), source_(source), find_keyword_(find_keyword), table_(table) {}

  Result<std::vector<AttributeRow>> rows();

 private:
  Problem refused(const JsonValue& where, const std::string& why) const {
    return {Reason::bad_settings, std::string(source_), to_string(where.position) + ": " + why};
  }

  Status check_member(const JsonMember& member) const;
  Status check_members(const JsonValue& entry) const;
  Result<AttributeRow> row(const JsonValue& entry) const;
  Status check_new(const AttributeRow& row, const JsonValue& entry,
                   const std::vector<AttributeRow>& earlier) const;

  std::string_view text_;
  std::string_view source_;
  const FindKeyword& find_keyword_;
  const AttributeTable& table_;
};

Status AttributeFile::check_member(const JsonMember& member) const {
  const std::string& name = member.key;
  const JsonValue& value = member.value;
  if (!contains(members, name))
    return refused(value, "unknown member '" + name + "', expected " + list(members));
  const bool is_switch = name == "repeats";
  if (is_switch ? !value.is(boolean) : !value.is(string) || value.text.empty())
    return refused(value, '\'' + name + "' is " + text_of(value) + ", expected " +
                              (is_switch ? "true or false" : "a text"));
  if (name == "vr" && !contains(vrs, value.text))
    return refused(value, text_of(value) + " is no VR, expected one of " + list(vrs));
  if (name == "level" && !contains(level_names, value.text))
    return refused(value, text_of(value) + " is no level, expected " + list(level_names));
  return Done{};
}

Status AttributeFile::check_members(const JsonValue& entry) const {
  if (!entry.is(object)) return refused(entry, "expected an object, found " + text_of(entry));
  for (const JsonMember& member : entry.members)
    if (auto checked = check_member(member); !checked) return checked;
  const JsonValue* path = entry.find("path");
  if (path && entry.find("tag"))
    return refused(*path, "both 'tag' and 'path' are given, expected one");
  if (!path && !entry.find("keyword"))
    return refused(entry, "no 'keyword', which names the attribute in dicom-metadata.json");
  return Done{};
}

Result<AttributeRow> AttributeFile::row(const JsonValue& entry) const {
  if (auto checked = check_members(entry); !checked) return checked.problem();
  const JsonValue* keyword = entry.find("keyword");
  const JsonValue* named_by = keyword;
  for (const char* member : {"tag", "path"})
    if (const JsonValue* value = entry.find(member)) named_by = value;
  auto found = find_attribute(named_by->text, find_keyword_);
  if (!found) return refused(*named_by, found.problem().detail);
  AttributeRow row = std::move(*found);
  row.keyword = keyword ? keyword->text : named_by->text;
  if (contains(own_keys, row.keyword))
    return refused(keyword ? *keyword : *named_by,
                   '\'' + row.keyword + "' is a key of dicom-metadata.json itself");
  if (const auto vr = text_at(entry, "vr"); !vr.empty()) row.vr = vr;
  // A tag may still be one of the dictionary, under the keyword that was given for it.
  if (const auto known = find_keyword_(row.keyword);
      row.vr.empty() && known && known->first == row.tag)
    row.vr = known->second;
  if (row.vr.empty()) return refused(entry, "no 'vr', which a tag or a private attribute needs");
  row.level = default_level(row);
  if (const auto level = std::ranges::find(level_names, text_at(entry, "level"));
      level != level_names.end())
    row.level = static_cast<AttributeLevel>(level - level_names.begin());
  const JsonValue* repeats = entry.find("repeats");
  row.repeats = repeats ? repeats->boolean : row.level != AttributeLevel::instance;
  return row;
}

// Two attributes never share a key, and one never has two.
Status AttributeFile::check_new(const AttributeRow& row, const JsonValue& entry,
                                const std::vector<AttributeRow>& earlier) const {
  const auto clashes = [&](const AttributeRow& other) {
    const bool same = other.tag == row.tag && other.private_creator == row.private_creator &&
                      other.path == row.path;
    if (other.keyword.empty()) return false;  // kept for a vendor's file alone
    return same != (other.keyword == row.keyword);
  };
  const auto refuse = [&](const AttributeRow& other) {
    const std::string why = other.keyword == row.keyword
                                ? "is the name of another attribute"
                                : "would be the second name of " + other.keyword;
    return refused(entry, '\'' + row.keyword + "' " + why);
  };
  if (const auto other = std::ranges::find_if(table_.rows(), clashes); other != table_.rows().end())
    return refuse(*other);
  if (const auto other = std::ranges::find_if(earlier, clashes); other != earlier.end())
    return refuse(*other);
  return Done{};
}

Result<std::vector<AttributeRow>> AttributeFile::rows() {
  const auto root = parse_positioned_json(text_, source_, Reason::bad_settings);
  if (!root) return root.problem();
  const JsonValue* entries = root->find("attributes");
  if (!entries || !entries->is(array) || root->members.size() != 1)
    return refused(*root, R"(expected {"attributes": [...]} and nothing else)");
  const std::size_t most_added = most_rows - table_.rows().size();
  if (entries->items.size() > most_added)
    return refused(*entries, std::to_string(entries->items.size()) + " attributes, at most " +
                                 std::to_string(most_added) + " can be added");
  std::vector<AttributeRow> rows;
  for (const JsonValue& entry : entries->items) {
    auto added = row(entry);
    if (!added) return added.problem();
    if (auto checked = check_new(*added, entry, rows); !checked) return checked.problem();
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
  const auto text = read_text_file(path, Reason::bad_settings, path);
  if (!text) return text.problem();
  return parse_attribute_file(*text, path, find_keyword, table);
}

}  // namespace dcmflow
