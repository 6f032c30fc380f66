#include "stages/base/program_folder.h"

#include <cstdint>
#include <cstdio>
#include <fstream>

#include "stages/base/filesystem.h"

namespace dcmflow {
namespace {

// The file from which the process has this very function. /proc/self/exe would be the loader, where
// that was started with the program as its argument.
std::string own_file() {
  const auto here = reinterpret_cast<std::uintptr_t>(&own_file);
  std::ifstream maps("/proc/self/maps");
  // begin-end permissions offset device inode, then the path behind blanks (proc(5))
  for (std::string line; std::getline(maps, line);) {
    unsigned long begin = 0;
    unsigned long end = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx", &begin, &end) != 2 || here < begin || here >= end)
      continue;
    const auto path = line.find('/');
    return path == std::string::npos ? std::string() : line.substr(path);
  }
  return {};
}

}  // namespace

std::optional<std::string> in_program_folder(std::string_view name) {
  const auto program = own_file();
  if (program.empty()) return std::nullopt;
  return (fs::path(program).parent_path() / std::string(name)).string();
}

}  // namespace dcmflow
