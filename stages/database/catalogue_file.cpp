#include "stages/database/catalogue_file.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>

#include "stages/base/copy_file.h"
#include "stages/base/descriptor.h"
#include "stages/base/filesystem.h"
#include "stages/base/output_folder.h"

namespace dcmflow {
namespace {

constexpr std::array<const char*, 4> beside{"", "-wal", "-shm", "-journal"};

}  // namespace

void remove_database(const std::string& path) {
  for (const auto* end : beside) unlink((path + end).c_str());
}

std::string temporary_path(const std::string& path) {
  FileError error;
  const auto folder = fs::temp_directory_path(error);
  std::string pattern = (folder / "dcmflow-catalogue-XXXXXX").string();
  const Descriptor file(error ? -1 : mkstemp(pattern.data()));
  if (file) return pattern;
  auto beside_it = path + ".building.part";
  remove_database(beside_it);
  return beside_it;
}

Status move_database(const std::string& from, const std::string& to) {
  // Whatever lies beside what was there would be taken for this one's.
  for (const auto* end : {"-wal", "-shm", "-journal"}) unlink((to + end).c_str());
  if (rename(from.c_str(), to.c_str()) != 0)
    return output_problem(to + " cannot be put in its place", errno);
  return Done{};
}

Status copy_database(const std::string& from, const std::string& to) {
  const std::string part = to + ".part";
  // A file for temporary use is its owner's alone; the copy is for whoever may read other results.
  auto done = copy_file(from, part, 0666);
  if (done && rename(part.c_str(), to.c_str()) != 0)
    done = output_problem(to + " cannot be put in its place", errno);
  if (!done) unlink(part.c_str());
  return done;
}

}  // namespace dcmflow
