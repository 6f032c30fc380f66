#pragma once
// The folder that studies are pulled into. FOLDER/STUDY/SERIES/INSTANCE.dcm is whole, and the disk
// has it; what is on its way lies under the same names in FOLDER.part, so that a pull that was
// killed goes on. All names are UIDs (is_uid()).

#include <cstdint>
#include <string>

#include "stages/base/descriptor.h"
#include "stages/base/result.h"
#include "stages/dicomweb/received_instance.h"

namespace dcmflow {

// Thread-safe for distinct studies. Problems: output_not_writable, disk_full.
class PullFolder {
 public:
  // Makes both folders and holds FOLDER.part until it is destroyed. What a pull before the last
  // start of the machine left on its way is removed: the disk may not have it. Problem, too:
  // another pull is at work in it, FOLDER.part is not of a pull, or is on another file system.
  static Result<PullFolder> open(const std::string& folder);

  // A whole file is there, or waits for the rest of its study.
  bool has(const InstanceUids& uids) const;
  // Where the next file of the study is written, one at a time.
  std::string receiving_path(const std::string& study) const;
  Status begin_study(const std::string& study) const;
  // What was received becomes this instance, in FOLDER.part.
  Status keep_received(const InstanceUids& uids) const;
  // Takes away what was received.
  void drop_received(const std::string& study) const;
  // Gives all that waits of the study to FOLDER, when the disk has it.
  Status publish(const std::string& study) const;
  // FOLDER.part goes where nothing waits in it.
  void tidy() const;

  const std::string& path() const { return folder_; }
  const std::string& waiting_path() const { return waiting_; }

 private:
  PullFolder(std::string folder, std::string waiting, Descriptor lock)
      : folder_(std::move(folder)), waiting_(std::move(waiting)), lock_(std::move(lock)) {}
  Status take_over() const;
  Status publish_series(const std::string& study, const std::string& series) const;

  std::string folder_, waiting_;
  Descriptor lock_;
};

}  // namespace dcmflow
