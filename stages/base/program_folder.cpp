#include "stages/base/program_folder.h"

#include "stages/base/filesystem.h"

namespace dcmflow {

std::optional<std::string> in_program_folder(std::string_view name) {
  FileError error;
  const auto program = fs::read_symlink("/proc/self/exe", error);
  if (error) return std::nullopt;
  return (program.parent_path() / std::string(name)).string();
}

}  // namespace dcmflow
