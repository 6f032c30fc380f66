#include "engine/watch_state.h"

#include <unistd.h>

#include <fstream>
#include <numeric>
#include <utility>

#include "engine/outcome.h"
#include "stages/catalog/names.h"

namespace dcmflow {
namespace {

using Type = Metric::Type;

double unix_seconds(std::chrono::system_clock::time_point time) {
  constexpr double ms = 1e-3;
  return ms * static_cast<double>(
                  std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch())
                      .count());
}

// The second number in /proc/self/statm, as proc(5) has it.
std::uint64_t resident_bytes() {
  std::uint64_t all = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> all >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

class Metrics {
 public:
  template <class Number>
  void add(const char* name, Type type, const char* help, Number value) {
    all_.push_back({name, help, type, {{{}, static_cast<double>(value)}}});
  }
  void add(Metric metric) { all_.push_back(std::move(metric)); }
  std::vector<Metric> take() { return std::move(all_); }

 private:
  std::vector<Metric> all_;
};

void add_input(const WatchFacts& facts, Metrics& metrics) {
  metrics.add("dcmflow_input_files", Type::gauge, "Entries of the input folder.",
              facts.input_files);
  metrics.add("dcmflow_input_readable", Type::gauge,
              "Whether the input folder could be looked through.", facts.input_readable);
  metrics.add("dcmflow_queue_files", Type::gauge,
              "Entries that came, changed or went and that no round has taken up.",
              facts.queued_files);
  metrics.add("dcmflow_queue_series", Type::gauge,
              "Series that waited for files to settle when it was last looked.",
              facts.queued_series);
}

void add_results(const WatchFacts& facts, Metrics& metrics) {
  if (!facts.exit_code) return;  // what it holds is of before
  metrics.add("dcmflow_files", Type::gauge, "Files that the output accounts for.", facts.files);
  metrics.add("dcmflow_converted_files", Type::gauge, "Of them, those that are in an image.",
              facts.converted_files);
  metrics.add("dcmflow_series", Type::gauge, "Series that the output accounts for.", facts.series);
  metrics.add("dcmflow_images", Type::gauge, "Images in the output folder.", facts.images);
  Metric problems{"dcmflow_problems",
                  "What the output says of files, series and the run, by reason code.",
                  Type::gauge,
                  {}};
  for (const auto& [reason, count] : facts.reasons) {
    const auto& row = reason_row(reason);
    problems.samples.push_back({{{"reason", std::string(row.code)},
                                 {"severity", std::string(severity_name(row.severity))}},
                                static_cast<double>(count)});
  }
  metrics.add(std::move(problems));
}

void add_rounds(const WatchFacts& facts, Metrics& metrics) {
  metrics.add("dcmflow_looks_total", Type::counter,
              "How often it was looked whether a series is ready.", facts.looks);
  metrics.add("dcmflow_rounds_total", Type::counter, "Rounds that changed the output.",
              facts.rounds);
  metrics.add("dcmflow_failed_rounds_total", Type::counter,
              "Of them, those that did not make the output complete.", facts.failed_rounds);
  metrics.add("dcmflow_busy_seconds_total", Type::counter, "Time that looks and rounds took.",
              facts.busy_seconds);
  metrics.add("dcmflow_files_read_total", Type::counter, "Headers that were read.",
              facts.files_read);
  metrics.add("dcmflow_images_made_total", Type::counter, "Images that were made.",
              facts.images_made);
  metrics.add("dcmflow_image_bytes_total", Type::counter, "Bytes of their files.",
              facts.image_bytes);
  Metric rules{"dcmflow_rules_read_total",
               "How often SIGHUP had the selection rules read again.",
               Type::counter,
               {}};
  rules.samples = {{{{"result", "right"}}, static_cast<double>(facts.rules_read)},
                   {{{"result", "wrong"}}, static_cast<double>(facts.rules_refused)}};
  metrics.add(std::move(rules));
  if (!facts.exit_code) return;  // there was no round
  metrics.add("dcmflow_last_round_exit_code", Type::gauge, "Of the last round.", *facts.exit_code);
  metrics.add("dcmflow_last_round_seconds", Type::gauge, "Time that the last round took.",
              facts.seconds);
}

}  // namespace

std::vector<Metric> watch_metrics(const WatchFacts& facts, std::uint64_t memory_bytes) {
  Metrics metrics;
  metrics.add(
      {"dcmflow_info", "1, with the release.", Type::gauge, {{{{"version", DCMFLOW_VERSION}}, 1}}});
  add_input(facts, metrics);
  add_results(facts, metrics);
  add_rounds(facts, metrics);
  if (facts.last_success)
    metrics.add("dcmflow_last_success_timestamp_seconds", Type::gauge,
                "When a round last made the output complete, since 1970.",
                unix_seconds(*facts.last_success));
  metrics.add("process_start_time_seconds", Type::gauge, "Since 1970.",
              unix_seconds(facts.started));
  metrics.add("process_resident_memory_bytes", Type::gauge, "Memory that is resident.",
              memory_bytes);
  return metrics.take();
}

std::string watch_complaint(const WatchFacts& facts) {
  if (!facts.input_readable) return "the input folder cannot be looked through";
  if (facts.exit_code && !is_complete(*facts.exit_code))
    return "the last round ended with exit code " + std::to_string(*facts.exit_code);
  return {};
}

WatchState::WatchState() { facts_.started = std::chrono::system_clock::now(); }

void WatchState::input(std::size_t files, std::size_t queued, bool is_readable) {
  const Lock lock(mutex_);
  facts_.input_files = files;
  facts_.queued_files = queued;
  facts_.input_readable = is_readable;
}

void WatchState::ended(const Run& run, int exit_code, std::chrono::duration<double> took) {
  std::size_t images = 0, made = 0;
  std::uint64_t bytes = 0;
  for (const auto& volumes : run.volumes)
    for (const auto& volume : volumes) {
      if (!volume->result()) continue;
      ++images;
      if (volume->is_taken()) continue;
      ++made;
      const auto& files = volume->result()->file_bytes;
      bytes = std::accumulate(files.begin(), files.end(), bytes);
    }
  const Lock lock(mutex_);
  facts_.queued_series = run.held.series;
  facts_.busy_seconds += took.count();
  facts_.files_read += run.headers_read;
  ++facts_.looks;
  if (!run.changes_output) return;
  ++facts_.rounds;
  facts_.files = run.report.discovered_files();
  facts_.converted_files = run.report.converted_files();
  facts_.series = run.series.size();
  facts_.images = images;
  facts_.images_made += made;
  facts_.image_bytes += bytes;
  facts_.reasons = run.report.counts();
  facts_.exit_code = exit_code;
  facts_.seconds = took.count();
  if (is_complete(exit_code))
    facts_.last_success = std::chrono::system_clock::now();
  else
    ++facts_.failed_rounds;
}

void WatchState::failed(int exit_code) {
  const Lock lock(mutex_);
  ++facts_.failed_rounds;
  facts_.exit_code = exit_code;
}

void WatchState::rules_read(bool are_right) {
  const Lock lock(mutex_);
  ++(are_right ? facts_.rules_read : facts_.rules_refused);
}

WatchFacts WatchState::facts() const {
  const Lock lock(mutex_);
  return facts_;
}

std::string WatchState::metrics_text() const {
  return prometheus_text(watch_metrics(facts(), resident_bytes()));
}

}  // namespace dcmflow
