#pragma once
// Pixels as a PNG file (ISO/IEC 15948). Pure; thread-safe.

#include <cstdint>
#include <span>
#include <string>

namespace dcmflow {

// 8 bits a sample; one sample a pixel (grey) or three (RGB), rows from the top. REQUIRES: width and
// height are not 0, and pixels has width × height × samples bytes. The same bytes for the same
// pixels. Throws std::bad_alloc.
std::string encode_png(std::uint32_t width, std::uint32_t height, std::uint32_t samples,
                       std::span<const std::uint8_t> pixels);

}  // namespace dcmflow
