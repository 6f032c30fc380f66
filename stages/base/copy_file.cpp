#include "stages/base/copy_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <string_view>
#include <vector>

#include "stages/base/descriptor.h"
#include "stages/base/output_folder.h"

namespace dcmflow {

Status copy_bytes(int from, const std::string& name,
                  const std::function<Status(std::span<const std::uint8_t>)>& to) {
  constexpr std::size_t piece = std::size_t{256} << 10;
  std::vector<std::uint8_t> bytes(piece);
  for (;;) {
    const auto count = read(from, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return output_problem(name, errno);
    if (count == 0) return Done{};
    if (auto taken = to(std::span(bytes).first(static_cast<std::size_t>(count))); !taken)
      return taken;
  }
}

Status copy_file(const std::string& from, const std::string& to, mode_t mode) {
  const Descriptor source(open(from.c_str(), O_RDONLY | O_CLOEXEC));
  if (!source) return output_problem(from, errno);
  Descriptor made(open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
  if (!made) return output_problem(to, errno);
  auto copied = copy_bytes(source.get(), from, [&](std::span<const std::uint8_t> bytes) -> Status {
    const auto* const text = reinterpret_cast<const char*>(bytes.data());
    const int error = write_all(made.get(), std::string_view(text, bytes.size()));
    return error ? Status(output_problem(to, error)) : Done{};
  });
  if (close(made.release()) != 0 && copied) return output_problem(to, errno);
  return copied;
}

}  // namespace dcmflow
