#pragma once
// Where the files of a medium lie on a disk: PS3.10 8.2 has names of capitals, ISO 9660 puts ";1"
// and a dot behind them, and copies of a medium come in small letters.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "stages/base/result.h"

namespace dcmflow {

// One medium, in a folder that it was copied or mounted to. Lists a folder of it once, and only
// when a name is not there as it stands. Not thread-safe.
class FindOnMedium {
 public:
  explicit FindOnMedium(std::string folder) : folder_(std::move(folder)) {}

  // A Referenced File ID, components separated by '\' (or '/', as some write) → the path below the
  // folder, as the disk has it; never out of it, but by links that lie there. Problems (subject:
  // the components with '/' between): malformed for components that are no names ("..", empty, a
  // NUL) and where several names of the disk differ in case alone and none is as it stands;
  // unreadable where there is no such file.
  Result<std::string> find(std::string_view file_id);

 private:
  using Names = std::map<std::string, std::vector<std::string>>;  // as on the disk, by folded name

  const Names& names_in(const std::string& folder);
  Result<std::string> find_name(const std::string& folder, std::string_view name);

  const std::string folder_;
  std::map<std::string, Names> listed_;
};

}  // namespace dcmflow
