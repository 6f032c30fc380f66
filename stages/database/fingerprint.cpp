#include "stages/database/fingerprint.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <vector>

#include "stages/base/descriptor.h"
#include "stages/base/sha256.h"

namespace dcmflow {

std::string fingerprint(std::string_view text) {
  Sha256 sha256;
  sha256.add(text.data(), text.size());
  return hex(sha256.finish());
}

Result<std::string> fingerprint_of_file(const std::string& path) {
  constexpr std::size_t at_once = std::size_t{1} << 20;
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const auto failed = [] {
    return Problem{Reason::unreadable, {}, std::generic_category().message(errno)};
  };
  if (!file) return failed();
  Sha256 sha256;
  std::vector<char> bytes(at_once);
  for (;;) {
    const auto count = read(file.get(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed();
    if (count == 0) return hex(sha256.finish());
    sha256.add(bytes.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace dcmflow
