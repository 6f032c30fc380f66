#pragma once
// Selection rules: the JSON text → compiled rules. A bad rule is an error before any data is read.
// Compiling is for one thread.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "stages/base/result.h"
#include "stages/dicom/attribute_table.h"
#include "stages/selection/rule_key.h"

namespace dcmflow {

struct Selection;  // stages/selection/selection_rules_types.h: one named selection, compiled

// Compiled rules. Immutable and safe to use from any thread.
struct SelectionRules {
  bool select_all = true;  // 0 bytes, blank, {}, null or "": every converted series, named by its
                           // Series Instance UID
  std::vector<std::shared_ptr<const Selection>> selections;
  std::vector<std::size_t> order;     // indexes of selections: what others relate to comes first
  std::vector<RuleKey> related_keys;  // that any of them relates by
  std::vector<std::string> warnings;  // ignored conditions, unknown keys with the nearest keyword
};

// strict: keys that nobody knows and text that is no regex are errors wherever they stand.
enum class Strictness : std::uint8_t { usual, strict };

// Parses and compiles. Keys that are not in `table` are added to it (in_metadata = false), so that
// the header walk keeps them. Problem{bad_rules}: subject = `source`, detail = the selection's
// name, the key, line and column, what is wrong and what was expected; a missing bracket at the end
// is said as such.
Result<SelectionRules> parse_selection_rules(std::string_view text, std::string_view source,
                                             AttributeTable& table,
                                             Strictness strictness = Strictness::usual);

// Every mistake by itself, under Strictness::strict; none: the rules are right. What JSON is wrong
// hides all else, so that is one.
struct RuleCheck {
  std::vector<std::string> mistakes;
  std::vector<std::string> warnings;
};
RuleCheck check_selection_rules(std::string_view text, std::string_view source,
                                AttributeTable& table);

}  // namespace dcmflow
