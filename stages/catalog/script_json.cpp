#include "stages/catalog/script_json.h"

namespace dcmflow {

std::string script_json(std::string_view json) {
  constexpr std::string_view line_ends = "\xE2\x80";  // U+2028 and U+2029 begin so
  std::string text;
  text.reserve(json.size());
  for (std::size_t at = 0; at < json.size(); ++at) {
    const char c = json[at];
    if (c == '<' || c == '>' || c == '&') {
      text += c == '<' ? "\\u003c" : c == '>' ? "\\u003e" : "\\u0026";
    } else if (json.substr(at, 2) == line_ends && at + 2 < json.size() &&
               (json[at + 2] == '\xA8' || json[at + 2] == '\xA9')) {
      text += json[at + 2] == '\xA8' ? "\\u2028" : "\\u2029";
      at += 2;
    } else {
      text += c;
    }
  }
  return text;
}

}  // namespace dcmflow
