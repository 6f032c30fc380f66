#include "test-data/ramp/stored_pixels.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <stdexcept>

#include "test-data/phantom.h"

namespace dcmflow::cases {
namespace {

using Bytes = std::vector<std::uint8_t>;

// The values of a frame, row after row.
std::vector<double> frame_values(const File& file, const Frame& frame, const Scaling& scaling) {
  std::vector<double> values;
  for (unsigned r = 0; r < file.rows; ++r)
    for (unsigned c = 0; c < file.columns; ++c) {
      const Vector line = along(frame.position, r * file.row_spacing, file.column);
      values.push_back(scaling.value(along(line, c * file.column_spacing, file.row), frame.offset));
    }
  return values;
}

std::int64_t to_stored(double value, const Frame& frame, const Storage& storage) {
  const auto stored =
      static_cast<std::int64_t>(std::llround((value - frame.intercept) / frame.slope));
  const std::int64_t least =
      storage.is_signed ? -(std::int64_t{1} << (storage.bits_stored - 1)) : 0;
  if (stored < least || (stored - least) >> storage.bits_stored != 0)
    throw std::runtime_error("value " + std::to_string(value) + " does not fit " +
                             std::to_string(storage.bits_stored) + " bits");
  return stored;
}

// The cell of a stored value: in its place, with junk around it where asked for.
std::uint64_t to_cell(std::int64_t stored, const Storage& storage) {
  const std::uint64_t mask = (std::uint64_t{1} << storage.bits_stored) - 1;
  std::uint64_t cell = (static_cast<std::uint64_t>(stored) & mask) << storage.shift;
  if (storage.junk)
    cell |= ~(mask << storage.shift) & 0x5a5a5a5a5a5a5a5aU;
  else if (storage.is_signed && storage.shift == 0)
    cell = static_cast<std::uint64_t>(stored);
  return cell;
}

void append_cell(Bytes& bytes, std::uint64_t cell, unsigned bits) {
  for (unsigned i = 0; i < bits / 8; ++i) bytes.push_back(static_cast<std::uint8_t>(cell >> 8 * i));
}

std::array<double, 3> colour_of(double value) {
  std::array<double, 3> rgb{};
  for (std::size_t c = 0; c < 3; ++c)
    rgb[c] = colour_channels[c][0] * std::round(value) + colour_channels[c][1];
  return rgb;
}

// PS3.3 C.7.6.3.1.2
std::array<double, 3> to_ybr(const std::array<double, 3>& rgb) {
  const auto& [r, g, b] = rgb;
  return {0.299 * r + 0.587 * g + 0.114 * b, -0.168736 * r - 0.331264 * g + 0.5 * b + 128,
          0.5 * r - 0.418688 * g - 0.081312 * b + 128};
}

void append_colour(Bytes& bytes, const std::vector<double>& values, Colour colour) {
  std::array<Bytes, 3> planes;
  for (const double value : values) {
    auto samples = colour_of(value);
    if (colour == Colour::ybr_full) samples = to_ybr(samples);
    for (std::size_t c = 0; c < 3; ++c)
      planes[c].push_back(static_cast<std::uint8_t>(std::clamp(std::lround(samples[c]), 0L, 255L)));
  }
  if (colour == Colour::planar) {
    for (const Bytes& plane : planes) bytes.insert(bytes.end(), plane.begin(), plane.end());
    return;
  }
  for (std::size_t i = 0; i < values.size(); ++i)
    for (const Bytes& plane : planes) bytes.push_back(plane[i]);
}

// Cells of 1 or 12 bits: frames follow each other bit by bit, the first in the lowest bit (PS3.5
// 8.1.1).
Bytes packed_bits(const File& file, const Scaling& scaling) {
  Bytes bytes;
  std::size_t count = 0;
  const Storage& storage = file.storage;
  for (const Frame& frame : file.frames)
    for (const double value : frame_values(file, frame, scaling)) {
      const auto cell = storage.cell == Cell::bit
                            ? std::uint64_t{value > 0}
                            : to_cell(to_stored(value, frame, storage), storage);
      for (unsigned bit = 0; bit < storage.bits_allocated; ++bit, ++count) {
        if (count % 8 == 0) bytes.push_back(0);
        if ((cell >> bit & 1U) != 0) bytes.back() |= static_cast<std::uint8_t>(1U << count % 8);
      }
    }
  return bytes;
}

// The tiles of a mosaic, row after row of tiles; what is left over is 0.
Bytes tiled(const File& file, const std::vector<Bytes>& frames) {
  const std::size_t line = std::size_t{file.columns} * file.storage.bits_allocated / 8;
  Bytes bytes(line * file.tiles_across * file.tiles_across * file.rows);
  for (std::size_t f = 0; f < frames.size(); ++f)
    for (std::size_t r = 0; r < file.rows; ++r) {
      const std::size_t big_row = f / file.tiles_across * file.rows + r;
      const std::size_t start = (big_row * file.tiles_across + f % file.tiles_across) * line;
      std::copy_n(frames[f].begin() + static_cast<std::ptrdiff_t>(r * line), line,
                  bytes.begin() + static_cast<std::ptrdiff_t>(start));
    }
  return bytes;
}

Bytes native_pixels(const File& file, const Scaling& scaling) {
  if (file.storage.bits_allocated % 8 != 0) return packed_bits(file, scaling);
  std::vector<Bytes> frames;
  for (const Frame& frame : file.frames) {
    const auto values = frame_values(file, frame, scaling);
    Bytes& bytes = frames.emplace_back();
    if (file.storage.colour != Colour::none && file.storage.colour != Colour::palette)
      append_colour(bytes, values, file.storage.colour);
    else
      for (const double value : values)
        append_cell(bytes, to_cell(to_stored(value, frame, file.storage), file.storage),
                    file.storage.bits_allocated);
  }
  if (file.tiles_across != 0) return tiled(file, frames);
  Bytes all;
  for (const Bytes& bytes : frames) all.insert(all.end(), bytes.begin(), bytes.end());
  return all;
}

template <class T>
std::string float_text(const File& file, const Scaling& scaling) {
  std::string text;
  for (const Frame& frame : file.frames)
    for (const double value : frame_values(file, frame, scaling)) {
      std::array<char, 40> digits{};
      const auto stored = static_cast<T>((value - frame.intercept) / frame.slope);
      const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), stored).ptr;
      text += text.empty() ? "" : "\\";
      text.append(digits.data(), end);
    }
  return text;
}

}  // namespace

