#include "stages/database/record_bytes.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "stages/base/sha256.h"

namespace dcmflow {
namespace {

constexpr std::size_t digest_bytes = 8;

std::string digest_of(std::string_view bytes) {
  Sha256 sum;
  sum.add(bytes.data(), bytes.size());
  const auto digest = sum.finish();
  return {reinterpret_cast<const char*>(digest.data()), digest_bytes};
}

}  // namespace

// Seven bits a byte, the lowest first; the eighth says that more follow.
void RecordWriter::number(std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>(value | 0x80);
  bytes_ += static_cast<char>(value);
}

void RecordWriter::number(double value) { number(std::bit_cast<std::uint64_t>(value)); }

void RecordWriter::text(std::string_view text) {
  number(std::uint64_t{text.size()});
  bytes_ += text;
}

std::string RecordWriter::take() {
  bytes_ += digest_of(bytes_);
  return std::move(bytes_);
}

RecordReader::RecordReader(std::span<const std::uint8_t> record)
    : rest_(reinterpret_cast<const char*>(record.data()), record.size()) {
  if (rest_.size() < digest_bytes) {
    fail();
    return;
  }
  const auto digest = rest_.substr(rest_.size() - digest_bytes);
  rest_.remove_suffix(digest_bytes);
  if (digest != digest_of(rest_)) fail();
}

void RecordReader::fail() {
  failed_ = true;
  rest_ = {};
}

std::uint64_t RecordReader::number() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
    const auto byte = static_cast<std::uint8_t>(rest_[0]);
    rest_.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return value;
  }
  fail();
  return 0;
}

double RecordReader::real() { return std::bit_cast<double>(number()); }

std::string_view RecordReader::text() {
  const auto size = count();
  const auto text = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return text;
}

AttributeValues RecordReader::values(std::size_t attributes) {
  auto values = AttributeValues::unpack(text(), attributes);
  if (!values) fail();
  return values ? std::move(*values) : AttributeValues{};
}

void write_file(RecordWriter& out, const File& file) {
  out.text(file.name);
  out.text(file.hidden() ? *file.hidden() : "");
  for (const auto number :
       {file.size, file.version.inode, file.version.modified, file.version.changed})
    out.number(number);
}

FilePtr read_file(RecordReader& in, const std::shared_ptr<const std::string>& root) {
  File file{.root = root, .name = std::string(in.text())};
  if (const auto hidden = in.text(); !hidden.empty())
    file.extras = FileExtras{{}, std::string(hidden)};
  for (auto* const number :
       {&file.size, &file.version.inode, &file.version.modified, &file.version.changed})
    *number = in.number();
  return share(std::move(file));
}

void write_problem(RecordWriter& out, const Problem& problem) {
  out.text(reason_code(problem.reason));
  out.text(problem.detail);
}

Problem read_problem(RecordReader& in, const std::string& subject) {
  const auto code = in.text();
  const auto rows = reason_rows();
  const auto row = std::ranges::find(rows, code, &ReasonRow::code);
  if (row == rows.end()) in.fail();
  return {row == rows.end() ? Reason::internal_error : row->reason, subject,
          std::string(in.text())};
}

void write_whole_problem(RecordWriter& out, const Problem& problem) {
  out.text(problem.subject);
  write_problem(out, problem);
}

Problem read_whole_problem(RecordReader& in) {
  const std::string subject(in.text());
  return read_problem(in, subject);
}

}  // namespace dcmflow
