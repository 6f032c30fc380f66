#include "stages/selection/rule_messages.h"

namespace dcmflow {

void RuleMessages::expected(const JsonValue& found, std::string_view wanted) {
  error(found.position, "expected " + std::string(wanted) + ", found " +
                            std::string(type_name(found)) + " (" + to_text(found) + ")");
}

void RuleMessages::warn_about_zero(const JsonValue& found) {
  if (warned_about_zero_) return;
  warned_about_zero_ = true;
  warn(found.position,
       to_text(found) + " is tested here; other series selectors ignore 0 and false");
}

std::string RuleMessages::place(TextPosition position, std::string_view words) const {
  std::string text;
  if (!selection_.empty()) text += "selection " + selection_ + ", ";
  if (!key_.empty()) text += "key \"" + key_ + "\", ";
  return text.append(to_string(position)).append(": ").append(words);
}

}  // namespace dcmflow