void put_palette(DicomBuilder& builder) {
  builder.set("PhotometricInterpretation", "PALETTE COLOR");
  constexpr std::string_view names[] = {"Red", "Green", "Blue"};
  constexpr std::string_view hex = "0123456789abcdef";
  for (std::size_t c = 0; c < 3; ++c) {
    std::string data;
    for (unsigned v = 0; v < 256; ++v) {
      const auto entry = static_cast<unsigned>(std::lround(colour_of(v)[c])) & 0xffU;
      const std::string byte{hex[entry / 16], hex[entry % 16]};
      data.append(data.empty() ? "" : "\\").append(byte).append(byte);  // 16 bits: v · 257
    }
    const std::string name = std::string(names[c]) + "PaletteColorLookupTable";
    builder.set(name + "Descriptor", "256\\0\\16").set(name + "Data", data);
  }
}

void put_layout(DicomBuilder& builder, const File& file) {
  const Storage& storage = file.storage;
  const unsigned tiles = std::max(file.tiles_across, 1U);
  builder.set("Columns", std::to_string(file.columns * tiles))
      .set("Rows", std::to_string(file.rows * tiles))
      .set("PixelRepresentation", storage.is_signed ? "1" : "0")
      .set("BitsAllocated", std::to_string(storage.bits_allocated))
      .set("BitsStored", std::to_string(storage.bits_stored))
      .set("HighBit", std::to_string(storage.bits_stored - 1 + storage.shift));
  if (storage.cell == Cell::float32 || storage.cell == Cell::float64)
    builder.remove("BitsStored").remove("HighBit").remove("PixelRepresentation");
  if (storage.colour == Colour::none) return;
  builder.remove("RescaleSlope").remove("RescaleIntercept");
  if (storage.colour == Colour::palette) {
    put_palette(builder);
    return;
  }
  const bool is_ybr = storage.colour == Colour::ybr_full;
  builder.set("SamplesPerPixel", "3")
      .set("PhotometricInterpretation", is_ybr ? "YBR_FULL" : "RGB")
      .set("PlanarConfiguration", storage.colour == Colour::planar ? "1" : "0");
}

void put_pixels(DicomBuilder& builder, const File& file, const Scaling& scaling) {
  if (file.storage.cell == Cell::float32) {
    builder.set("FloatPixelData", float_text<float>(file, scaling)).remove("PixelData");
    return;
  }
  if (file.storage.cell == Cell::float64) {
    builder.set("DoubleFloatPixelData", float_text<double>(file, scaling)).remove("PixelData");
    return;
  }
  Bytes bytes = native_pixels(file, scaling);
  bytes.resize(bytes.size() - std::min(bytes.size(), file.pixel_bytes_cut));
  builder.pixels(bytes);
}

}  // namespace dcmflow::cases
