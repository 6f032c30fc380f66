// Whether a small file is better read once: its pixels kept in memory from the header pass on, or
// read by a second opening when its image is made, as dcmflow does. ARCHITECTURE.md has the
// figures.

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/input.h"
#include "stages/base/descriptor.h"
#include "stages/base/open_path.h"

namespace dcmflow {
namespace {

constexpr std::size_t files = 1000, header_bytes = 8192;

// As decode_header and read_frame do: opened, looked at, read, looked at again.
void read_file(const std::string& path, std::size_t from, std::vector<char>& bytes) {
  const auto file = open_path(path, O_RDONLY);
  struct stat found {};
  const auto wanted = static_cast<ssize_t>(bytes.size());
  if (fstat(file.get(), &found) != 0 ||
      pread(file.get(), bytes.data(), bytes.size(), static_cast<off_t>(from)) != wanted ||
      fstat(file.get(), &found) != 0)
    throw std::runtime_error(path + ": not read");
}

std::vector<std::string> write_files(const BenchFolder& folder, std::size_t bytes) {
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < files; ++i) {
    paths.push_back(folder.path() + '/' + std::to_string(i));
    std::ofstream(paths.back(), std::ios::binary) << std::string(bytes, 'x');
  }
  return paths;
}

void read_twice(benchmark::State& state) {
  const BenchFolder folder;
  const auto bytes = static_cast<std::size_t>(state.range(0));
  const auto paths = write_files(folder, bytes);
  std::vector<char> header(header_bytes), pixels(bytes - header_bytes);
  for (auto _ : state) {
    for (const auto& path : paths) read_file(path, 0, header);
    for (const auto& path : paths) read_file(path, header_bytes, pixels);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(files));
}

void read_once(benchmark::State& state) {
  const BenchFolder folder;
  const auto bytes = static_cast<std::size_t>(state.range(0));
  const auto paths = write_files(folder, bytes);
  std::vector<char> whole(bytes);
  for (auto _ : state) {
    std::vector<std::vector<char>> kept;
    for (const auto& path : paths) {
      read_file(path, 0, whole);
      kept.emplace_back(whole.begin() + header_bytes, whole.end());
    }
    benchmark::DoNotOptimize(kept.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(files));
}

BENCHMARK(read_twice)->Name("read_once/twice")->Arg(16 << 10)->Arg(40 << 10);
BENCHMARK(read_once)->Name("read_once/once")->Arg(16 << 10)->Arg(40 << 10);

}  // namespace
}  // namespace dcmflow
