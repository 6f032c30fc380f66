#include "stages/database/files_fingerprint.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <ctime>

#include "stages/base/of_the_moment.h"

namespace dcmflow {
namespace {

constexpr std::uint64_t second_ns = 1'000'000'000;
constexpr std::size_t most_buffered = 32 << 10;

std::uint64_t find_coarse_tick() {
  timespec coarse{};
  clock_getres(CLOCK_REALTIME_COARSE, &coarse);
  return static_cast<std::uint64_t>(coarse.tv_sec) * second_ns +
         static_cast<std::uint64_t>(coarse.tv_nsec);
}

}  // namespace

// Times in whole seconds are those of file systems that keep two of them.
std::uint64_t tick_ns(const FileVersion& version) {
  static const std::uint64_t coarse = find_coarse_tick();
  if (version.modified % second_ns == 0 || version.changed % second_ns == 0) return 2 * second_ns;
  return coarse;
}

void FilesFingerprint::add(const Result<FilePtr>& found) {
  ++files_;
  if (!found) {
    const Problem& problem = found.problem();
    is_of_the_moment_ |= is_of_the_moment(problem.reason);
    number(static_cast<std::uint64_t>(problem.reason));
    text(problem.subject);
    text(problem.detail);
  } else {
    const File& file = **found;
    text(file.name);
    for (const auto value : {file.size, file.version.modified, file.version.changed}) number(value);
    youngest_ns_ = std::max(youngest_ns_, file.version.changed + tick_ns(file.version));
  }
  if (buffer_.size() > most_buffered) flush();
}

void FilesFingerprint::text(std::string_view text) {
  number(text.size());
  buffer_ += text;
}

void FilesFingerprint::number(std::uint64_t value) {
  std::array<char, sizeof value> bytes;
  std::memcpy(bytes.data(), &value, sizeof value);
  buffer_.append(bytes.data(), bytes.size());
}

void FilesFingerprint::flush() {
  sha256_.add(buffer_.data(), buffer_.size());
  buffer_.clear();
}

std::string FilesFingerprint::take(std::uint64_t began_ns) {
  flush();
  auto digest = hex(sha256_.finish());
  return is_of_the_moment_ || youngest_ns_ >= began_ns ? std::string() : digest;
}

}  // namespace dcmflow
