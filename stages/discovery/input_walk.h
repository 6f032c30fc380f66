#pragma once
// The walk over inputs: what is left of it, and the next entry of it.

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stages/archives/archive_members.h"
#include "stages/archives/spool.h"
#include "stages/base/inode_set.h"
#include "stages/base/input_paths.h"
#include "stages/dicom_types.h"
#include "stages/discovery/list_medium.h"
#include "stages/discovery/look_ahead.h"
#include "stages/discovery/looked_folder.h"

namespace dcmflow {

// How what is said of an output folder that was to be read, or that has what was, begins.
inline constexpr std::string_view output_not_read = "the output folder, not read";

// DiscoverFiles has the contract. For one thread.
struct InputWalk {
  struct Level {
    std::shared_ptr<LookedFolder> folder;
    std::string subject;               // what is wrong with the folder has it
    std::vector<LookedEntry> entries;  // of the part that is looked through
    std::size_t parts = 0;             // that were taken
    std::size_t next = 0;              // of the names
  };
  using Found = std::optional<Result<FilePtr>>;

  InputWalk(InputPaths paths, std::string excluded_folder)
      : inputs(std::move(paths)),
        rules{.excluded = std::move(excluded_folder), .slice = {}, .tell_folder = {}},
        ahead(rules) {}

  Found next();
  bool at_end() const { return inputs.at_end() && levels.empty() && !medium && !archive; }

  TakeInputs inputs;
  LookRules rules;
  LookAhead ahead;
  std::optional<Spool> spool;  // there: archives are opened
  std::function<bool()> is_given_up;

  FileIdentity identity;               // of what next() gave last
  std::optional<ListedMedium> medium;  // that is read, or what lies beside it told of
  std::shared_ptr<const std::string> root;
  std::string folder;         // of an input: relative to root; empty for root itself
  std::vector<Level> levels;  // of one folder each; what is in the upper ones comes first
  InodeSet seen;
  bool is_input = false;                    // the next entry is an input itself
  bool is_met = false;                      // and lies within a folder that was walked
  std::unique_ptr<ArchiveMembers> archive;  // whose members come next

  Found start();
  Found go_on_in_medium();
  bool is_in_slice(const Result<FilePtr>& found) const;
  bool take_part();
  Found listing_problem();
  Found look_at(const std::string& name, LookedEntry entry);
  Found look_at_folder(std::string subject, LookedEntry entry, bool is_told);
  Found look_at_file(LookedEntry entry, bool is_told, bool may_be_opened);
  void enter(std::shared_ptr<LookedFolder> entered, std::string subject);
  Found open_if_archive(FilePtr file);
  bool is_within_excluded(const std::string& input) const;
};

}  // namespace dcmflow
