#include "stages/base/text_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "stages/base/open_path.h"

namespace dcmflow {
namespace {

// The error number, or 0. EFBIG: more than `largest_text_file` bytes.
int read_whole(const std::string& path, std::string& text) {
  const auto file = open_path(path, O_RDONLY);
  if (!file) return errno;
  std::array<char, 1 << 16> buffer{};
  int error = 0;
  while (error == 0) {
    const ssize_t count = read(file.get(), buffer.data(), buffer.size());
    if (count == 0) break;
    if (count > 0) {
      text.append(buffer.data(), static_cast<std::size_t>(count));
      if (text.size() > largest_text_file) error = EFBIG;
    } else if (errno != EINTR) {
      error = errno;
    }
  }
  return error;
}

}  // namespace

Result<std::string> read_text_file(const std::string& path, Reason reason,
                                   std::string_view subject) {
  std::string text;
  const int error = read_whole(path, text);
  if (error == EFBIG)
    return Problem{reason, std::string(subject),
                   "found more than " + std::to_string(largest_text_file) +
                       " bytes, expected at most " + std::to_string(largest_text_file)};
  if (error != 0)
    return Problem{reason, std::string(subject),
                   "cannot be read: " + std::generic_category().message(error)};
  return text;
}

std::string_view without_byte_order_mark(std::string_view text) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  return text.starts_with(mark) ? text.substr(mark.size()) : text;
}

}  // namespace dcmflow
