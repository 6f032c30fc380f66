#pragma once
// Archives of phantom studies: what they hold, and how they are written.

#include <cstdint>
#include <string>
#include <vector>

#include "test-data/phantom.h"

namespace dcmflow {

struct ArchiveSettings {
  std::string kind = "mixed";  // mixed: some of everything; ct, mr: uniform, for benchmarks
  unsigned series = 0;         // 0, here and below: the default of the kind
  unsigned studies = 0;
  unsigned slices = 0, columns = 0, rows = 0;
  int header_elements = -1;       // -1: the default of the kind
  std::string transfer_syntax{};  // UID; empty: the default of the kind
  std::string content{};          // ramp or body; empty: the default of the kind
  std::uint64_t seed = 1;
  bool headers_only = false;  // see Archive
};

struct ArchiveSeries {
  PhantomSeries phantom;
  std::string folder;  // relative to the archive
};

struct ArchiveFile {
  std::string name;  // relative to the archive
  std::vector<std::uint8_t> bytes;
};

struct Archive {
  std::vector<ArchiveSeries> series;
  std::vector<ArchiveFile> other_files;
  // The voxels of native frames are a hole in the file: it has its size, but takes the room of its
  // header, and voxels are 0.
  bool headers_only = false;
};

// The archive that the settings ask for; nothing is written. Throws std::runtime_error on an
// unknown kind.
Archive plan_archive(const ArchiveSettings& settings);

// The small sample: study1/series1 (CT, 19 slices), study1/series2 (an RT Structure Set) and
// study2/series1 (oblique MR, 21 slices).
Archive plan_sample();

struct ArchiveSize {
  std::uint64_t files = 0, bytes = 0;
};

// Writes the archive below `folder`. The files are the same bytes for any number of threads. Throws
// std::runtime_error when one cannot be written.
ArchiveSize write_archive(const Archive& archive, const std::string& folder, unsigned threads);

}  // namespace dcmflow
