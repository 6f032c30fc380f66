#pragma once
// The walk over inputs: what is left of it, and the next entry of it.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "stages/archives/archive_members.h"
#include "stages/archives/spool.h"
#include "stages/base/descriptor.h"
#include "stages/base/inode_set.h"
#include "stages/base/input_paths.h"
#include "stages/base/input_slice.h"
#include "stages/dicom_types.h"
#include "stages/discovery/list_medium.h"

struct stat;

namespace dcmflow {

// DiscoverFiles has the contract. For one thread.
struct InputWalk {
  struct Level {
    std::vector<std::string> names;  // what is left, the next one last
    std::size_t parent_length = 0;   // of `folder` once this level is done
  };
  using Found = std::optional<Result<FilePtr>>;

  InputWalk(InputPaths paths, std::string excluded_folder)
      : inputs(std::move(paths)), excluded(std::move(excluded_folder)) {}

  Found next();
  bool at_end() const { return inputs.at_end() && levels.empty() && !medium && !archive; }

  TakeInputs inputs;
  std::string excluded;
  std::function<void(const std::string&)> tell_folder;
  std::optional<InputSlice> slice;
  std::optional<Spool> spool;  // there: archives are opened
  std::function<bool()> is_given_up;

  FileIdentity identity;               // of what next() gave last
  std::optional<ListedMedium> medium;  // that is read, or what lies beside it told of
  std::shared_ptr<const std::string> root;
  std::string folder;  // of the uppermost level, relative to root; empty for root itself
  Descriptor open_folder;
  std::vector<Level> levels;
  InodeSet seen;
  bool is_input = false;                    // the next entry is an input itself
  bool is_met = false;                      // and lies within a folder that was walked
  std::unique_ptr<ArchiveMembers> archive;  // whose members come next

  Found start();
  Found go_on_in_medium();
  bool is_in_slice(const Result<FilePtr>& found) const;
  Found look_at(const std::string& name);
  Found enter(const std::string& name, std::string subject, Descriptor opened);
  Found open_if_archive(FilePtr file);
  void leave();
  bool is_excluded(const struct stat& found) const;
  bool is_within_excluded(const std::string& input) const;

  std::string path() const { return File{.root = root, .name = folder, .version = {}}.path(); }
  std::string relative(const std::string& name) const {
    return folder.empty() ? name : folder + '/' + name;
  }
};

}  // namespace dcmflow
