#pragma once
// The output folder of a run: locked, and rid of what an earlier run left when its time has come.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"
#include "engine/folder_lock.h"
#include "stages/base/descriptor.h"
#include "stages/base/journal.h"
#include "stages/base/output_folder.h"

namespace dcmflow {

// Space on the disk for the JSON files of a run: booked before the first image is written, so that
// a full disk, or one that takes no more files, costs an image and not the report that tells of it.
struct JsonSpace {
  std::uint64_t report_bytes = 0;
  std::uint64_t other_bytes = 0;
  std::uint64_t dicom_json_bytes = 0;
  std::size_t report_files = 0, other_files = 0;  // how many there are, in all but few runs
};

// A second run replaces the first, step by step, so that whenever it is killed nothing of the one
// can be mistaken for the other's:
//   1. withdraw(), before a file is read: what says that the folder is complete;
//   2. replace(), once the input is grouped: the other JSON files, then the images and sidecars
//      that this run neither keeps nor writes again;
//   3. each image takes the place of the one before it as it is done;
//   4. keep_only(), before the JSON is written: images that were to be written again, and failed.
// What an earlier run made is known from the journal; files of others are never touched. Not
// thread-safe, but for folder(). One that was not taken claims nothing: it is for a run that ends
// before its output, and has no earlier results. Problems: output_not_writable, disk_full.
class OutputClaim {
 public:
  // Makes and locks the folder. Problem{output_not_writable | disk_full}: it cannot be written,
  // another run is at work in it, or it holds results and --on-earlier refuse forbids to replace
  // them; then nothing in it has changed.
  static Result<OutputClaim> take(const Settings& settings);

  // For another run under the same claim: the results of the one before are the earlier ones now.
  Status renew();

  // Where images go.
  const OutputFolder& folder() const { return folder_; }
  const std::string& warning() const { return lock_.warning(); }
  // Names of files that earlier runs made, and that lie there as they were written.
  std::vector<std::string> earlier() const {
    return journal_ ? journal_->earlier() : std::vector<std::string>();
  }
  bool is_earlier(const std::string& name) const { return earlier_names_.contains(name); }
  bool holds_earlier_results() const { return journal_ && !journal_->earlier().empty(); }

  // Whether every file that earlier runs made and kept lies there as it was written.
  bool is_as_written() const { return journal_ && journal_->is_whole(); }

  Status withdraw();
  // `stays`: names of files that are kept, or are written again; `files`: how many images and files
  // beside them there will be. Books space for the JSON files, as far as there is any, and the
  // files themselves where the file system has but few left.
  Status replace(const std::set<std::string>& stays, std::size_t files, const JsonSpace& space);
  Status keep_only(const std::set<std::string>& stays);
  // Files of the earlier run that went.
  std::size_t removed() const { return removed_; }

  // Lets go of the space that was booked, in the order in which files are written: the DICOM JSON,
  // the lists, report.json.
  void release_dicom_json_space() { cut_space(booked_.report_bytes + booked_.other_bytes); }
  void release_json_space() {
    cut_space(booked_.report_bytes);
    files_.resize(std::min(files_.size(), booked_.report_files));
  }
  void release_report_space() {
    space_.reset();
    files_.clear();
  }

 private:
  template <class IsKept>
  Status remove_earlier(IsKept is_kept);
  void remove_stale_parts() const;
  void book(const JsonSpace& space, std::size_t files);
  void cut_space(std::uint64_t bytes);

  OutputFolder folder_{""};
  FolderLock lock_;
  std::unique_ptr<Journal> journal_;
  std::set<std::string_view> earlier_names_;  // in the journal
  bool tells_workflow_ = false;  // metadata.json is this run's, whoever made the one that is there
  Descriptor space_;             // of an unnamed file that holds the booked space
  std::vector<Descriptor> files_;  // unnamed and empty: each stands for a file to come
  JsonSpace booked_;
  std::size_t removed_ = 0;
};

// For a run that ends before it has begun (exit codes 2 to 4): what an earlier run left to say that
// the folder is complete goes, and nothing else. Does nothing where no run has worked, or one is at
// work.
void withdraw_completion(const std::string& folder);

}  // namespace dcmflow
