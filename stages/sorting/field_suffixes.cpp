#include "stages/sorting/field_suffixes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "stages/dicom/attributes.h"
#include "stages/dicom/value_text.h"

namespace dcmflow {
namespace {

// Echo Times that are one but for rounding, as where contrasts are told apart.
bool is_one_time(double a, double b) {
  constexpr double relative = 1e-3;
  return std::abs(a - b) <= relative * std::max(std::abs(a), std::abs(b));
}

// nullopt where it is no number of an echo: scanners write 0 for none, and several of a mean.
std::optional<std::size_t> written_number(const Frame& frame) {
  constexpr std::int64_t most = 9999;
  const auto text = frame.find(attribute_index(0x00180086)).value_or("");
  if (text.find('\\') != std::string_view::npos) return std::nullopt;
  const auto number = parse_integer(text);
  if (!number || *number < 1 || *number > most) return std::nullopt;
  return static_cast<std::size_t>(*number);
}

std::optional<double> echo_time(const Frame& frame) {
  const auto time = parse_decimal(frame.find(attribute_index(0x00180081)).value_or(""));
  return time && *time > 0 ? time : std::nullopt;
}

}  // namespace

EchoNumbers::EchoNumbers(std::span<const Frame* const> first_frames) {
  for (const Frame* frame : first_frames) {
    if (const auto number = written_number(*frame)) numbers_.push_back(*number);
    if (const auto time = echo_time(*frame)) times_.push_back(*time);
  }
  std::ranges::sort(numbers_);
  numbers_.erase(std::unique(numbers_.begin(), numbers_.end()), numbers_.end());
  std::ranges::sort(times_);
  times_.erase(std::unique(times_.begin(), times_.end(), is_one_time), times_.end());
}

std::optional<std::size_t> EchoNumbers::number_of(const Frame& frame) const {
  const auto written = written_number(frame);
  const bool are_several = numbers_.size() > 1 || times_.size() > 1;
  if (!are_several) return written && *written > 1 ? written : std::nullopt;
  if (numbers_.size() >= times_.size()) return written;
  const auto time = echo_time(frame);
  if (!time) return std::nullopt;
  const auto place = std::ranges::find_if(times_, [&](double t) { return is_one_time(t, *time); });
  if (place == times_.end()) return std::nullopt;
  return static_cast<std::size_t>(place - times_.begin()) + 1;
}

std::string_view component_suffix(std::string_view component) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> suffixes{
      {{"phase", "_ph"}, {"real", "_real"}, {"imaginary", "_imaginary"}}};
  for (const auto& [name, suffix] : suffixes)
    if (name == component) return suffix;
  return {};
}

}  // namespace dcmflow
