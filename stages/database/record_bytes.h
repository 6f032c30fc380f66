#pragma once
// Numbers and texts ↔ the bytes of a record that tells its own damage.

#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "stages/dicom_types.h"

namespace dcmflow {

inline std::span<const std::uint8_t> record_of(std::string_view bytes) {
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

class RecordWriter {
 public:
  void number(std::uint64_t value);
  void number(double value);
  void text(std::string_view text);
  // All of it, and a digest.
  std::string take();

 private:
  std::string bytes_;
};

// After anything that cannot be, also that the digest is another, failed() is true and every answer
// 0 or empty. Texts are views of what it was made of.
class RecordReader {
 public:
  explicit RecordReader(std::span<const std::uint8_t> record);

  bool failed() const { return failed_; }
  bool at_end() const { return rest_.empty(); }

  std::uint64_t number();
  // At most `most`.
  template <std::unsigned_integral Number>
  Number number_up_to(Number most) {
    const auto value = number();
    if (value > most) fail();
    return failed_ ? Number{} : static_cast<Number>(value);
  }
  bool flag() { return number_up_to(std::uint8_t{1}) == 1; }
  // Of things that take at least a byte each.
  std::size_t count() { return number_up_to(rest_.size()); }
  double real();
  std::string_view text();
  // With attributes below `attributes`.
  AttributeValues values(std::size_t attributes);
  void fail();

 private:
  std::string_view rest_;
  bool failed_ = false;
};

void write_file(RecordWriter& out, const File& file);
// Below `root`.
FilePtr read_file(RecordReader& in, const std::shared_ptr<const std::string>& root);
void write_problem(RecordWriter& out, const Problem& problem);
// With this subject.
Problem read_problem(RecordReader& in, const std::string& subject);
// The subject too.
void write_whole_problem(RecordWriter& out, const Problem& problem);
Problem read_whole_problem(RecordReader& in);

}  // namespace dcmflow
