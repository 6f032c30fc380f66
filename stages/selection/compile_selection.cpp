#include "stages/selection/compile_selection.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "stages/base/ascii.h"
#include "stages/base/nearest_name.h"
#include "stages/selection/compile_bids_rule.h"
#include "stages/selection/rule_condition.h"

namespace dcmflow {
namespace {

using enum JsonValue::Type;

constexpr double largest_count = 1e9;

std::string trim(std::string_view text) { return std::string(trimmed(text, " \t\r\n")); }

// Keys that a user may add for people to read.
bool is_remark(std::string_view key) {
  return key.starts_with('_') || key.starts_with('$') || key == "comment" || key == "description";
}

// The place of the word that `key` has among those that it can have.
std::size_t read_word(const JsonValue& object, std::string_view key,
                      std::span<const std::string_view> words, std::size_t otherwise,
                      RuleMessages& messages) {
  const JsonValue* value = object.find(key);
  if (value == nullptr) return otherwise;
  const auto word = std::ranges::find(words, std::string_view(value->text));
  if (value->is(string) && word != words.end())
    return static_cast<std::size_t>(word - words.begin());
  std::string expected(key);
  for (std::size_t i = 0; i < words.size(); ++i)
    expected.append(i == 0                 ? " to be \""
                    : i + 1 < words.size() ? ", \""
                                           : " or \"")
        .append(words[i])
        .append("\"");
  messages.expected(*value, expected);
  return otherwise;
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
      keys.push_back({resolve_key(name, item.position, Forms::new_forms, compiler), descending});
  }
  return keys;
}

bool read_switch(const JsonValue& selection, std::string_view key, RuleMessages& messages) {
  const JsonValue* value = selection.find(key);
  if (value != nullptr && !value->is(boolean))
    messages.expected(*value, std::string(key) + " to be true or false");
  return value != nullptr && value->boolean;
}

// "skip": so many from the beginning; below 0 all but so many.
long read_skip(const JsonValue& selection, RuleMessages& messages) {
  const JsonValue* value = selection.find("skip");
  if (value == nullptr) return 0;
  const double skip = value->number;
  if (value->is(number) && std::abs(skip) <= largest_count && skip == std::floor(skip))
    return static_cast<long>(skip);
  messages.expected(*value, "skip to be a whole number; -1 keeps the last");
  return 0;
}

std::vector<Relation> compile_relations(const JsonValue* same, std::vector<RuleKey>& related_keys,
                                        Compiler& compiler) {
  std::vector<Relation> relations;
  if (same == nullptr || is_ignored(*same)) return relations;
  if (!same->is(object))
    compiler.messages.expected(*same, R"(same as {"FrameOfReferenceUID": "name of a selection"})");
  for (const JsonMember& member : same->members) {
    const RuleKey key = resolve_key(member.key, member.position, Forms::new_forms, compiler);
    if (!member.value.is(string) || trim(member.value.text).empty()) {
      compiler.messages.expected(member.value, "the name of a selection");
      continue;
    }
    auto at = std::ranges::find(related_keys, key);
    if (at == related_keys.end()) at = related_keys.insert(at, key);
    relations.push_back({.key = static_cast<std::size_t>(at - related_keys.begin()),
                         .key_text = member.key,
                         .selection = trim(member.value.text)});
  }
  return relations;
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

constexpr auto per_words = std::to_array<std::string_view>({"study", "patient", "all"});
constexpr auto selection_keys = std::to_array<std::string_view>(
    {"name", "conditions", "any_of", "none_of", "case_sensitive", "instances", "same", "order_by",
     "skip", "limit", "per", "required", "min", "max", "every_image", "compat", "bids"});

std::string read_name(const JsonValue& selection, std::size_t number, RuleMessages& messages) {
  const JsonValue* value = selection.find("name");
  const bool has_text = value != nullptr && value->is(string);
  std::string name = has_text ? trim(value->text) : "";
  messages.enter(name.empty() ? std::to_string(number) : '"' + name + '"');
  if (value != nullptr && !has_text && !value->is(null))
    messages.expected(*value, "a name as a string");
  return name;
}

}  // namespace

std::string label_of(const Selection& selection, std::size_t number) {
  return selection.name.empty() ? std::to_string(number) : '"' + selection.name + '"';
}

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

bool read_compat(const JsonValue& object, bool otherwise, RuleMessages& messages) {
  static constexpr auto words = std::to_array<std::string_view>({"standard", "monai"});
  return read_word(object, "compat", words, otherwise ? 1 : 0, messages) == 1;
}

std::shared_ptr<const Selection> compile_selection(const JsonValue& source, std::size_t number,
                                                   std::vector<RuleKey>& related_keys,
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
      .monai = read_compat(source, compiler.monai_by_default, messages),
      .instances = read_instances(source.find("instances"), Instances::first, messages)};
  const JsonValue* conditions = source.find("conditions");
  const bool has_conditions = conditions != nullptr && !is_ignored(*conditions);
  if (has_conditions)
    selection.conditions = compile_group(*conditions, switches, Forms::old_forms, compiler);
  selection.any_of = compile_groups(source.find("any_of"), switches, compiler);
  selection.none_of = compile_groups(source.find("none_of"), switches, compiler);
  selection.order_by = compile_order(source.find("order_by"), compiler);
  selection.same = compile_relations(source.find("same"), related_keys, compiler);
  selection.per = static_cast<Per>(read_word(source, "per", per_words, 0, messages));
  selection.skip = read_skip(source, messages);
  selection.limit = read_count(source, "limit", 1, messages);
  selection.min = read_count(source, "min", 0, messages);
  selection.max = read_count(source, "max", 0, messages);
  selection.required = read_switch(source, "required", messages);
  selection.every_image = read_switch(source, "every_image", messages);
  selection.bids = compile_bids_rule(source.find("bids"), compiler);
  // Each has a place of its own there.
  if (selection.bids && source.find("every_image") == nullptr) selection.every_image = true;
  if (selection.min && selection.max && *selection.min > *selection.max)
    messages.error(source.position, "min " + std::to_string(*selection.min) + " is more than max " +
                                        std::to_string(*selection.max));
  if (!has_conditions && selection.any_of.empty() && selection.none_of.empty()) {
    messages.warn(source.position, "no conditions, the selection is skipped");
    return nullptr;
  }
  return std::make_shared<const Selection>(std::move(selection));
}

}  // namespace dcmflow
