// Before anything else: whether the address space is large enough to begin.
//
// The libraries that dcmflow is linked with make objects before main(). One of them that finds no
// memory then ends the process by a signal, and without a word. What stands in .preinit_array runs
// before the libraries' own (gABI, "Initialization and Termination Functions"), when nothing but
// system calls may be relied on.

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "engine/outcome.h"
#include "stages/base/descriptor.h"

namespace dcmflow {
namespace {

constexpr std::uint64_t needed_to_begin = std::uint64_t{2} << 20;

// Of this process; 0 where it is not told.
std::uint64_t mapped_bytes() {
  char text[32] = {};
  const Descriptor file(open("/proc/self/statm", O_RDONLY | O_CLOEXEC));
  if (!file) return 0;
  const auto got = read(file.get(), text, sizeof text - 1);
  if (got <= 0) return 0;
  std::uint64_t pages = 0;
  for (const char* digit = text; *digit >= '0' && *digit <= '9'; ++digit)
    pages = pages * 10 + static_cast<std::uint64_t>(*digit - '0');
  return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

void check_addresses(int, char**, char**) {
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return;
  if (mapped_bytes() + needed_to_begin <= limit.rlim_cur) return;
  constexpr std::string_view words =
      "dcmflow: the address space (ulimit -v) is too small to begin; expected at least 100 MB, or "
      "no limit\n";
  [[maybe_unused]] const auto written = write(STDERR_FILENO, words.data(), words.size());
  _exit(static_cast<int>(ExitCode::usage));
}

__attribute__((section(".preinit_array"), used)) void (*before_libraries)(int, char**,
                                                                          char**) = check_addresses;

}  // namespace
}  // namespace dcmflow
