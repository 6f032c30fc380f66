#pragma once
// Where files go, and what is done with them on their way. Problems: output_not_writable,
// disk_full.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stages/base/mutex.h"
#include "stages/base/result.h"

namespace dcmflow {

class Journal;
class OutputFile;

// Files that are whole and wait for their names. Thread-safe.
class StagedFiles {
 public:
  StagedFiles();
  ~StagedFiles();
  void add(OutputFile file);
  // All so far, in the order of add().
  std::vector<OutputFile> take();

 private:
  Mutex mutex_;
  std::vector<OutputFile> files_ GUARDED_BY(mutex_);
};

// A folder's path says it all where nothing else matters.
struct OutputFolder {
  OutputFolder(std::string its_path) : path(std::move(its_path)) {}
  OutputFolder(const char* its_path) : path(its_path) {}

  std::string path;
  Journal* journal = nullptr;     // is told of each file before it gets its name
  StagedFiles* staged = nullptr;  // takes each file at its commit() in place of its name
  bool sync = false;              // the disk begins to write while a file is written
  // Asked now and then while a file of text is written, or another program writes one: true gives
  // it up (interrupted).
  std::function<bool()> is_given_up;
  bool is_stopped() const { return is_given_up && is_given_up(); }
};

// Takes a file's name from the folder; that there is none, or a folder has it, is no Problem. It is
// a path below the folder, and what lies behind a symbolic link on its way is not touched.
Status remove_output(const std::string& folder, const std::string& name);

// That a file is there, is a regular file and has so many bytes; with `sync`, also that the disk
// has it. Problem{output_not_writable | disk_full} about `name`, with both numbers. Thread-safe.
Status check_output(const std::string& path, const std::string& name, std::uint64_t bytes,
                    bool sync);
// That the disk has the names of the files in the folder.
Status sync_folder(const std::string& folder);

// What a system call that writes said: disk_full or output_not_writable; `what` names the path. A
// refusal names the user by number.
Problem output_problem(const std::string& what, int error);

// Writes all of the text; the error number, or 0.
int write_all(int descriptor, std::string_view text);

}  // namespace dcmflow
