#include "config/rules_source.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "config/environment.h"
#include "stages/discover_files.h"

namespace dcmflow {
namespace {

constexpr std::size_t largest_rules = std::size_t{16} << 20;
constexpr const char* base64_variable = "NVIDIA_CLARA_SELECTION_RULES_BASE64";
constexpr const char* file_variable = "NVIDIA_CLARA_SELECTION_RULES_FILE";

void remove_byte_order_mark(std::string& text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
}

// Reads a file or pipe to its end; the error number, or 0. EFBIG: it has more than `largest_rules`
// bytes.
int read_whole(const std::string& path, std::string& text) {
  const int descriptor = open_path(path, O_RDONLY);
  if (descriptor < 0) return errno;
  std::array<char, 1 << 16> buffer{};
  int error = 0;
  while (error == 0) {
    const ssize_t count = read(descriptor, buffer.data(), buffer.size());
    if (count == 0) break;
    if (count > 0) {
      text.append(buffer.data(), static_cast<std::size_t>(count));
      if (text.size() > largest_rules) error = EFBIG;
    } else if (errno != EINTR) {
      error = errno;
    }
  }
  close(descriptor);
  return error;
}

Result<Sourced<std::string>> read_rules_file(const std::string& path, const std::string& source) {
  Sourced<std::string> rules{"", source};
  const int error = read_whole(path, rules.value);
  if (error == EFBIG)
    return Problem{Reason::bad_rules, source,
                   "found more than " + std::to_string(largest_rules) +
                       " bytes, expected rules of at most " + std::to_string(largest_rules)};
  if (error != 0)
    return Problem{Reason::bad_rules, source,
                   "the rules file cannot be read: " + std::generic_category().message(error)};
  remove_byte_order_mark(rules.value);
  return rules;
}

Result<Sourced<std::string>> decode_rules(const std::string& encoded) {
  auto text = decode_base64(encoded);
  if (!text)
    return Problem{Reason::bad_rules, base64_variable,
                   "found " + std::to_string(encoded.size()) +
                       " characters that are not Base64, expected standard or URL-safe Base64, "
                       "whole to the last character"};
  remove_byte_order_mark(*text);
  return Sourced<std::string>{std::move(*text), base64_variable};
}

}  // namespace

Result<Sourced<std::string>> read_rules(const std::optional<std::string>& option,
                                        const Environment& environment, const std::string& folder) {
  if (option) return read_rules_file(*option, "--rules " + *option);
  if (const auto encoded = variable(environment, base64_variable)) return decode_rules(*encoded);
  if (const auto path = variable(environment, file_variable))
    return read_rules_file(*path, std::string(file_variable) + ' ' + *path);

  const std::string standard = folder + "/config/selection-rules.json";
  const int descriptor = open_path(standard, O_PATH);
  if (descriptor < 0 && (errno == ENOENT || errno == ENOTDIR))
    return Sourced<std::string>{"", "none"};
  if (descriptor >= 0) close(descriptor);
  return read_rules_file(standard, standard);
}

}  // namespace dcmflow
