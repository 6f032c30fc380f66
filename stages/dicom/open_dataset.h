#pragma once
// The bytes of a DICOM file's data set, whatever lies around them: nothing, gzip (RFC 1952),
// deflate (PS3.5 A.5), or deflate within gzip. The one way to read a data set.

#include <optional>
#include <string>
#include <vector>

#include "stages/dicom/byte_source.h"
#include "stages/dicom/dataset_start.h"
#include "stages/dicom/open_file.h"

namespace dcmflow {

// What little can be deflated to without end: more is read of no header.
inline constexpr std::uint64_t most_inflated_header = 256 * 1024 * 1024;

// Open until it is destroyed, by an exception too. Not thread-safe.
class OpenDataset {
 public:
  // Buffers that are lent from file to file.
  struct Windows {
    std::vector<std::uint8_t> file, unzipped, inflated;
  };

  // `expected`: how far a plain file will probably be read. `budget`: see allow().
  OpenDataset(FilePtr file, Windows& windows, std::uint64_t budget = most_inflated_header,
              std::size_t expected = ByteSource::window_bytes);

  // Problems, with the name of the file: those of OpenFile and of find_dataset_start(). REQUIRES:
  // asked once, before all else.
  Status open();

  // `encoding.deflated` when source() is a stream, of whichever kind.
  DatasetStart& start() { return start_; }
  // Where the offsets of PixelData count; a stream can go back, which takes time.
  ByteSource& source() { return *source_; }
  std::uint64_t begin() const { return begin_; }  // of the first element, in source()
  bool is_zipped() const { return unzipped_.has_value(); }

  // From now on each stream inflates at most so many bytes.
  void allow(std::uint64_t budget);
  bool is_over_budget() const;

  // What the file is where it is no DICOM but an archive, "zip" or "tar in gzip"; empty: none.
  std::string archive_words();

  Status check_unchanged() const { return opened_->check_unchanged(); }
  const FilePtr& file() const { return file_; }

 private:
  Status find_start();

  const FilePtr file_;
  Windows& windows_;
  std::uint64_t budget_;
  const std::size_t expected_;
  std::optional<OpenFile> opened_;
  std::optional<FileSource> plain_;
  std::optional<InflateSource> unzipped_, inflated_;
  ByteSource* source_ = nullptr;
  std::uint64_t begin_ = 0;
  DatasetStart start_;
};

}  // namespace dcmflow
