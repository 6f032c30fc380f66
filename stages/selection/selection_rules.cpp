#include "stages/selection/selection_rules.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "stages/base/ascii.h"
#include "stages/base/nearest_name.h"
#include "stages/base/positioned_json.h"
#include "stages/base/text_file.h"
#include "stages/selection/rule_condition.h"
#include "stages/selection/rule_messages.h"
#include "stages/selection/selection_rules_types.h"

namespace dcmflow {
namespace {

using enum JsonValue::Type;

constexpr std::string_view blanks = " \t\r\n";
constexpr std::size_t most_errors = 20;  // named in one message
constexpr double largest_count = 1e9;

std::string trim(std::string_view text) { return std::string(trimmed(text, blanks)); }

// Keys that a user may add for people to read.
bool is_remark(std::string_view key) {
  return key.starts_with('_') || key.starts_with('$') || key == "comment" || key == "description";
}

// What is being compiled, and where its messages go.
struct Compiler {
  AttributeTable& table;
  RuleMessages& messages;
  bool monai_by_default = false;
};

struct Switches {
  bool case_sensitive = false;
  bool monai = false;
};

// ImageOrientationPatient asked for by a word is a question about the plane.
bool asks_for_plane(const JsonValue& condition) {
  if (condition.is(string)) return true;
  const auto in_members = [](const JsonMember& member) {
    return member.key != "missing" && asks_for_plane(member.value);
  };
  return std::ranges::any_of(condition.items, asks_for_plane) ||
         std::ranges::any_of(condition.members, in_members);
}

void check_plane_name(const JsonValue& word, bool may_exclude, RuleMessages& messages) {
  static constexpr auto planes =
      std::to_array<std::string_view>({"axial", "coronal", "sagittal", "oblique"});
  std::string name = trim(word.text);
  if (may_exclude && name.starts_with('!')) name.erase(0, 1);
  std::ranges::transform(name, name.begin(), lower);
  if (word.is(string) && std::ranges::find(planes, name) == planes.end())
    messages.expected(word, "Axial, Coronal, Sagittal or Oblique");
}

// ImageOrientationPatient: "Axial" → Plane: "Axial".
void turn_into_plane(JsonValue& condition, RuleKey& key, RuleMessages& messages) {
  check_plane_name(condition, false, messages);
  for (const JsonValue& item : condition.items) check_plane_name(item, true, messages);
  if (condition.is(string)) condition.text = trim(condition.text);
  key = {.source = RuleKey::Source::fact, .fact = SeriesFact::plane};
}

RuleKey resolve(const std::string& text, TextPosition position, Compiler& compiler) {
  const ResolvedKey resolved = resolve_rule_key(text, compiler.table);
  if (!resolved.error.empty()) compiler.messages.error(position, resolved.error);
  if (!resolved.warning.empty()) compiler.messages.warn(position, resolved.warning);
  return resolved.key;
}

std::optional<Condition> compile_member(const JsonMember& member, const Switches& switches,
                                        Compiler& compiler) {
  RuleMessages& messages = compiler.messages;
  if (member.repeated)
    messages.warn(member.position, "the key is given twice, the last one counts");
  if (is_ignored(member.value)) {
    messages.warn(member.value.position,
                  to_text(member.value) + " tests nothing, the condition is ignored");
    return std::nullopt;
  }
  Condition condition{.key = resolve(member.key, member.position, compiler),
                      .key_text = member.key,
                      .expected = to_text(member.value),
                      .test = {}};
  JsonValue value = member.value;
  constexpr AttributeIndex orientation = attribute_index(0x00200037);
  const bool is_orientation =
      condition.key.source == RuleKey::Source::attribute && condition.key.attribute == orientation;
  if (is_orientation && asks_for_plane(value)) turn_into_plane(value, condition.key, messages);
  const ConditionContext context{.numeric = condition.key.numeric,
                                 .untyped = condition.key.untyped,
                                 .case_sensitive = switches.case_sensitive,
                                 .monai = switches.monai};
  condition.test = compile_condition(value, context, messages);
  return condition;
}

ConditionGroup compile_group(const JsonValue& group, const Switches& switches, Compiler& compiler) {
  ConditionGroup conditions;
  const std::string selection = compiler.messages.selection();
  if (!group.is(object)) compiler.messages.expected(group, "an object of conditions");
  for (const JsonMember& member : group.members) {
    compiler.messages.enter(selection, member.key);
    if (auto condition = compile_member(member, switches, compiler))
      conditions.push_back(std::move(*condition));
  }
  compiler.messages.enter(selection);
  return conditions;
}

std::vector<ConditionGroup> compile_groups(const JsonValue* list, const Switches& switches,
                                           Compiler& compiler) {
  std::vector<ConditionGroup> groups;
  if (list == nullptr || is_ignored(*list)) return groups;
  if (!list->is(array)) compiler.messages.expected(*list, "a list of objects of conditions");
  for (const JsonValue& item : list->items) {
    groups.push_back(compile_group(item, switches, compiler));
    if (item.is(object) && groups.back().empty())
      compiler.messages.error(item.position, "the group tests nothing");
  }
  return groups;
}

std::vector<OrderKey> compile_order(const JsonValue* order, Compiler& compiler) {
  std::vector<OrderKey> keys;
  if (order == nullptr) return keys;
  const std::span<const JsonValue> items =
      order->is(array) ? std::span(order->items) : std::span(order, 1);
  for (const JsonValue& item : items) {
    const bool descending = item.text.starts_with('-');
    const std::string name = trim(std::string_view(item.text).substr(descending ? 1 : 0));
    if (!item.is(string) || name.empty())
      compiler.messages.expected(item, "a key, or -key for descending order");
    else
      keys.push_back({resolve(name, item.position, compiler), descending});
  }
  return keys;
}

bool read_switch(const JsonValue& selection, std::string_view key, RuleMessages& messages) {
  const JsonValue* value = selection.find(key);
  if (value != nullptr && !value->is(boolean))
    messages.expected(*value, std::string(key) + " to be true or false");
  return value != nullptr && value->boolean;
}

std::optional<std::size_t> read_count(const JsonValue& selection, std::string_view key,
                                      double least, RuleMessages& messages) {
  const JsonValue* value = selection.find(key);
  if (value == nullptr) return std::nullopt;
  const double count = value->number;
  if (value->is(number) && count >= least && count <= largest_count && count == std::floor(count))
    return static_cast<std::size_t>(count);
  messages.expected(*value, std::string(key) + " to be a whole number of " +
                                (least > 0 ? "1" : "0") + " or more");
  return std::nullopt;
}

// True for the second of the two words that `key` can be.
bool read_choice(const JsonValue& object, std::string_view key,
                 std::array<std::string_view, 2> words, bool otherwise, RuleMessages& messages) {
  const JsonValue* value = object.find(key);
  if (value == nullptr) return otherwise;
  if (value->is(string) && value->text == words[0]) return false;
  if (value->is(string) && value->text == words[1]) return true;
  messages.expected(*value, std::string(key) + " to be \"" + std::string(words[0]) + "\" or \"" +
                                std::string(words[1]) + "\"");
  return otherwise;
}

constexpr std::array<std::string_view, 2> compat_words = {"standard", "monai"};
constexpr std::array<std::string_view, 2> per_words = {"all", "study"};
constexpr auto file_keys = std::to_array<std::string_view>({"selections", "compat"});
constexpr auto selection_keys = std::to_array<std::string_view>(
    {"name", "conditions", "any_of", "none_of", "case_sensitive", "order_by", "limit", "per",
     "required", "min", "max", "compat"});

void check_keys(const JsonValue& value, std::span<const std::string_view> known,
                RuleMessages& messages) {
  for (const JsonMember& member : value.members) {
    if (member.repeated)
      messages.warn(member.position, "\"" + member.key + "\" is given twice, the last one counts");
    if (is_remark(member.key) || std::ranges::find(known, member.key) != known.end()) continue;
    messages.error(member.position,
                   "unknown key \"" + member.key + "\", " + what_is_known(member.key, known));
  }
}

std::string read_name(const JsonValue& selection, std::size_t number, RuleMessages& messages) {
  const JsonValue* value = selection.find("name");
  const bool has_text = value != nullptr && value->is(string);
  std::string name = has_text ? trim(value->text) : "";
  messages.enter(name.empty() ? std::to_string(number) : '"' + name + '"');
  if (value != nullptr && !has_text && !value->is(null))
    messages.expected(*value, "a name as a string");
  return name;
}

// nullptr for a selection without conditions, which selects nothing.
std::shared_ptr<const Selection> compile_selection(const JsonValue& source, std::size_t number,
                                                   Compiler& compiler) {
  RuleMessages& messages = compiler.messages;
  if (!source.is(object)) {
    messages.enter(std::to_string(number));
    messages.expected(source, "a selection as an object with \"name\" and \"conditions\"");
    return nullptr;
  }
  Selection selection;
  selection.name = read_name(source, number, messages);
  check_keys(source, selection_keys, messages);
  const Switches switches{
      .case_sensitive = read_switch(source, "case_sensitive", messages),
      .monai = read_choice(source, "compat", compat_words, compiler.monai_by_default, messages)};
  const JsonValue* conditions = source.find("conditions");
  const bool has_conditions = conditions != nullptr && !is_ignored(*conditions);
  if (has_conditions) selection.conditions = compile_group(*conditions, switches, compiler);
  selection.any_of = compile_groups(source.find("any_of"), switches, compiler);
  selection.none_of = compile_groups(source.find("none_of"), switches, compiler);
  selection.order_by = compile_order(source.find("order_by"), compiler);
  selection.per_study = read_choice(source, "per", per_words, true, messages);
  selection.limit = read_count(source, "limit", 1, messages);
  selection.min = read_count(source, "min", 0, messages);
  selection.max = read_count(source, "max", 0, messages);
  selection.required = read_switch(source, "required", messages);
  if (selection.min && selection.max && *selection.min > *selection.max)
    messages.error(source.position, "min " + std::to_string(*selection.min) + " is more than max " +
                                        std::to_string(*selection.max));
  if (!has_conditions && selection.any_of.empty() && selection.none_of.empty()) {
    messages.warn(source.position, "no conditions, the selection is skipped");
    return nullptr;
  }
  return std::make_shared<const Selection>(std::move(selection));
}

// {}, [], null and "" select everything.
void compile_rules(const JsonValue& root, SelectionRules& rules, Compiler& compiler) {
  RuleMessages& messages = compiler.messages;
  if (is_ignored(root) || (root.is(string) && trim(root.text).empty())) return;
  rules.select_all = false;
  if (!root.is(object)) return messages.expected(root, "an object with \"selections\"");
  check_keys(root, file_keys, messages);
  compiler.monai_by_default = read_choice(root, "compat", compat_words, false, messages);
  const JsonValue* selections = root.find("selections");
  if (selections == nullptr)
    return messages.error(
        root.position,
        "no \"selections\"; expected a list of them, or an empty file to select every series");
  if (!selections->is(array) || selections->items.empty())
    return messages.expected(*selections, "\"selections\" to be a list of at least one selection");
  for (std::size_t i = 0; i < selections->items.size(); ++i)
    if (auto selection = compile_selection(selections->items[i], i + 1, compiler))
      rules.selections.push_back(std::move(selection));
}

std::string join(const std::vector<std::string>& errors) {
  std::string text;
  for (std::size_t i = 0; i < std::min(errors.size(), most_errors); ++i)
    text.append(i > 0 ? "; " : "").append(errors[i]);
  if (errors.size() > most_errors)
    text += "; and " + std::to_string(errors.size() - most_errors) + " more";
  return text;
}

}  // namespace

Result<SelectionRules> parse_selection_rules(std::string_view text, std::string_view source,
                                             AttributeTable& table) {
  SelectionRules rules;
  if (trim(without_byte_order_mark(text)).empty()) return rules;
  const auto root = parse_positioned_json(text, source, Reason::bad_rules);
  if (!root) return root.problem();
  RuleMessages messages;
  Compiler compiler{.table = table, .messages = messages};
  compile_rules(*root, rules, compiler);
  if (!messages.errors().empty())
    return Problem{Reason::bad_rules, std::string(source), join(messages.errors())};
  rules.warnings = std::move(messages.warnings());
  return rules;
}

}  // namespace dcmflow
