#pragma once
// What happens to the bytes of a finished file.

#include <cstdint>
#include <vector>

namespace dcmflow::cases {

void cut_preamble(std::vector<std::uint8_t>& bytes);
// Preamble and File Meta Information.
void cut_file_head(std::vector<std::uint8_t>& bytes);
void gzip(std::vector<std::uint8_t>& bytes);
// Of a file in RLE Lossless: its Transfer Syntax UID says Explicit VR Little Endian.
void call_native(std::vector<std::uint8_t>& bytes);
// Of a file in JPEG Baseline whose stream is YCbCr: Photometric Interpretation says RGB.
void call_rgb(std::vector<std::uint8_t>& bytes);
// Every fragment but the offset table loses its first bytes.
void break_fragment(std::vector<std::uint8_t>& bytes);

}  // namespace dcmflow::cases
