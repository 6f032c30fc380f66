#include "config/json_position.h"

#include <algorithm>
#include <optional>

namespace dcmflow {
namespace {

// Steps through a text that is known to be valid JSON; still, it never reads behind the end.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::size_t at() const { return at_; }
  void go_to(std::size_t at) { at_ = at; }

  char peek() {
    at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size());
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  void skip() { at_ = std::min(at_ + 1, text_.size()); }

  std::string_view string() {
    const std::size_t begin = at_;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_)
      if (text_[at_] == '\\') ++at_;
    skip();
    return text_.substr(begin, at_ - begin);
  }

  void value() {
    std::size_t depth = 0;
    do {
      const char c = peek();
      if (c == '"') {
        string();
        continue;
      }
      if (c == '{' || c == '[') ++depth;
      if ((c == '}' || c == ']') && depth > 0) --depth;
      skip();
      const bool in_scalar = std::string_view("{}[],:").find(c) == std::string_view::npos;
      if (in_scalar) at_ = std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size());
    } while (depth > 0 && at_ < text_.size());
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

// The offset of a member or an element of the object or array at the scanner.
std::optional<std::size_t> find_step(Scanner& scan, const std::string& step) {
  const bool is_object = scan.peek() == '{';
  if (!is_object && scan.peek() != '[') return std::nullopt;
  scan.skip();
  const std::string quoted = '"' + step + '"';
  for (std::size_t index = 0; scan.peek() != '}' && scan.peek() != ']' && scan.peek() != '\0';
       ++index) {
    bool found = std::to_string(index) == step;
    if (is_object) {
      found = scan.string() == quoted;
      if (scan.peek() == ':') scan.skip();
    }
    scan.peek();
    if (found) return scan.at();
    scan.value();
    if (scan.peek() == ',') scan.skip();
  }
  return std::nullopt;
}

}  // namespace

TextPosition position_at(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto line_begin = before.rfind('\n');
  return {1 + static_cast<std::size_t>(std::ranges::count(before, '\n')),
          before.size() - (line_begin == std::string_view::npos ? 0 : line_begin + 1) + 1};
}

TextPosition position_of(std::string_view text, const std::vector<std::string>& path) {
  Scanner scan(text);
  scan.peek();
  std::size_t last = scan.at();
  for (const std::string& step : path) {
    scan.go_to(last);
    const auto next = find_step(scan, step);
    if (!next) break;
    last = *next;
  }
  return position_at(text, last);
}

std::string in_words(TextPosition position) {
  return "line " + std::to_string(position.line) + ", column " + std::to_string(position.column);
}

}  // namespace dcmflow
