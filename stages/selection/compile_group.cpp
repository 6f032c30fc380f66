#include "stages/selection/compile_group.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "stages/base/ascii.h"
#include "stages/selection/rule_condition.h"

namespace dcmflow {
namespace {

using enum JsonValue::Type;

std::string trim(std::string_view text) { return std::string(trimmed(text, " \t\r\n")); }

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

// ImageOrientationPatient: "Axial" → NearestPlane: "Axial".
void turn_into_plane(JsonValue& condition, RuleKey& key, RuleMessages& messages) {
  check_plane_name(condition, false, messages);
  for (const JsonValue& item : condition.items) check_plane_name(item, true, messages);
  if (condition.is(string)) condition.text = trim(condition.text);
  static const FactIndex nearest_plane = *find_fact("NearestPlane");
  key = {.source = RuleKey::Source::fact, .fact = nearest_plane, .alternatives = true};
}

// Of a sequence only the existence can be asked for.
bool asks_for_existence(const JsonValue& condition) {
  return condition.is(object) && condition.find("exists") != nullptr &&
         std::ranges::all_of(condition.members, [](const JsonMember& member) {
           return member.key == "exists" || member.key == "instances";
         });
}

std::optional<Condition> compile_member(const JsonMember& member, const Switches& switches,
                                        Forms forms, Compiler& compiler) {
  RuleMessages& messages = compiler.messages;
  if (member.repeated)
    messages.warn(member.position, "the key is given twice, the last one counts");
  if (is_ignored(member.value)) {
    messages.warn(member.value.position,
                  to_text(member.value) + " tests nothing, the condition is ignored");
    return std::nullopt;
  }
  if (member.value.is(object)) forms = Forms::new_forms;
  Condition condition{.key = resolve_key(member.key, member.position, forms, compiler),
                      .key_text = member.key,
                      .expected = to_text(member.value),
                      .test = {},
                      .instances = switches.instances};
  if (condition.key.is_sequence && !asks_for_existence(member.value))
    messages.error(member.position,
                   "a sequence has no value; expected {\"exists\": true}, or a path "
                   "such as " +
                       member.key + "[0].CodeValue");
  if (member.value.is(object))
    condition.instances =
        read_instances(member.value.find("instances"), switches.instances, messages);
  JsonValue value = member.value;
  constexpr AttributeIndex orientation = attribute_index(0x00200037);
  const bool is_orientation =
      condition.key.source == RuleKey::Source::attribute && condition.key.attribute == orientation;
  if (is_orientation && asks_for_plane(value)) turn_into_plane(value, condition.key, messages);
  const ConditionContext context{.scale = condition.key.scale,
                                 .untyped = condition.key.untyped,
                                 .alternatives = condition.key.alternatives,
                                 .case_sensitive = switches.case_sensitive,
                                 .monai = switches.monai,
                                 .strict = compiler.strict};
  condition.compares_numbers = compares_numbers(value, context.scale);
  condition.test = compile_condition(value, context, messages);
  return condition;
}

}  // namespace

RuleKey resolve_key(const std::string& text, TextPosition position, Forms forms,
                    Compiler& compiler) {
  const ResolvedKey resolved = resolve_rule_key(text, compiler.table);
  RuleMessages& messages = compiler.messages;
  if (!resolved.error.empty()) messages.error(position, resolved.error);
  if (!resolved.warning.empty()) messages.warn(position, resolved.warning);
  if (resolved.unknown.empty()) return resolved.key;
  if (compiler.strict || forms == Forms::new_forms)
    messages.error(position, resolved.unknown);
  else
    messages.warn(position, resolved.unknown);
  return resolved.key;
}

Instances read_instances(const JsonValue* value, Instances otherwise, RuleMessages& messages) {
  if (value == nullptr) return otherwise;
  static constexpr auto words = std::to_array<std::string_view>({"first", "all", "any"});
  const auto word = std::ranges::find(words, std::string_view(value->text));
  if (value->is(string) && word != words.end()) return static_cast<Instances>(word - words.begin());
  messages.expected(*value, R"(instances to be "first", "all" or "any")");
  return otherwise;
}

ConditionGroup compile_group(const JsonValue& group, const Switches& switches, Forms forms,
                             Compiler& compiler) {
  ConditionGroup conditions;
  const std::string selection = compiler.messages.selection();
  if (!group.is(object)) compiler.messages.expected(group, "an object of conditions");
  for (const JsonMember& member : group.members) {
    compiler.messages.enter(selection, member.key);
    if (auto condition = compile_member(member, switches, forms, compiler))
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
    groups.push_back(compile_group(item, switches, Forms::new_forms, compiler));
    if (item.is(object) && groups.back().empty())
      compiler.messages.error(item.position, "the group tests nothing");
  }
  return groups;
}

}  // namespace dcmflow
