#pragma once
// What the benchmarks work on: a series on disk in a folder of its own, and what the stages make of
// it.

#include <string>
#include <vector>

#include "stages/decode_header.h"
#include "stages/dicom/attribute_table.h"
#include "stages/group_series.h"
#include "stages/sort_slices.h"
#include "test-data/phantom.h"

namespace dcmflow {

// A new empty folder, gone with the object. Throws std::runtime_error when it cannot be made.
class BenchFolder {
 public:
  BenchFolder();
  ~BenchFolder();
  BenchFolder(const BenchFolder&) = delete;
  BenchFolder& operator=(const BenchFolder&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// The value; throws std::runtime_error with the Problem's detail when there is none.
template <class T>
T value_of(Result<T>&& result) {
  if (!result) throw std::runtime_error(result.problem().detail);
  return std::move(*result);
}

// Files and what decodes them. Every function throws std::runtime_error when a stage has a Problem.
class Input {
 public:
  explicit Input(const PhantomSeries& series);  // written into a folder of its own
  explicit Input(const std::string& folder);    // every file below an existing folder

  const std::vector<FilePtr>& files() const { return files_; }
  std::uint64_t bytes() const;  // of all files

  InstancePtr decode(std::size_t file);
  SeriesPtr series();  // the first series of the files
  StackPtr stack();    // its main stack

 private:
  BenchFolder folder_;
  std::vector<FilePtr> files_;
  AttributeTable table_;
  HeaderPlan plan_{table_};
  HeaderInterner interner_;
};

// 16 slices of 512 × 512, the usual matrix of CT, that compress like a scan.
PhantomSeries ct_512();
// 100 slices of 12 × 10 with 330 header elements, as MR scanners write them.
PhantomSeries mr_330_elements();

}  // namespace dcmflow
