#include "engine/watch.h"

#include <malloc.h>
#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "engine/input_events.h"
#include "engine/outcome.h"
#include "engine/pipeline.h"
#include "engine/run.h"
#include "engine/serve_metrics.h"
#include "engine/watch_state.h"
#include "stages/base/open_path.h"
#include "stages/base/printable.h"
#include "stages/database/network_folder.h"
#include "stages/dicom/open_file.h"
#include "stages/discover_files.h"
#include "stages/discovery/arrivals.h"
#include "stages/discovery/watch_pace.h"

namespace dcmflow {
namespace {

using namespace std::chrono_literals;
using Clock = Arrivals::Clock;

// Where the kernel tells of every change; it may lose some.
constexpr Clock::duration between_local_sweeps = 30s;

// Where it does not, a change is seen within a fraction of what it has to settle.
Clock::duration between_sweeps(const Settings& settings, bool is_told) {
  if (is_told) return between_local_sweeps;
  return std::clamp<Clock::duration>(settings.settle / 2, 1s, 10s);
}

class Watch {
 public:
  Watch(const Settings& settings, Demands demands, ReadAgain read_again, OutputClaim& output,
        const WatchSignals& signals)
      : settings_(settings),
        demands_(std::move(demands)),
        read_again_(read_again),
        output_(output),
        signals_(signals),
        is_local_(!is_on_network(settings.input.value)),
        root_(std::make_shared<const std::string>(settings.input.value)),
        arrivals_(settings.settle) {}

  Status listen();
  // Until a signal ends it; the exit code.
  int go_on();

 private:
  void sweep();
  void take_events();
  void read_rules();
  void wait_until(Clock::time_point time) const;
  // When something will have settled.
  std::optional<Clock::time_point> next_round() const;
  void round();
  void end_round(const Run& run, int exit_code, Clock::time_point began);
  void fail(const Problem& problem);

