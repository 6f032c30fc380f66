// Files of one series, one behind the other: each begins 128 bytes before a "DICM". Header walk,
// sorting and reading of the frames.

#include <string_view>

#include "tests/fuzz/decode_and_sort.h"

using namespace dcmflow;
using namespace dcmflow::fuzz;

namespace {

constexpr std::size_t most_files = 8;

// Where the files begin and end; the first begins at 0 whatever it holds.
std::vector<std::size_t> cuts(std::string_view bytes) {
  constexpr std::size_t preamble = 128;
  std::vector<std::size_t> found{0};
  for (auto at = bytes.find("DICM", preamble + 1);
       at != std::string_view::npos && found.size() < most_files; at = bytes.find("DICM", at + 4))
    if (at - preamble > found.back()) found.push_back(at - preamble);
  found.push_back(bytes.size());
  return found;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
  const auto at = cuts({reinterpret_cast<const char*>(input), size});
  std::vector<std::unique_ptr<MemoryFile>> files;
  std::vector<InstancePtr> instances;
  for (std::size_t i = 0; i + 1 < at.size(); ++i) {
    files.push_back(std::make_unique<MemoryFile>(std::span(input + at[i], at[i + 1] - at[i])));
    if (auto instance = decode(files.back()->file())) instances.push_back(std::move(instance));
  }
  if (!instances.empty()) sort_and_read(std::move(instances));
  return 0;
}
