#pragma once
// Which echo an image is of, and between which echoes a field map was measured. Thread-safe on
// distinct objects.

#include <map>
#include <vector>

#include "stages/catalog/json_writer.h"
#include "stages/catalog/scan_header.h"
#include "stages/catalog/sorted.h"

namespace dcmflow {

// The different echoes of a series' images.
class SeriesEchoes {
 public:
  void add(const Frame& frame);
  // Several numbers, or several times where none is numbered.
  bool are_several() const;
  bool have_several_times() const { return times_.size() > 1; }
  // The number of the echo, from 1: as the header says it, else its place in the protocol of a
  // Siemens scan, else among the images.
  std::optional<double> number_of(const ScanHeader& header) const;

 private:
  std::vector<double> numbers_, times_;  // ascending; ms
};

// Of all images.
std::map<SeriesName, SeriesEchoes> find_echoes(const std::vector<const ImageFile*>& images);

// Writes EchoNumber where there are several, or it is not the first; EchoTime1 and EchoTime2 of a
// field map from the phases of two echoes; and the Units of a map in Hz or rad/s.
void write_echoes(JsonWriter& json, const ScanHeader& header, const SeriesEchoes& echoes);

}  // namespace dcmflow