  Settings settings_;
  Demands demands_;
  const ReadAgain read_again_;
  OutputClaim& output_;
  const WatchSignals& signals_;
  const bool is_local_;
  const std::shared_ptr<const std::string> root_;
  Arrivals arrivals_;
  InputEvents events_;
  WatchPace pace_;
  WatchState state_;
  std::unique_ptr<HttpServer> server_;
  bool is_readable_ = true;  // the input, by the last sweep
  bool is_demanded_ =
      false;  // a round, whatever came: the rules are others, or the last one failed
  int exit_code_ = 0;
};

Status Watch::listen() {
  if (!settings_.listen) return Done{};
  auto served = serve_metrics(*settings_.listen, state_);
  if (!served) return served.problem();
  server_ = std::move(*served);
  spdlog::info("watch: /healthz and /metrics at {}",
               listen_text({settings_.listen->host, server_->port()}));
  return Done{};
}

void Watch::sweep() {
  const auto began = Clock::now();
  DiscoverFiles walk(settings_.input.value, settings_.output.value);
  walk.on_folder([&](const std::string& name) {
    events_.watch(name.empty() ? *root_ : *root_ + '/' + name, name);
  });
  bool is_readable = true;
  arrivals_.begin_sweep();
  while (!signals_.stop) {
    const auto entry = walk.next();
    if (!entry) break;
    if (!*entry && entry->problem().subject == *root_) is_readable = false;
    arrivals_.see(*entry, began);
  }
  if (signals_.stop) return;
  arrivals_.end_sweep(began);
  if (std::exchange(is_readable_, is_readable) && !is_readable)
    spdlog::error("watch: the input folder cannot be looked through; what was made of it stays");
  const bool is_told = is_local_ && is_readable_ && events_.is_whole();
  pace_.swept(began, Clock::now(), between_sweeps(settings_, is_told));
}

void Watch::take_events() {
  const auto events = events_.take();
  const auto now = Clock::now();
  for (const auto& name : events.files) {
    struct stat found {};
    // Else a sweep tells.
    if (stat_path(*root_ + '/' + name, found) == 0 && S_ISREG(found.st_mode) && found.st_size > 0)
      arrivals_.see(File{.root = root_,
                         .name = name,
                         .size = static_cast<std::uint64_t>(found.st_size),
                         .version = version_of(found)},
                    now);
  }
  if (events.is_more) pace_.ask_for_sweep();
}

void Watch::wait_until(Clock::time_point time) const {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(time - Clock::now());
  if (left <= 0ms) return;
  std::array<pollfd, 2> sources{pollfd{signals_.descriptor, POLLIN, 0},
                                pollfd{events_.descriptor(), POLLIN, 0}};
  poll(sources.data(), sources.size(),
       static_cast<int>(std::min<std::int64_t>(left.count(), 60'000)));
  if ((sources[0].revents & POLLIN) == 0) return;
  std::uint64_t times = 0;
  static_cast<void>(read(signals_.descriptor, &times, sizeof times));
}

void Watch::read_rules() {
  if (!signals_.reread.exchange(false)) return;
  auto demands = read_again_(settings_);
  state_.rules_read(demands.ok());
  if (!demands) {
    const auto& problem = demands.problem();
    spdlog::error("watch: the rules stay as they were: {}: {}", problem.subject, problem.detail);
    return;
  }
  demands_ = std::move(*demands);
  is_demanded_ = true;
  for (const auto& warning : demands_.rules.warnings) spdlog::warn("rules: {}", warning);
  spdlog::info("watch: the rules were read again: {} selections", demands_.rules.selections.size());
}

std::optional<Clock::time_point> Watch::next_round() const {
  return is_demanded_ ? Clock::time_point() : arrivals_.next();
}

void Watch::round() {
  const auto began = Clock::now();
  is_demanded_ = false;
  if (const auto renewed = output_.renew(); !renewed) return fail(renewed.problem());
  Run run(settings_, demands_.rules, demands_.table, output_, signals_.stop);
  run.arrivals = &arrivals_;
  end_round(run, run_pipeline(run), began);
}

void Watch::end_round(const Run& run, int exit_code, Clock::time_point began) {
  const auto ended = Clock::now();
  state_.ended(run, exit_code, ended - began);
  pace_.looked(began, ended, run.changes_output);
  if (run.changes_output || (!signals_.stop && !run.series.empty())) exit_code_ = exit_code;
  if (run.changes_output && !is_complete(exit_code)) {
    is_demanded_ = true;
    pace_.failed(ended);
    return;
  }
  arrivals_.taken(began);
  spdlog::log(run.changes_output ? spdlog::level::info : spdlog::level::debug,
              "watch: {} series with {} new files wait until they are quiet", run.held.series,
              run.held.files);
}

void Watch::fail(const Problem& problem) {
  spdlog::error("{}", problem.detail);
  exit_code_ = dcmflow::exit_code(problem.reason);
  state_.failed(exit_code_);
  is_demanded_ = true;
  pace_.failed(Clock::now());
}

// What a round took is the system's again while there is nothing to do.
int Watch::go_on() {
  spdlog::info("watch: waiting for what comes into {}", printable(*root_));
  sweep();
  while (!signals_.stop) {
    read_rules();
    take_events();
    state_.input(arrivals_.present(), arrivals_.waiting(), is_readable_);
    if (const auto wake = pace_.wake(next_round()); Clock::now() < wake) {
      wait_until(wake);
      continue;
    }
    sweep();
    if (signals_.stop || !pace_.is_round_due(next_round(), Clock::now())) continue;
    round();
    malloc_trim(0);
  }
  spdlog::info("watch: ended by signal {}, exit_code={}", signals_.stop.load(), exit_code_);
  return exit_code_;
}

}  // namespace

Result<int> watch(const Settings& settings, Demands demands, ReadAgain read_again,
                  OutputClaim& output, const WatchSignals& signals) {
  Watch watch(settings, std::move(demands), read_again, output, signals);
  if (const auto served = watch.listen(); !served) return served.problem();
  return watch.go_on();
}

}  // namespace dcmflow
