#include "stages/selection/selection_rules.h"

#include <algorithm>
#include <array>
#include <utility>

#include "stages/base/ascii.h"
#include "stages/base/nearest_name.h"
#include "stages/base/positioned_json.h"
#include "stages/base/text_file.h"
#include "stages/selection/compile_bids_rule.h"
#include "stages/selection/compile_selection.h"
#include "stages/selection/rule_condition.h"

namespace dcmflow {
namespace {

using enum JsonValue::Type;

constexpr std::string_view blanks = " \t\r\n";
constexpr std::size_t most_errors = 20;  // named in one message

std::string trim(std::string_view text) { return std::string(trimmed(text, blanks)); }

constexpr auto file_keys = std::to_array<std::string_view>({"selections", "compat"});

// Every selection that another relates to must be there, under one name or another.
void check_relations(const JsonValue& selections, const SelectionRules& rules,
                     RuleMessages& messages) {
  std::vector<std::string_view> names;
  for (const auto& selection : rules.selections)
    if (!selection->name.empty()) names.push_back(selection->name);
  for (const JsonValue& selection : selections.items) {
    const JsonValue* same = selection.find("same");
    if (same == nullptr) continue;
    for (const JsonMember& member : same->members) {
      const std::string name = trim(member.value.text);
      if (!member.value.is(string) || std::ranges::find(names, name) != names.end()) continue;
      const JsonValue* own_name = selection.find("name");
      messages.enter(own_name == nullptr ? "" : '"' + trim(own_name->text) + '"', member.key);
      messages.error(member.value.position,
                     "no selection is named \"" + name + "\"; " + what_is_known(name, names));
    }
  }
}

// What others relate to comes first; a circle of relations has no beginning.
void order_selections(SelectionRules& rules, RuleMessages& messages, TextPosition position) {
  std::vector<bool> done(rules.selections.size(), false);
  const auto is_open = [&](const std::string& name) {
    for (std::size_t i = 0; i < done.size(); ++i)
      if (!done[i] && rules.selections[i]->name == name) return true;
    return false;
  };
  for (std::size_t before = 0;; before = rules.order.size()) {
    for (std::size_t i = 0; i < done.size(); ++i) {
      if (done[i] || std::ranges::any_of(rules.selections[i]->same, is_open, &Relation::selection))
        continue;
      done[i] = true;
      rules.order.push_back(i);
    }
    if (rules.order.size() == done.size()) return;
    if (rules.order.size() > before) continue;
    const auto open = static_cast<std::size_t>(std::ranges::find(done, false) - done.begin());
    const auto& name = rules.selections[open]->name;
    messages.enter(name.empty() ? "" : '"' + name + '"');
    return messages.error(position, "selections relate to each other in a circle by \"same\"");
  }
}

// {}, [], null and "" select everything.
void compile_rules(const JsonValue& root, SelectionRules& rules, Compiler& compiler) {
  RuleMessages& messages = compiler.messages;
  if (is_ignored(root) || (root.is(string) && trim(root.text).empty())) return;
  rules.select_all = false;
  if (!root.is(object)) return messages.expected(root, "an object with \"selections\"");
  check_keys(root, file_keys, messages);
  compiler.monai_by_default = read_compat(root, false, messages);
  const JsonValue* selections = root.find("selections");
  if (selections == nullptr)
    return messages.error(
        root.position,
        "no \"selections\"; expected a list of them, or an empty file to select every series");
  if (!selections->is(array) || selections->items.empty())
    return messages.expected(*selections, "\"selections\" to be a list of at least one selection");
  for (std::size_t i = 0; i < selections->items.size(); ++i)
    if (auto selection =
            compile_selection(selections->items[i], i + 1, rules.related_keys, compiler))
      rules.selections.push_back(std::move(selection));
  check_relations(*selections, rules, messages);
  check_intended_for(*selections, rules, compiler);
  order_selections(rules, messages, selections->position);
}

std::string join(const std::vector<std::string>& errors) {
  std::string text;
  for (std::size_t i = 0; i < std::min(errors.size(), most_errors); ++i)
    text.append(i > 0 ? "; " : "").append(errors[i]);
  if (errors.size() > most_errors)
    text += "; and " + std::to_string(errors.size() - most_errors) + " more";
  return text;
}

// The rules, and what is wrong or doubtful about them. A Problem: they are no JSON.
Result<SelectionRules> compile(std::string_view text, std::string_view source,
                               AttributeTable& table, Strictness strictness,
                               RuleMessages& messages) {
  SelectionRules rules;
  if (trim(without_byte_order_mark(text)).empty()) return rules;
  const auto root = parse_positioned_json(text, source, Reason::bad_rules);
  if (!root) return root.problem();
  Compiler compiler{
      .table = table, .messages = messages, .strict = strictness == Strictness::strict};
  compile_rules(*root, rules, compiler);
  return rules;
}

}  // namespace

Result<SelectionRules> parse_selection_rules(std::string_view text, std::string_view source,
                                             AttributeTable& table, Strictness strictness) {
  RuleMessages messages;
  auto rules = compile(text, source, table, strictness, messages);
  if (!rules) return rules;
  if (!messages.errors().empty())
    return Problem{Reason::bad_rules, std::string(source), join(messages.errors())};
  rules->warnings = std::move(messages.warnings());
  return rules;
}

RuleCheck check_selection_rules(std::string_view text, std::string_view source,
                                AttributeTable& table) {
  RuleMessages messages;
  const auto rules = compile(text, source, table, Strictness::strict, messages);
  if (!rules) return {{rules.problem().detail}, {}};
  return {messages.errors(), std::move(messages.warnings())};
}

}  // namespace dcmflow
