#pragma once
// The input folder → its files, in a fixed order. Pulled one file at a time, so no file runs ahead
// of the readers; other threads may look ahead (stages/discovery/look_ahead.h).

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "stages/base/input_paths.h"
#include "stages/base/input_slice.h"
#include "stages/dicom_types.h"
#include "stages/discovery/look_ahead.h"

namespace dcmflow {

struct InputWalk;  // stages/discovery/input_walk.h

// The folder that the names of the files of one `input` are relative to: itself, or that of a file.
std::string root_of_names(const std::string& input);

// Whether the problem is that DICOM files of the output folder, or the folder as an input, are not
// read.
bool is_of_output(const Problem& problem);

// Walks a folder depth first, the entries of each folder in byte order of their names, to any depth
// and path length. Symbolic links to files and folders are followed; a folder is entered once and a
// file is given once, however many paths lead to it (device and inode number), so loops end.
// `input` may also be one file, and one that is a DICOMDIR stands for the files that it names
// (stages/discovery/list_medium.h): what lies beside it is told of (not_in_dicomdir), and not read.
// But where another input, or a path of the list, lies in its folder, as of `cd/*`, it is a file
// like any other. What is found may be up to 32 entries old when it is given; on other threads as
// old as LookAhead says. Not thread-safe: one reader pulls.
class DiscoverFiles {
 public:
  // `input`: a file or a folder. `excluded`: a folder that is not entered (the output folder, when
  // it lies inside the input); it is told of (special_file, is_of_output()) where it holds DICOM
  // files that no run of dcmflow wrote.
  DiscoverFiles(std::string input, const std::string& excluded);
  // The files of several inputs, one input after the other; each is named by its input as it was
  // given, '/' and its name in there, as is a path of a list. With one input: as above. What is
  // met again by the same name, as of a folder and a path within it, is not told again; but a path
  // that the walk over its folder did not meet is: one that is not there, or in `excluded`
  // (special_file).
  DiscoverFiles(InputPaths inputs, const std::string& excluded);
  ~DiscoverFiles();
  DiscoverFiles(const DiscoverFiles&) = delete;
  DiscoverFiles& operator=(const DiscoverFiles&) = delete;

  // From now on other threads look at folders ahead of next(), which gives the same, until
  // leave_threads(), which waits for them. REQUIRES: no on_folder().
  void on_threads(LookThreads threads);
  void leave_threads();

  // Told of each folder before it is listed, by its name relative to the input ("": the input).
  void on_folder(std::function<void(const std::string& name)> tell);

  // An input that is an archive is opened, also where the walk over its folder comes to its name:
  // its members are given in its order, named as files of a folder that has its name;
  // `spool_folder` is where those wait that have to be unpacked. Without this, and within folders,
  // an archive is a file. `is_given_up` is asked while it unpacks: true ends that member
  // (interrupted). REQUIRES: before next().
  void open_archives(std::string spool_folder, std::function<bool()> is_given_up = {});

  // Gives only what is in the slice. Folders are entered as without it, and told of by the slice
  // that has their name; but a file is given for each path that leads to it, since a path of
  // another slice may be the first. REQUIRES: one input, and before next().
  void take_slice(InputSlice slice);
  // From now on digests stand for the names of files, in what next() tells too.
  void hide_names();
  // Of the file that next() gave, or told of, last; and its name, whatever stands for it.
  FileIdentity identity() const;
  const std::string& place() const { return place_; }

  // The next file, or a Problem about one entry (special_file, same_file, empty_file, unreadable:
  // also an unreadable folder or a dangling link; those of ArchiveMembers; the subject is the name
  // relative to the input); nullopt at the end, and where LookThreads say that it is given up.
  std::optional<Result<FilePtr>> next();
  // Whether next() has said so: there is no file that it has not given.
  bool at_end() const;

 private:
  std::unique_ptr<InputWalk> walk_;
  std::string place_;
  bool hides_names_ = false;
};

}  // namespace dcmflow
