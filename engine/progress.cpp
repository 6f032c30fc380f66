#include "engine/progress.h"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace dcmflow {
namespace {

using namespace std::chrono_literals;

constexpr auto log_every = 10s;
constexpr auto show_every = 200ms;
constexpr double bytes_in_mb = 1e6;
constexpr std::size_t stack_bytes = std::size_t{256} << 10;

}  // namespace

Progress::Progress() : on_terminal_(isatty(STDERR_FILENO) != 0) {
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

Progress::~Progress() {
  {
    const Lock lock(mutex_);
    is_over_ = true;
  }
  ends_.notify_all();
  if (has_teller_) pthread_join(teller_, nullptr);
  if (on_terminal_) std::fputs("\r\x1B[K", stderr);
}

void Progress::begin(const char* phase, const char* unit, std::uint64_t total) {
  done_ = 0;
  bytes_ = 0;
  total_ = total;
  unit_ = unit;
  phase_ = phase;
}

void Progress::add(std::uint64_t done, std::uint64_t bytes) {
  done_ += done;
  bytes_ += bytes;
}

void Progress::tell() {
  const Lock lock(mutex_);
  auto next_log = Clock::now() + log_every;
  const auto pause = on_terminal_ ? Clock::duration(show_every) : Clock::duration(log_every);
  for (;;) {
    const auto wake = std::min(next_log, Clock::now() + pause);
    while (!is_over_ && Clock::now() < wake) ends_.wait_until(mutex_, wake);
    if (is_over_) return;
    if (on_terminal_) std::fprintf(stderr, "\r\x1B[K%s", line(false).c_str());
    if (Clock::now() < next_log) continue;
    if (on_terminal_) std::fputs("\r\x1B[K", stderr);
    spdlog::info("{}", line(true));
    next_log = Clock::now() + log_every;
  }
}

std::string Progress::line(bool with_rate) {
  const auto of_total = [](std::uint64_t total) {
    return total == 0 ? std::string() : "/" + std::to_string(total);
  };
  const std::uint64_t bytes = bytes_, total = total_;
  // An image that was begun again counts twice.
  const auto done = total == 0 ? done_.load() : std::min(done_.load(), total);
  auto text = fmt::format("progress phase={} {}={}{} files={} series={}{} mb={:.0f}", phase_.load(),
                          unit_.load(), done, of_total(total), files_.load(), series_done_.load(),
                          of_total(series_), static_cast<double>(bytes) / bytes_in_mb);
  if (!with_rate) return text;
  const auto now = Clock::now();
  // A phase that has begun since counts from 0.
  const auto since = bytes < told_bytes_ ? bytes : bytes - told_bytes_;
  text += fmt::format(" mb_per_s={:.1f}", static_cast<double>(since) / bytes_in_mb /
                                              std::chrono::duration<double>(now - told_).count());
  told_ = now;
  told_bytes_ = bytes;
  return text;
}

}  // namespace dcmflow
