#pragma once
// A DICOMDIR as an input → the files that it names: what of a medium is read.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stages/base/result.h"

namespace dcmflow {

// What a DICOMDIR says of its folder. Not thread-safe.
class ListedMedium {
 public:
  // The path of a folder, the name of a DICOMDIR in it, and what is put before the names of files
  // to tell them. nullopt: it is none.
  static std::optional<ListedMedium> read(const std::string& folder, const std::string& name,
                                          std::string prefix);

  // The files that it names, relative to its folder, as the disk has them: in byte order, each
  // once, and not itself.
  const std::vector<std::string>& names() const { return names_; }
  // Whether that is so of a file, as it is told.
  bool has_told(const std::string& told) const;
  // The next of what is told in place of files: what FindOnMedium says of names without a file, and
  // of the DICOMDIR itself dicomdir, or why it was not read to its end (read_media_directory()).
  std::optional<Problem> next_problem();
  // True the first time.
  bool begin_rest() { return !std::exchange(is_rest_, true); }
  bool is_rest() const { return is_rest_; }

  const std::string& folder() const { return folder_; }

 private:
  ListedMedium(std::string folder, std::string name, std::string prefix)
      : folder_(std::move(folder)), name_(std::move(name)), prefix_(std::move(prefix)) {}

  std::string folder_, name_, prefix_;
  std::vector<std::string> names_;
  std::vector<Problem> problems_;
  bool is_rest_ = false;
};

// Of a file that lies in the folder of a DICOMDIR, and is not named.
Problem not_in_dicomdir(std::string told);

}  // namespace dcmflow
