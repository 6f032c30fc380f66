#include "engine/series_log.h"

#include <spdlog/spdlog.h>

#include <string>
#include <string_view>
#include <utility>

#include "engine/log_name.h"
#include "engine/run.h"

namespace dcmflow {
namespace {

std::string image_words(const Run& run, const VolumeJob& volume) {
  const auto& result = volume.result();
  if (!result)
    return fmt::format(" failed={} ({})", reason_code(result.problem().reason),
                       result.problem().detail);
  return fmt::format(" image={}{} slices={} spacing={:.4g} corner_error_mm={:.2g}",
                     log_name(run.settings, volume.stack()), run.format.extension,
                     volume.stack().frames.size(), volume.stack().grid.spacing[2],
                     volume.stack().max_corner_error_mm);
}

}  // namespace

void SeriesLog::begin() {
  const Lock lock(mutex_);
  rows_.clear();
  for (std::size_t i = 0; i < run_.series.size(); ++i) {
    Row& row = rows_[run_.series[i].get()];
    row = {.index = i, .images_left = run_.volumes[i].size()};
    run_.progress.add_images(row.images_left);
    if (row.images_left == 0 && run_.label_files[i].empty()) tell(row);
  }
}

void SeriesLog::wait_for(const Series* series) {
  const Lock lock(mutex_);
  const auto found = rows_.find(series);
  if (found == rows_.end()) return;
  ++found->second.images_left;
  run_.progress.add_images(1);
  found->second.is_told = false;
}

void SeriesLog::image_done(const Series* series) {
  const Lock lock(mutex_);
  const auto found = rows_.find(series);
  if (found == rows_.end()) return;
  run_.progress.image_done();
  if (--found->second.images_left == 0) tell(found->second);
}

void SeriesLog::end() {
  const Lock lock(mutex_);
  for (std::size_t i = 0; i < run_.series.size(); ++i) {
    Row& row = rows_[run_.series[i].get()];
    row.index = i;
    tell(row);
  }
}

void SeriesLog::tell(Row& row) {
  if (std::exchange(row.is_told, true)) return;
  std::string words;
  for (const auto& volume : run_.volumes[row.index]) words += image_words(run_, *volume);
  std::map<std::string_view, std::size_t> reasons;
  for (const auto& refused : run_.sorted[row.index].refused) ++reasons[reason_code(refused.reason)];
  for (const Stack& stack : run_.left_out[row.index])
    reasons[reason_code(Reason::not_selected)] += stack.frames.size();
  std::size_t labels = 0;
  for (const LabelFile& file : run_.label_files[row.index]) {
    labels += file.images.size();
    if (file.refused) ++reasons[reason_code(file.refused->reason)];
  }
  if (labels > 0) words += fmt::format(" labels={}", labels);
  for (const auto& [code, count] : reasons) words += fmt::format(" {}={}", code, count);
  const auto& series = *run_.series[row.index];
  spdlog::info("series {} instances={}{}", series.series_instance_uid, series.instances.size(),
               words);
  if (!std::exchange(row.is_counted, true)) run_.progress.series_done();
}

}  // namespace dcmflow
