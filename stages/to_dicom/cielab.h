#pragma once
// Colours as DICOM keeps them: CIELab by the white of ICC profiles, D50 (PS3.3 C.10.7.1.1).

#include <array>
#include <cstdint>

namespace dcmflow {

// sRGB (IEC 61966-2-1) → L* from 0 to 100, a* and b* from -128 to 127, each over 65,535 steps.
// Pure.
std::array<std::uint16_t, 3> cielab(const std::array<std::uint8_t, 3>& rgb);

}  // namespace dcmflow
