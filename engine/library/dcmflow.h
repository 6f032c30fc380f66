#pragma once
// dcmflow for C++ programs (C++17): converts folders of DICOM files, lists them, and reads what
// came out. Each conversion is a run of the program dcmflow, so neither its memory nor its signals
// nor what hostile files do to a decoder reaches the caller, and what is true of the program is
// true of the library. Errors are values; nothing is thrown but std::bad_alloc. Thread-safe: all
// that a Program keeps is its path.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#define DCMFLOW_API_VERSION 1  // of this header: another number is another inline namespace

namespace dcmflow {
inline namespace v1 {

// Why there is no answer.
struct Failure {
  // That of the program (`dcmflow help exit-codes`): 2 wrong options, 4 no input, 5 no output...;
  // 127: it could not be started; 0: it, or the folder, said what this library does not understand.
  int exit_code = 0;
  std::string message;  // what the program wrote to standard error, or what was found and expected
};

template <class T>
using Answer = std::variant<T, Failure>;

// What became, or would become, of each series: config/schemas/summary.schema.json in types.
struct Summary {
  struct Image {
    std::string file;                    // its path below the output folder
    std::string verdict;                 // ok, noted, repaired, partial or untrue
    std::array<std::int64_t, 3> size{};  // columns, rows, slices
    std::int64_t volumes = 1;            // of the fourth dimension
    std::array<double, 3> spacing{};     // mm
    std::vector<std::string> flags;
  };
  struct Problem {
    std::string reason;  // a stable code (`dcmflow help CODE`)
    std::string detail;
    std::optional<std::string> remedy;
  };
  struct Series {
    std::string study_instance_uid;
    std::string series_instance_uid;
    std::optional<std::string> number, description, modality;
    std::string verdict;  // of an Image, or skipped, refused, failed
    std::int64_t files = 0;
    std::vector<Image> images;
    std::vector<Problem> problems;
  };
  std::string status;  // complete, complete_with_problems, interrupted or failed
  int exit_code = 0;   // of the program; a run that ends with 6 or 7 has results, too
  std::vector<Series> series;
};

// An image that was written: an entry of volumes.json.
struct Volume {
  std::string path;                // of the main file, which readers are given
  std::vector<std::string> paths;  // of all its files, that one among them
  std::string series_instance_uid;
  std::string study_instance_uid;
  bool is_main = true;  // of its series
  std::array<std::int64_t, 3> size{};
  std::int64_t volumes = 1;
  // mm; patient coordinates are LPS, as in DICOM (PS3.3 C.7.6.2.1.1).
  std::array<double, 3> spacing{};
  std::array<double, 3> origin{};                    // centre of the first voxel
  std::array<std::array<double, 3>, 3> direction{};  // unit vectors along columns, rows, slices
  bool is_placed = true;                             // false: nobody knows where it lies
  std::string voxel_type;                            // int16, uint16, int32, float32 or rgb24
  std::array<double, 2> value_range{};
  std::string verdict;             // of its geometry: pass, warn, fail or partial
  double max_corner_error_mm = 0;  // from the corners of the source slices to the grid
  std::vector<std::string> flags;
};

// Row-major; multiplies (column, row, slice, 1), from 0, to mm.
using Affine = std::array<std::array<double, 4>, 4>;
Affine affine_lps(const Volume& volume);
Affine affine_ras(const Volume& volume);  // as NIfTI and nibabel have it

// The images of a folder that dcmflow wrote, in the order of its volumes.json. A folder without
// selected-images.json holds no complete run, which is a Failure.
Answer<std::vector<Volume>> read_volumes(const std::string& output);

class Program {
 public:
  // A name without '/' is looked for in PATH.
  explicit Program(std::string path = "dcmflow") : path_(std::move(path)) {}

  // "0.1.0"
  Answer<std::string> version() const;

  // `dcmflow INPUT OUTPUT options...`: words of the command line, e.g. {"--format", "nii.gz"}.
  // Folders need not be absolute, and may begin with '-'. Runs until it is done.
  Answer<Summary> convert(const std::string& input, const std::string& output,
                          const std::vector<std::string>& options = {}) const;

  // `dcmflow list INPUT options...`: what a run would make. Writes nothing.
  Answer<Summary> list(const std::string& input,
                       const std::vector<std::string>& options = {}) const;

 private:
  std::string path_;
};

}  // namespace v1
}  // namespace dcmflow
