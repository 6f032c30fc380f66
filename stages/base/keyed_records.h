#pragma once
// Records one behind the other, each behind a key that orders it: files of them, and sorted files
// that are read as one, for what no memory holds. Keys are ordered byte by byte.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stages/base/output_file.h"
#include "stages/base/result.h"
#include "stages/base/sha256.h"

namespace dcmflow {

struct KeyedRecord {
  std::string key;
  std::string record;
};

// As it is in a file. For one machine: in its byte order.
void append_record(std::string& bytes, std::string_view key, std::string_view record);

// A file that is being written. For one thread. Problems: those of OutputFile.
class KeyedFile {
 public:
  static Result<KeyedFile> create(const std::string& folder, const std::string& name);

  Status add(std::string_view key, std::string_view record);
  // The file gets its name, and the disk has it. Its SHA-256 in lower-case hex.
  Result<std::string> commit();

 private:
  explicit KeyedFile(OutputFile file);
  Status flush();

  OutputFile file_;
  std::unique_ptr<Sha256> sha256_;
  std::string buffer_;
};

// Reads records from pieces of bytes, whatever these are. For one thread.
class KeyedReader {
 public:
  // The next piece, there until the next call; empty at the end.
  using NextPiece = std::function<Result<std::string_view>()>;

  // `bytes`: of all pieces; `subject`: of Problems.
  KeyedReader(NextPiece next_piece, std::uint64_t bytes, std::string subject = {})
      : next_piece_(std::move(next_piece)), left_(bytes), subject_(std::move(subject)) {}
  // At the end the file has been held against its SHA-256. Problem{no_input}: it cannot be read.
  static Result<KeyedReader> open(const std::string& path, std::string sha256);

  // False at the end. Problem{catalogue_failed}: these are other bytes; and what the pieces have.
  Result<bool> next(KeyedRecord& record);

 private:
  Status read(char* to, std::uint64_t bytes);
  Status read_text(std::string& text, std::uint64_t bytes);

  NextPiece next_piece_;
  std::uint64_t left_;  // bytes of all pieces that are not read yet
  std::string subject_;
  std::string_view rest_;  // of the piece that was read last
  bool has_ended_ = false;
};

// Several that are sorted by their keys, as one. Records of one key come in the order of the
// readers. Keeps a record of each. For one thread.
class MergedRecords {
 public:
  explicit MergedRecords(std::vector<KeyedReader> readers);

  // False at the end. Problems: of the readers; catalogue_failed where one is not sorted.
  Result<bool> next(KeyedRecord& record);

 private:
  Status read_head(std::size_t reader);
  bool comes_later(std::size_t a, std::size_t b) const;

  std::vector<KeyedReader> readers_;
  std::vector<KeyedRecord> heads_;  // of each reader
  std::vector<std::size_t> heap_;   // readers that have one, the next on top
  bool has_begun_ = false;
};

}  // namespace dcmflow
