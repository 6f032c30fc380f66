#pragma once
// The first inputs of the fuzz targets, by the program make_fuzz_inputs: what its parts share.

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace dcmflow::fuzz {

using Bytes = std::vector<std::uint8_t>;

// The folder that gets <target>/<name> for each input. Throws std::runtime_error when one cannot be
// written.
class Inputs {
 public:
  explicit Inputs(std::filesystem::path folder) : folder_(std::move(folder)) {}

  void add(const std::string& target, const std::string& name, const Bytes& bytes) const;
  void add(const std::string& target, const std::string& name, const std::string& text) const {
    add(target, name, Bytes(text.begin(), text.end()));
  }

 private:
  std::filesystem::path folder_;
};

// One behind the other.
Bytes joined(const std::vector<Bytes>& files);

template <class Array, class Value>
unsigned index_of(const Array& array, const Value& value) {
  const auto at = std::ranges::find(array, value);
  if (at == array.end()) throw std::runtime_error("not among the choices");
  return static_cast<unsigned>(at - array.begin());
}

void add_archives(const Inputs& inputs);        // for archives
void add_files(const Inputs& inputs);           // for files
void add_series(const Inputs& inputs);          // for files
void add_vendor_headers(const Inputs& inputs);  // for vendor
void add_multi_frames(const Inputs& inputs);    // for multi_frame
void add_frames(const Inputs& inputs);          // for each codec
void add_jpeg_frames(const Inputs& inputs);     // for jpeg
void add_labels(const Inputs& inputs);          // for labels

}  // namespace dcmflow::fuzz
