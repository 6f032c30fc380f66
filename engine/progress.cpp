#include "engine/progress.h"

#include <unistd.h>

#include <cstdio>

namespace dcmflow {
namespace {

constexpr std::int64_t show_every_ms = 200;

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

Progress::Progress(std::string what, std::uint64_t total)
    : what_(std::move(what)),
      total_(total),
      on_terminal_(isatty(STDERR_FILENO) != 0),
      next_show_(now_ms() + show_every_ms) {}

Progress::~Progress() {
  if (on_terminal_) std::fputs("\r\x1B[K", stderr);
}

void Progress::add(std::uint64_t done) {
  const auto all = done_ += done;
  if (!on_terminal_) return;
  const auto now = now_ms();
  auto due = next_show_.load();
  if (now >= due && next_show_.compare_exchange_strong(due, now + show_every_ms)) show(all);
}

void Progress::show(std::uint64_t done) const {
  const auto of_total = total_ == 0 ? std::string() : " of " + std::to_string(total_);
  std::fprintf(stderr, "\r\x1B[K%s: %llu%s", what_.c_str(), static_cast<unsigned long long>(done),
               of_total.c_str());
}

}  // namespace dcmflow
