#include "config/rules_source.h"

#include <fcntl.h>

#include <cerrno>

#include "config/environment.h"
#include "config/platform_variables.h"
#include "stages/base/ascii.h"
#include "stages/base/base64.h"
#include "stages/base/open_path.h"
#include "stages/base/text_file.h"

namespace dcmflow {
namespace {

constexpr const char* base64_variable = rules_variables[0].name;
constexpr const char* file_variable = rules_variables[1].name;

Result<Sourced<std::string>> read_rules_file(const std::string& path, const std::string& source) {
  const auto text = read_text_file(path, Reason::bad_rules, source);
  if (!text) return text.problem();
  return Sourced<std::string>{std::string(without_byte_order_mark(*text)), source};
}

Result<Sourced<std::string>> decode_rules(const std::string& encoded) {
  const auto text = decode_base64(encoded);
  if (!text)
    return Problem{Reason::bad_rules, base64_variable,
                   "found " + std::to_string(encoded.size()) +
                       " characters that are not Base64, expected standard or URL-safe Base64, "
                       "whole to the last character"};
  // A rules file never looks like Base64 of one.
  const auto again = decode_base64(*text);
  if (again && trimmed(*again, " \t\r\n").starts_with('{'))
    return Problem{Reason::bad_rules, base64_variable,
                   "found Base64 of Base64: the rules were encoded twice, expected once"};
  return Sourced<std::string>{std::string(without_byte_order_mark(*text)), base64_variable};
}

}  // namespace

Result<Sourced<std::string>> read_rules(const std::optional<std::string>& option,
                                        const Environment& environment, const std::string& folder) {
  if (option) return read_rules_file(*option, "--rules " + *option);
  if (const auto encoded = variable(environment, base64_variable)) return decode_rules(*encoded);
  if (const auto path = variable(environment, file_variable))
    return read_rules_file(*path, std::string(file_variable) + ' ' + *path);

  const std::string standard = folder + "/config/selection-rules.json";
  if (!open_path(standard, O_PATH) && (errno == ENOENT || errno == ENOTDIR))
    return Sourced<std::string>{"", "none"};
  return read_rules_file(standard, standard);
}

}  // namespace dcmflow
