#pragma once
// Which files beside the images a run writes, and which an earlier one left as this one would write
// them. No Problems but where
// they are named.

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "stages/base/part_store.h"
#include "stages/database/side_file.h"

namespace dcmflow {

class OutputFile;
struct Run;
struct Stack;

// Those that are kept, whole, each as it would be written again: neither they nor the files that
// they were made of are opened. For one thread at a time.
class SideFiles {
 public:
  // Finds what is to be kept of an earlier run's. Called once, when the images are chosen and
  // nothing is removed yet.
  void keep_earlier(const Run& run);
  // When every image has a result: sidecars beside which an image was made after all, or lost, are
  // not kept; those that shards wrote are taken, and kept.
  void settle(const Run& run);

  bool keeps(const std::string& name) const { return kept_.contains(name); }
  const std::map<std::string, SideFile>& kept() const { return kept_; }

  // A later run may keep the file, which this one wrote whole: a <StudyInstanceUID>.dicom.json.
  void add(const OutputFile& file, std::string made_of);
  // The same of a sidecar. REQUIRES: settle().
  void add_sidecar(const OutputFile& file);
  // Those so far are done: checks them, syncs them where that is asked for, and keeps them on the
  // disk, in run.part_store. Problems: of check_output(); disk_full.
  Status put_away(Run& run);
  // What a later run may keep, of those that are not put away.
  std::vector<SideFile> all() const;
  // The same of all. Problems: of the store; and of `take`.
  Status for_each(const Run& run, const std::function<Status(const SideFile&)>& take) const;

 private:
  void keep(const Run& run, const std::vector<std::string>& names, const std::string& made_of);

  std::map<std::string, SideFile> kept_;  // by name, like the others
  std::set<std::string> kept_sidecars_;   // of them
  std::map<std::string, SideFile> written_;
  StoredText done_;
  std::map<std::string, std::string> sidecars_;  // what each that is due is made of
};

}  // namespace dcmflow
