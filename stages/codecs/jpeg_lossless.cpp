#include "stages/codecs/jpeg_lossless.h"

#include <array>
#include <optional>
#include <utility>

#include "stages/codecs/frame_samples.h"
#include "stages/codecs/jpeg_lossless_rows.h"

namespace dcmflow {

namespace {

class LosslessDecoder {
 public:
  LosslessDecoder(std::span<const std::uint8_t> image, const JpegFrameHeader& header,
                  std::span<std::uint8_t> samples)
      : image_(image),
        header_(header),
        samples_(samples),
        components_(header.components.size() / 3) {}

  Status decode() {
    if (auto status = check_header(); !status) return status;
    std::size_t frame_headers = 0;
    for (std::size_t offset = 2; done_count_ < components_;) {
      const auto segment = next_jpeg_segment(image_, offset);
      if (!segment) return segment.problem();
      offset = segment->end;
      Status status = Done{};
      if (segment->marker == jpeg_marker::dht) {
        status = read_tables(segment->parameters);
      } else if (segment->marker == jpeg_marker::dri) {
        status = read_restart_interval(segment->parameters);
      } else if (segment->marker == jpeg_marker::sos) {
        status = decode_scan(segment->parameters, offset);
      } else if (is_start_of_frame(segment->marker) && ++frame_headers > 1) {
        status = decode_problem("a JPEG image with a second frame header at byte ", offset,
                                "; expected 1");
      } else if (segment->marker == jpeg_marker::eoi) {
        status = decode_problem("a JPEG image that ends with ", done_count_, " of ", components_,
                                " components");
      }
      if (!status) return status;
    }
    return Done{};
  }

 private:
  Status check_header() const {
    if (header_.precision < 2 || header_.precision > 16 || components_ > most_lossless_components) {
      return decode_problem("a lossless JPEG image of ", std::uint64_t{header_.precision},
                            " bits and ", components_, " components; expected 2 to 16 and 1 to ",
                            most_lossless_components);
    }
    for (std::size_t c = 0; components_ > 1 && c < components_; ++c) {
      const std::uint64_t sampling = header_.components[3 * c + 1];
      if (sampling == 0x11) continue;
      return decode_problem("a lossless JPEG component sampled ", sampling >> 4, " by ",
                            sampling & 15, "; expected 1 by 1");
    }
    return Done{};
  }

  // B.2.4.2: any number of tables, each a class and destination, 16 counts and the values.
  Status read_tables(std::span<const std::uint8_t> bytes) {
    constexpr std::size_t fixed_bytes = 17;
    while (!bytes.empty()) {
      std::size_t values = 0;
      for (std::size_t i = 1; i < fixed_bytes && i < bytes.size(); ++i) values += bytes[i];
      if (bytes.size() < fixed_bytes + values || values > 256) {
        return decode_problem("a Huffman table of ", bytes.size(), " bytes; expected ",
                              fixed_bytes + values, " with at most 256 values");
      }
      const std::size_t destination =
          bytes[0];  // class 0 in the upper bits: all that lossless uses
      if (destination < tables_.size()) {
        auto table =
            DifferenceTable::build(bytes.subspan(1, 16), bytes.subspan(fixed_bytes, values));
        if (!table) return table.problem();
        tables_[destination] = *table;
      }
      bytes = bytes.subspan(fixed_bytes + values);
    }
    return Done{};
  }

  // H.1.1: whole rows, since prediction starts anew behind a restart.
  Status read_restart_interval(std::span<const std::uint8_t> bytes) {
    const std::size_t pixels = bytes.size() == 2 ? std::size_t{bytes[0]} << 8 | bytes[1] : 1;
    if (bytes.size() != 2 || pixels % header_.columns != 0) {
      return decode_problem("a JPEG restart interval of ", pixels, " pixels in ", bytes.size(),
                            " bytes; expected a multiple of ", std::uint64_t{header_.columns},
                            " in 2");
    }
    restart_rows_ = pixels / header_.columns;
    return Done{};
  }

  Result<LosslessScan> read_scan(std::span<const std::uint8_t> bytes) const {
    const std::size_t count = bytes.empty() ? 0 : bytes[0];
    if (count < 1 || count > components_ || bytes.size() != 4 + 2 * count) {
      return decode_problem("a JPEG scan of ", count, " components in ", bytes.size(),
                            " bytes; expected 1 to ", components_, " in ", 4 + 2 * count);
    }
    LosslessScan scan;
    scan.components = count;
    for (std::size_t i = 0; i < count; ++i) {
      if (auto status = resolve(bytes[1 + 2 * i], bytes[2 + 2 * i] >> 4, i, scan); !status) {
        return status.problem();
      }
    }
    scan.predictor = bytes[1 + 2 * count];
    scan.point_transform = bytes[3 + 2 * count] & 15;
    if (scan.predictor < 1 || scan.predictor > 7 || scan.point_transform >= header_.precision) {
      return decode_problem("a JPEG scan with predictor ", std::uint64_t{scan.predictor},
                            " and point transform ", std::uint64_t{scan.point_transform},
                            "; expected 1 to 7 and less than ", std::uint64_t{header_.precision});
    }
    return scan;
  }

