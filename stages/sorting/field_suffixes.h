#pragma once
// What neuroimaging calls the images of a series behind the name that they share, as dcm2niix does:
// "_e2_ph". Pure; no Problems.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stages/dicom_types.h"

namespace dcmflow {

// The echoes of a series' images.
class EchoNumbers {
 public:
  explicit EchoNumbers(std::span<const Frame* const> first_frames);

  // From 1, as the header says it, or by its Echo Time where the headers' numbers do not tell the
  // echoes apart; nullopt: the only echo, and the first, or it says nothing of echoes.
  std::optional<std::size_t> number_of(const Frame& frame) const;

 private:
  std::vector<std::size_t> numbers_;  // that there are, ascending
  std::vector<double> times_;         // ms, likewise
};

// `component`: as image_component() says it. "_ph", "_real", "_imaginary"; "" for any other.
std::string_view component_suffix(std::string_view component);

}  // namespace dcmflow
