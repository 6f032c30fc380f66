#include "engine/progress_line.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <vector>

#include "stages/catalog/json_writer.h"
#include "stages/catalog/summary_table.h"

namespace dcmflow {
namespace {

constexpr double bytes_in_mb = 1e6;

struct PhaseWord {
  std::string_view phase;
  std::string_view word;
};
constexpr std::array phase_words{PhaseWord{"discover_files", "Looking at files"},
                                 PhaseWord{"read_headers", "Reading headers"},
                                 PhaseWord{"plan_images", "Sorting"},
                                 PhaseWord{"make_images", "Converting"},
                                 PhaseWord{"sync", "Waiting for the disk"},
                                 PhaseWord{"prepare_images", "Preparing images"},
                                 PhaseWord{"make_labels", "Making labels"},
                                 PhaseWord{"dicom_json", "Writing DICOM JSON"},
                                 PhaseWord{"conclude_run", "Writing the lists"}};

std::string of_total(std::uint64_t total) {
  return total == 0 ? std::string() : "/" + std::to_string(total);
}

std::string of(std::uint64_t done, std::uint64_t total, std::string_view things) {
  return (total == 0 ? grouped(done) : grouped(done) + "/" + grouped(total)) + " " +
         std::string(things);
}

double mb_per_s(const ProgressCounts& counts) {
  return counts.seconds > 0 ? static_cast<double>(counts.bytes) / bytes_in_mb / counts.seconds : 0;
}

// 75 → "1:15"
std::string clock_words(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::llround(seconds));
  const auto hours = whole / 3600, minutes = whole / 60 % 60;
  return hours > 0 ? fmt::format("{}:{:02}:{:02}", hours, minutes, whole % 60)
                   : fmt::format("{}:{:02}", minutes, whole % 60);
}

struct Piece {
  std::string words;
  int weight;  // the lightest is left out first
};

}  // namespace

ProgressEstimate estimate(const ProgressCounts& counts) {
  constexpr double early = 1;  // s
  constexpr double least_fraction = 0.01;
  constexpr double most_left = 99 * 3600;  // s: beyond, it is no estimate
  if (counts.total == 0) return {};
  ProgressEstimate found{.is_known = false,
                         .fraction = static_cast<double>(std::min(counts.done, counts.total)) /
                                     static_cast<double>(counts.total),
                         .seconds_left = 0};
  if (counts.seconds < early || found.fraction < least_fraction) return found;
  found.seconds_left = counts.seconds * (1 - found.fraction) / found.fraction;
  found.is_known = found.seconds_left < most_left;
  return found;
}

std::string live_words(const ProgressCounts& counts, std::size_t columns) {
  const auto* const row = std::ranges::find(phase_words, counts.phase, &PhaseWord::phase);
  std::vector<Piece> pieces;
  pieces.push_back({std::string(row == phase_words.end() ? counts.phase : row->word), 9});
  const auto estimated = estimate(counts);
  if (counts.total > 0) pieces.push_back({fmt::format("{:.0f}%", 100 * estimated.fraction), 8});
  if (counts.files > 0) pieces.push_back({of(counts.files, 0, "files"), 2});
  if (counts.series > 0) pieces.push_back({of(counts.series_done, counts.series, "series"), 3});
  if (counts.images > 0) pieces.push_back({of(counts.images_done, counts.images, "images"), 5});
  if (counts.bytes > 0) pieces.push_back({fmt::format("{:.0f} MB/s", mb_per_s(counts)), 4});
  if (estimated.is_known) pieces.push_back({clock_words(estimated.seconds_left) + " left", 6});
  for (;;) {
    std::string line;
    for (const auto& piece : pieces) line.append(line.empty() ? "" : "  ").append(piece.words);
    if (line.size() <= columns) return line;
    if (pieces.size() == 1) return line.substr(0, columns);
    pieces.erase(std::ranges::min_element(pieces, {}, &Piece::weight));
  }
}

std::string log_words(const ProgressCounts& counts, double rate) {
  // An image that was begun again counts twice.
  const auto done = counts.total == 0 ? counts.done : std::min(counts.done, counts.total);
  return fmt::format("progress phase={} {}={}{} files={} series={}{} mb={:.0f} mb_per_s={:.1f}",
                     counts.phase, counts.unit, done, of_total(counts.total), counts.files,
                     counts.series_done, of_total(counts.series),
                     static_cast<double>(counts.bytes) / bytes_in_mb, rate);
}

std::string json_words(const ProgressCounts& counts) {
  auto json = JsonWriter::to_text();
  json.object(JsonWriter::Layout::one_line).key("progress").object();
  json.member("phase", counts.phase).member("unit", counts.unit);
  json.member("done", counts.done).member("total", counts.total);
  json.member("files", counts.files);
  json.member("series", counts.series).member("series_done", counts.series_done);
  json.member("images", counts.images).member("images_done", counts.images_done);
  json.member("bytes", counts.bytes).member("seconds", counts.seconds);
  const auto estimated = estimate(counts);
  if (counts.total > 0) json.member("fraction", estimated.fraction);
  if (estimated.is_known) json.member("seconds_left", estimated.seconds_left);
  json.end().end();
  return json.take_text();
}

}  // namespace dcmflow
