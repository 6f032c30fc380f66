#include "config/machine_settings.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "config/byte_size.h"
#include "config/choices.h"

namespace dcmflow {
namespace {

using Text = CommandLine::Text;

constexpr std::size_t most_threads = 4096;

Result<std::size_t> count_threads(const std::string& name, const Text& option,
                                  std::size_t fallback) {
  if (!option) return fallback;
  std::size_t count = 0;
  const char* const end = option->data() + option->size();
  const auto [after, error] = std::from_chars(option->data(), end, count);
  if (error != std::errc{} || after != end || count < 1 || count > most_threads)
    return bad_value(name, *option, "a whole number from 1 to " + std::to_string(most_threads));
  return count;
}

Result<std::uint64_t> budget_memory(const Text& option) {
  if (!option) return std::max<std::uint64_t>(1, available_memory() / 4);
  const auto bytes = parse_bytes(*option);
  if (!bytes || *bytes == 0)
    return bad_value("--memory-budget", *option, "a size above 0 such as 512M, 1.5G or 1048576");
  return *bytes;
}

// At most `most` threads, because of `limit`.
void fit_threads(std::uint64_t most, const char* limit, Settings& settings) {
  const auto fit = [&](std::size_t& threads, std::string& source) {
    if (threads <= most) return;
    threads = static_cast<std::size_t>(most);
    source = limit;
  };
  fit(settings.threads, settings.threads_source);
  fit(settings.io_threads, settings.io_threads_source);
}

// A thread that reads holds a file and its folder open, one that writes the files of an image.
// Fewer threads are slower; files that cannot be opened would be lost.
Status fit_descriptors(std::size_t available, Settings& settings) {
  constexpr std::size_t for_one_thread = 9;  // with the folder that is walked, lock and log
  constexpr std::size_t for_each_more = 4;
  constexpr auto limit = "open files (ulimit -n)";
  if (available < for_one_thread)
    return Problem{Reason::bad_settings, limit,
                   "the process may open " + std::to_string(available) +
                       " more, expected at least " + std::to_string(for_one_thread)};
  fit_threads(1 + (available - for_one_thread) / for_each_more, limit, settings);
  return Done{};
}

// A thread that cannot be started would end the run: stacks may take half of the addresses.
void fit_stacks(Settings& settings) {
  if (const auto addresses = free_addresses())
    fit_threads(1 + *addresses / 2 / (thread_stack_bytes() + (2 << 20)),
                "address space (ulimit -v)", settings);
}

// Where not even ordinary slices find room no run begins: each file would be refused for it.
Status check_free_memory() {
  constexpr std::uint64_t least = std::uint64_t{16} << 20;
  const auto left = free_memory();
  if (left >= least) return Done{};
  return Problem{Reason::bad_settings, "memory (ulimit -v, cgroup)",
                 "the process may take " + std::to_string(left) +
                     " bytes more, expected at least " + std::to_string(least)};
}

}  // namespace

Status read_machine_settings(const CommandLine& command_line, Settings& settings) {
  const auto threads = count_threads("--threads", command_line.threads, available_cores());
  if (!threads) return threads.problem();
  const auto io_threads =
      count_threads("--io-threads", command_line.io_threads, default_io_threads);
  if (!io_threads) return io_threads.problem();
  const auto budget = budget_memory(command_line.memory_budget);
  if (!budget) return budget.problem();
  settings.threads = *threads;
  if (command_line.threads) settings.threads_source = "--threads";
  settings.io_threads = *io_threads;
  if (command_line.io_threads) settings.io_threads_source = "--io-threads";
  settings.memory_budget = *budget;
  if (command_line.memory_budget) settings.memory_budget_source = "--memory-budget";
  if (auto fits = fit_descriptors(available_descriptors(), settings); !fits) return fits;
  fit_stacks(settings);
  return check_free_memory();
}

}  // namespace dcmflow
