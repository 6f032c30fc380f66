#include "stages/base/program_folder.h"

#include <filesystem>
#include <system_error>

namespace dcmflow {

std::optional<std::string> in_program_folder(std::string_view name) {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return std::nullopt;
  return (program.parent_path() / name).string();
}

}  // namespace dcmflow
