#include "stages/base/text_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "stages/base/open_path.h"
#include "stages/base/system_words.h"

namespace dcmflow {
namespace {

Result<std::string> read_whole(int file, Reason reason, std::string_view subject,
                               std::size_t most) {
  std::string text;
  std::array<char, 1 << 16> buffer{};
  for (;;) {
    const ssize_t count = read(file, buffer.data(), buffer.size());
    if (count == 0) return text;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0)
      return Problem{reason, std::string(subject), "cannot be read: " + system_words(errno)};
    text.append(buffer.data(), static_cast<std::size_t>(count));
    if (text.size() > most)
      return Problem{reason, std::string(subject),
                     "found more than " + std::to_string(most) + " bytes, expected at most " +
                         std::to_string(most)};
  }
}

}  // namespace

Result<std::string> read_text_file(const std::string& path, Reason reason, std::string_view subject,
                                   std::size_t most) {
  const auto file = open_path(path, O_RDONLY);
  if (!file) return Problem{reason, std::string(subject), "cannot be read: " + system_words(errno)};
  return read_whole(file.get(), reason, subject, most);
}

Result<std::string> read_standard_input(Reason reason, std::string_view subject, std::size_t most) {
  return read_whole(STDIN_FILENO, reason, subject, most);
}

std::string_view without_byte_order_mark(std::string_view text) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  return text.starts_with(mark) ? text.substr(mark.size()) : text;
}

}  // namespace dcmflow