  // Finds component `id` and its table for place `i` of the scan.
  Status resolve(std::uint8_t id, std::size_t destination, std::size_t i,
                 LosslessScan& scan) const {
    std::size_t index = 0;
    while (index < components_ && header_.components[3 * index] != id) ++index;
    if (index == components_ || done_[index]) {
      return decode_problem(
          "a JPEG scan of component ", std::uint64_t{id},
          index == components_ ? ", which the frame header lacks" : ", which is already decoded");
    }
    for (std::size_t before = 0; before < i; ++before) {
      if (scan.component[before] == index) {
        return decode_problem("a JPEG scan with component ", std::uint64_t{id}, " twice");
      }
    }
    if (destination >= tables_.size() || !tables_[destination]) {
      return decode_problem("a JPEG scan with Huffman table ", destination,
                            ", which is not defined");
    }
    scan.component[i] = index;
    scan.table[i] = &*tables_[destination];
    return Done{};
  }

  // Moves `offset` behind the scan.
  Status decode_scan(std::span<const std::uint8_t> parameters, std::size_t& offset) {
    const auto scan = read_scan(parameters);
    if (!scan) return scan.problem();
    SampleRow row(std::size_t{header_.columns} * scan->components);
    SampleRow above(row.size());
    BitReader bits(image_, offset);
    for (std::size_t y = 0; y < header_.rows; ++y) {
      const bool restarts = restart_rows_ > 0 && y > 0 && y % restart_rows_ == 0;
      if (restarts) {
        if (auto status = check_end(y, bits); !status) return status;
        if (auto status = restart(y / restart_rows_ - 1, bits); !status) return status;
      }
      const bool good = y == 0 || restarts ? decode_first_row(*scan, header_.precision, bits, row)
                                           : decode_row(*scan, bits, above, row);
      if (!good || bits.overdrawn()) {
        return decode_problem("the JPEG image ", good ? "ends" : "is damaged", " in row ", y,
                              "; expected ", std::uint64_t{header_.rows}, " rows");
      }
      store_row(*scan, y, row);
      std::swap(row, above);
    }
    if (auto status = check_end(header_.rows, bits); !status) return status;
    for (std::size_t i = 0; i < scan->components; ++i) done_[scan->component[i]] = true;
    done_count_ += scan->components;
    offset = bits.offset();
    return Done{};
  }

  // Codes have no checksum: what is left over behind the last sample is what damage is known by.
  Status check_end(std::size_t row, BitReader& bits) const {
    const auto left_over = bits.left_over();
    if (left_over < (bits.offset() == image_.size() ? 16 : 8)) return Done{};
    return decode_problem("the JPEG image is damaged: data are left over at byte ", bits.offset(),
                          ", behind row ", row, "; expected a marker");
  }

  // Goes on behind the restart marker, which counts modulo 8.
  Status restart(std::size_t number, BitReader& bits) const {
    const auto segment = next_jpeg_segment(image_, bits.offset());
    if (!segment) return segment.problem();
    const std::size_t expected = jpeg_marker::rst0 + number % 8;
    if (segment->marker != expected) {
      return decode_problem("JPEG marker ", std::uint64_t{segment->marker}, " at byte ",
                            segment->end, "; expected restart marker ", expected);
    }
    bits = BitReader(image_, segment->end);
    return Done{};
  }

  void store_row(const LosslessScan& scan, std::size_t y, const SampleRow& row) {
    const bool wide = header_.precision > 8;
    for (std::size_t i = 0; i < scan.components; ++i) {
      std::size_t at = y * header_.columns * components_ + scan.component[i];
      for (std::size_t x = i; x < row.size(); x += scan.components, at += components_) {
        const unsigned value = unsigned{row[x]} << scan.point_transform;
        if (wide) {
          samples_[2 * at] = static_cast<std::uint8_t>(value);
          samples_[2 * at + 1] = static_cast<std::uint8_t>(value >> 8);
        } else {
          samples_[at] = static_cast<std::uint8_t>(value);
        }
      }
    }
  }

  std::span<const std::uint8_t> image_;
  const JpegFrameHeader& header_;
  std::span<std::uint8_t> samples_;
  std::size_t components_;
  std::array<std::optional<DifferenceTable>, 4> tables_;
  std::size_t restart_rows_ = 0;
  std::array<bool, most_lossless_components> done_{};
  std::size_t done_count_ = 0;
};

}  // namespace

Status decode_jpeg_lossless(std::span<const std::uint8_t> image, const JpegFrameHeader& header,
                            std::span<std::uint8_t> samples) {
  return LosslessDecoder(image, header, samples).decode();
}

}  // namespace dcmflow
