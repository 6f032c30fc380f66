// make_fuzz_inputs FOLDER: writes the first inputs of the fuzz targets, FOLDER/<target>/<name>.
// Those that are texts, and what fuzzing found worth keeping, lie beside them.

#include <cstdio>
#include <exception>
#include <fstream>

#include "tests/fuzz/inputs.h"

namespace dcmflow::fuzz {

void Inputs::add(const std::string& target, const std::string& name, const Bytes& bytes) const {
  std::filesystem::create_directories(folder_ / target);
  std::ofstream file(folder_ / target / name, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) throw std::runtime_error("cannot be written: " + target + '/' + name);
}

Bytes joined(const std::vector<Bytes>& files) {
  Bytes all;
  for (const auto& file : files) all.insert(all.end(), file.begin(), file.end());
  return all;
}

}  // namespace dcmflow::fuzz

namespace {

using namespace dcmflow::fuzz;

void add_others(const Inputs& inputs) {
  inputs.add("base64", "padded", std::string("eyJzZWxlY3Rpb25zIjogW119"));
  inputs.add("base64", "size", std::string("1.5GiB"));
  inputs.add("deflate", "ramp", [] {
    Bytes bytes;
    for (unsigned i = 0; i < 600; ++i)
      bytes.push_back(static_cast<std::uint8_t>(i % 2 != 0 ? i / 256 : i));
    return bytes;
  }());
  inputs.add("deflate", "zeros", Bytes(300, 0));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: make_fuzz_inputs FOLDER\n", stderr);
    return 2;
  }
  try {
    const Inputs inputs(argv[1]);
    add_archives(inputs);
    add_files(inputs);
    add_series(inputs);
    add_vendor_headers(inputs);
    add_multi_frames(inputs);
    add_frames(inputs);
    add_jpeg_frames(inputs);
    add_labels(inputs);
    add_others(inputs);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "make_fuzz_inputs: %s\n", failure.what());
    return 1;
  }
  return 0;
}
