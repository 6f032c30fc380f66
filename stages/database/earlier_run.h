#pragma once
// What an earlier run in an output folder knew of its input, and of the images that it made: what a
// later one need not read or make again.

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "stages/database/side_file.h"
#include "stages/database/stored_image.h"
#include "stages/dicom/attribute_table.h"
#include "stages/dicom/header_interner.h"
#include "stages/dicom_types.h"
#include "stages/pixels/pixel_digests.h"

namespace dcmflow {

// A file counts as the one of then when size and times are: that its content or its inode changed
// shows in the time of the inode's change. One that had changed when the earlier run began, or so
// shortly before that a further change would show the same time, is no file of then.
class EarlierRun {
 public:
  // Of a folder whose catalogue it reads whole. `root`: the input folder now. Headers that were
  // read for another table, or by another release, are not taken; nor images that the disk may have
  // lost, since the machine has started again after a run that did not end: `boot_id` is of its
  // start. Problem{catalogue_failed}: the catalogue is damaged, and nothing in it can be trusted;
  // nullptr: there is none.
  static Result<std::unique_ptr<EarlierRun>> load(const std::string& folder,
                                                  const std::shared_ptr<const std::string>& root,
                                                  const std::string& boot_id,
                                                  const AttributeTable& table,
                                                  HeaderInterner& interner);

  // Of what decode_header() made then of this file; nullopt: it has to say. Asked once a file;
  // thread-safe for distinct files.
  std::optional<Result<InstancePtr>> find(const FilePtr& file);
  // What discovery said of a name in place of a file. Thread-safe.
  void see(const Problem& problem);
  // Whether find() or see() met a file of that name, as it was. For when they are not called any
  // more, like what follows.
  bool has_met(const std::string& name) const;
  // That so many files were discovered, and each is what it was.
  bool is_all_there_was(std::size_t discovered) const {
    return discovered == known_.size() && seen_ == discovered;
  }

  // A file of then that find() and see() did not meet as it was: it changed, or is gone.
  struct Other {
    FilePtr file;
    InstancePtr instance;  // null: see problem
    const Problem* problem = nullptr;
  };
  // All of them, by name.
  std::vector<Other> others() const;
  // It counts as it was, whatever it is now. REQUIRES: one of others(), once.
  void keep(const Other& other);

  // What was found of the pixels of an instance that find() gave; nullptr: nothing. Thread-safe.
  const std::vector<FrameDigest>* digests_of(const Instance& instance) const;

  // Nullptr: it is to be made. Thread-safe.
  const StoredImage* find_image(const std::string& name, std::string_view made_of) const;
  // The run that made an image; 0: none here did.
  std::int64_t run_of(const std::string& name) const;
  // Nullptr: it is to be written. Thread-safe.
  const SideFile* find_side_file(const std::string& name, std::string_view made_of) const;
  // Whether a further change since then would show in the times of the file.
  bool is_settled(const File& file) const;

 private:
  struct Known {
    FilePtr file;                  // as it was
    SharedPtr<Instance> instance;  // null: see problem
    std::optional<Problem> problem;
    bool is_met = false;
  };
  class Loading;

  void add(Known known);
  bool is_unchanged(const File& then, const File& now) const;

  std::unordered_map<std::string_view, Known> known_;  // by the name of the file
  FrameDigests digests_;
  std::atomic<std::size_t> seen_ = 0;          // of them, as they were
  std::map<std::string, StoredImage> images_;  // by name
  std::map<std::string, std::int64_t> runs_;   // by the same
  std::map<std::string, SideFile> side_files_;
  std::uint64_t began_ns_ = 0;
};

}  // namespace dcmflow
