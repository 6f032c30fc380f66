#include "stages/sorting/series_cost.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace dcmflow {
namespace {

// In ns of CPU time, measured on CT of 512² (bench/runs, and make_archive in the other syntaxes).
constexpr double per_file = 20'000;
constexpr double per_byte = 0.3;             // of a frame: read, rescaled, written
constexpr double per_compressed_byte = 4.2;  // that goes into a .gz
struct DecodingCost {
  std::string_view uid;  // of the transfer syntax
  double per_byte;       // of a decoded frame, beside what every frame costs
};
constexpr std::array decoding{DecodingCost{"1.2.840.10008.1.2.5", 0.1},     // RLE
                              DecodingCost{"1.2.840.10008.1.2.4.50", 9},    // JPEG, lossy
                              DecodingCost{"1.2.840.10008.1.2.4.51", 9},    //
                              DecodingCost{"1.2.840.10008.1.2.4.57", 2.3},  // JPEG, lossless
                              DecodingCost{"1.2.840.10008.1.2.4.70", 2.3},  //
                              DecodingCost{"1.2.840.10008.1.2.4.80", 14},   // JPEG-LS
                              DecodingCost{"1.2.840.10008.1.2.4.81", 14},   //
                              DecodingCost{"1.2.840.10008.1.2.4.90", 60},   // JPEG 2000
                              DecodingCost{"1.2.840.10008.1.2.4.91", 60},   //
                              DecodingCost{"1.2.840.10008.1.2.4.201", 9},   // HTJ2K
                              DecodingCost{"1.2.840.10008.1.2.4.202", 9},   //
                              DecodingCost{"1.2.840.10008.1.2.4.203", 9}};

double decoding_cost(std::string_view uid) {
  const auto row = std::ranges::find(decoding, uid, &DecodingCost::uid);
  return row == decoding.end() ? 0 : row->per_byte;
}

}  // namespace

std::uint64_t series_cost(const Series& series, bool is_compressed) {
  constexpr double most = 1e15;  // what a header says may be anything; sums stay numbers
  double cost = 0;
  for (const auto& instance : series.instances) {
    const auto& shared = *instance->shared;
    const double bytes =
        static_cast<double>(shared.layout.frame_bytes()) * instance->pixel_data.number_of_frames;
    cost += per_file + bytes * (per_byte + decoding_cost(shared.transfer_syntax_uid) +
                                (is_compressed ? per_compressed_byte : 0));
  }
  return static_cast<std::uint64_t>(std::min(cost, most));
}

}  // namespace dcmflow
