#include "engine/progress.h"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>

#include "engine/live_line.h"

namespace dcmflow {
namespace {

using namespace std::chrono_literals;

constexpr auto log_every = 10s;
constexpr double bytes_in_mb = 1e6;
constexpr std::size_t stack_bytes = std::size_t{256} << 10;

std::chrono::milliseconds pause_of(ProgressForm form) {
  switch (form) {
    case ProgressForm::live:
      return 200ms;
    case ProgressForm::json:
      return 1s;
    default:
      return log_every;
  }
}

}  // namespace

Progress::Progress(ProgressForm form) : form_(form) {
  if (form == ProgressForm::none) return;
  // A small stack, which is all that the thread takes of a tight limit; without one the run goes on
  // untold.
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, stack_bytes);
  const auto begin = [](void* progress) -> void* {
    static_cast<Progress*>(progress)->tell();
    return nullptr;
  };
  has_teller_ = pthread_create(&teller_, &attributes, begin, this) == 0;
  pthread_attr_destroy(&attributes);
}

void Progress::end() {
  {
    const Lock lock(mutex_);
    is_over_ = true;
  }
  ends_.notify_all();
  if (has_teller_) pthread_join(teller_, nullptr);
  has_teller_ = false;
  if (form_ == ProgressForm::live) LiveLine::of_process().hide();
}

void Progress::begin(const char* phase, const char* unit, std::uint64_t total) {
  done_.reset();
  bytes_.reset();
  total_ = total;
  unit_ = unit;
  phase_ = phase;
  began_ = Clock::now().time_since_epoch().count();
}

void Progress::add(std::uint64_t done, std::uint64_t bytes) {
  done_ += done;
  bytes_ += bytes;
}

void Progress::tell() {
  const Lock lock(mutex_);
  auto next_log = Clock::now() + log_every;
  for (;;) {
    const auto wake = std::min(next_log, Clock::now() + pause_of(form_));
    while (!is_over_ && Clock::now() < wake) ends_.wait_until(mutex_, wake);
    if (is_over_) return;
    const bool is_time_to_log = Clock::now() >= next_log;
    tell_now(is_time_to_log);
    if (is_time_to_log) next_log = Clock::now() + log_every;
  }
}

void Progress::tell_now(bool is_time_to_log) {
  const auto now = counts();
  if (form_ == ProgressForm::live)
    LiveLine::of_process().show(live_words(now, terminal_columns(STDERR_FILENO) - 1));
  if (form_ == ProgressForm::json) LiveLine::of_process().print(json_words(now));
  if (is_time_to_log) spdlog::info("{}", log_words(now, mb_per_s(now.bytes)));
}

ProgressCounts Progress::counts() const {
  const auto since = Clock::now().time_since_epoch() - Clock::duration(began_);
  return {.phase = phase_,
          .unit = unit_,
          .done = done_,
          .total = total_,
          .bytes = bytes_,
          .seconds = std::chrono::duration<double>(since).count(),
          .files = files_,
          .series = series_,
          .series_done = series_done_,
          .images = images_,
          .images_done = images_done_};
}

double Progress::mb_per_s(std::uint64_t bytes) {
  const auto now = Clock::now();
  // A phase that has begun since counts from 0.
  const auto since = bytes < told_bytes_ ? bytes : bytes - told_bytes_;
  const auto rate =
      static_cast<double>(since) / bytes_in_mb / std::chrono::duration<double>(now - told_).count();
  told_ = now;
  told_bytes_ = bytes;
  return rate;
}

}  // namespace dcmflow
