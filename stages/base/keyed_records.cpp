#include "stages/base/keyed_records.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "stages/base/descriptor.h"
#include "stages/base/printable.h"
#include "stages/base/system_words.h"

namespace dcmflow {
namespace {

constexpr std::size_t piece_bytes = std::size_t{64} << 10;

Problem other_bytes(const std::string& path = {}) {
  return {Reason::catalogue_failed, printable(path), "is not what was written"};
}

// A file, piece after piece; its end is held against the SHA-256.
class FilePieces {
 public:
  FilePieces(Descriptor file, std::string path, std::string sha256)
      : file_(std::move(file)), path_(std::move(path)), expected_(std::move(sha256)) {}

  Result<std::string_view> next() {
    buffer_.resize(piece_bytes);
    ssize_t count = -1;
    do count = read(file_.get(), buffer_.data(), buffer_.size());
    while (count < 0 && errno == EINTR);
    if (count < 0)
      return Problem{Reason::no_input, printable(path_), "cannot be read: " + system_words(errno)};
    if (count == 0)
      return hex(sha256_.finish()) == expected_ ? Result<std::string_view>(std::string_view())
                                                : other_bytes(path_);
    sha256_.add(buffer_.data(), static_cast<std::size_t>(count));
    return std::string_view(buffer_.data(), static_cast<std::size_t>(count));
  }

 private:
  Descriptor file_;
  std::string path_;
  std::string expected_;
  Sha256 sha256_;
  std::vector<char> buffer_;
};

using Lengths = std::array<std::uint64_t, 2>;  // of key and record

}  // namespace

void append_record(std::string& bytes, std::string_view key, std::string_view record) {
  const Lengths lengths{key.size(), record.size()};
  bytes.append(reinterpret_cast<const char*>(lengths.data()), sizeof lengths);
  bytes.append(key).append(record);
}

KeyedFile::KeyedFile(OutputFile file)
    : file_(std::move(file)), sha256_(std::make_unique<Sha256>()) {}

Result<KeyedFile> KeyedFile::create(const std::string& folder, const std::string& name) {
  auto file = OutputFile::create(folder, name);
  if (!file) return file.problem();
  return KeyedFile(std::move(*file));
}

Status KeyedFile::add(std::string_view key, std::string_view record) {
  append_record(buffer_, key, record);
  return buffer_.size() < piece_bytes ? Done{} : flush();
}

Status KeyedFile::flush() {
  sha256_->add(buffer_.data(), buffer_.size());
  auto written = file_.append(buffer_);
  buffer_.clear();
  return written;
}

Result<std::string> KeyedFile::commit() {
  if (auto written = flush(); !written) return written.problem();
  const auto path = file_.temporary_path();
  if (auto whole = file_.finish(); !whole) return whole.problem();
  if (auto synced = check_output(path, file_.name(), file_.bytes(), true); !synced)
    return synced.problem();
  if (auto named = file_.publish(); !named) return named.problem();
  return hex(sha256_->finish());
}

Result<KeyedReader> KeyedReader::open(const std::string& path, std::string sha256) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat found {};
  if (!file || fstat(file.get(), &found) != 0)
    return Problem{Reason::no_input, printable(path), "cannot be read: " + system_words(errno)};
  auto pieces = std::make_shared<FilePieces>(std::move(file), path, std::move(sha256));
  return KeyedReader([pieces] { return pieces->next(); }, static_cast<std::uint64_t>(found.st_size),
                     path);
}

Status KeyedReader::read(char* to, std::uint64_t bytes) {
  if (bytes > left_) return other_bytes(subject_);
  left_ -= bytes;
  while (bytes > 0) {
    if (rest_.empty()) {
      const auto piece = next_piece_();
      if (!piece) return piece.problem();
      if (piece->empty()) return other_bytes(subject_);
      rest_ = *piece;
    }
    const auto count = std::min<std::uint64_t>(bytes, rest_.size());
    std::memcpy(to, rest_.data(), count);
    to += count;
    bytes -= count;
    rest_.remove_prefix(count);
  }
  return Done{};
}

Status KeyedReader::read_text(std::string& text, std::uint64_t bytes) {
  if (bytes > left_) return other_bytes(subject_);
  text.resize(bytes);
  return read(text.data(), bytes);
}

Result<bool> KeyedReader::next(KeyedRecord& record) {
  if (has_ended_) return false;
  if (left_ == 0) {
    has_ended_ = true;
    const auto piece = rest_.empty() ? next_piece_() : Result<std::string_view>(rest_);
    if (!piece) return piece.problem();
    return piece->empty() ? Result<bool>(false) : other_bytes(subject_);
  }
  Lengths lengths{};
  if (auto got = read(reinterpret_cast<char*>(lengths.data()), sizeof lengths); !got)
    return got.problem();
  if (auto got = read_text(record.key, lengths[0]); !got) return got.problem();
  if (auto got = read_text(record.record, lengths[1]); !got) return got.problem();
  return true;
}

MergedRecords::MergedRecords(std::vector<KeyedReader> readers)
    : readers_(std::move(readers)), heads_(readers_.size()) {}

// The top of a heap is what comes later than none.
bool MergedRecords::comes_later(std::size_t a, std::size_t b) const {
  const int order = heads_[a].key.compare(heads_[b].key);
  return order != 0 ? order > 0 : a > b;
}

Status MergedRecords::read_head(std::size_t reader) {
  auto last = std::exchange(heads_[reader].key, {});
  const auto more = readers_[reader].next(heads_[reader]);
  if (!more) return more.problem();
  if (!*more) return Done{};
  if (heads_[reader].key < last) return other_bytes();
  heap_.push_back(reader);
  std::ranges::push_heap(heap_, [this](auto a, auto b) { return comes_later(a, b); });
  return Done{};
}

Result<bool> MergedRecords::next(KeyedRecord& record) {
  for (std::size_t i = 0; i < readers_.size() && !has_begun_; ++i)
    if (auto read = read_head(i); !read) return read.problem();
  has_begun_ = true;
  if (heap_.empty()) return false;
  std::ranges::pop_heap(heap_, [this](auto a, auto b) { return comes_later(a, b); });
  const auto reader = heap_.back();
  heap_.pop_back();
  record.key = heads_[reader].key;
  record.record = std::move(heads_[reader].record);
  if (auto read = read_head(reader); !read) return read.problem();
  return true;
}

}  // namespace dcmflow
