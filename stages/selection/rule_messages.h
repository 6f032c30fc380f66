#pragma once
// What is wrong or doubtful in a rules file, with line and column (in characters). Compiling goes
// on after an error, so that one run names them all. For one thread.

#include <string>
#include <string_view>
#include <vector>

#include "stages/base/positioned_json.h"

namespace dcmflow {

class RuleMessages {
 public:
  // Where the next messages are: selection "CT Series 1", key "Modality". An empty key: the
  // selection itself.
  void enter(std::string selection, std::string key = {}) {
    selection_ = std::move(selection);
    key_ = std::move(key);
  }
  const std::string& selection() const { return selection_; }

  void error(TextPosition position, std::string_view words) {
    errors_.push_back(place(position, words));
  }
  void warn(TextPosition position, std::string_view words) {
    warnings_.push_back(place(position, words));
  }
  void expected(const JsonValue& found,
                std::string_view wanted);        // an error: wanted ..., found a number (5)
  void warn_about_zero(const JsonValue& found);  // once

  const std::vector<std::string>& errors() const { return errors_; }
  std::vector<std::string>& warnings() { return warnings_; }

 private:
  std::string place(TextPosition position, std::string_view words) const;

  std::string selection_;
  std::string key_;
  std::vector<std::string> errors_;
  std::vector<std::string> warnings_;
  bool warned_about_zero_ = false;
};

}  // namespace dcmflow
