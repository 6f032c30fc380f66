#include "test-data/ramp_cases.h"

namespace dcmflow::cases {
namespace {

constexpr Storage u8{.bits_allocated = 8, .bits_stored = 8, .is_signed = false};
constexpr Storage u12{.bits_stored = 12, .is_signed = false};
constexpr Storage s12{.bits_stored = 12};

Storage with_junk(Storage storage, unsigned shift = 0) {
  storage.junk = true;
  storage.shift = shift;
  return storage;
}

Storage coloured(Colour colour) {
  Storage storage = u8;
  storage.colour = colour;
  return storage;
}

Storage wide(bool is_signed) {
  return {.bits_allocated = 32, .bits_stored = 32, .is_signed = is_signed, .largest_scale = 20000};
}

// Slope and intercept differ from slice to slice.
void own_slopes(Scene& scene) {
  for (File& file : scene.files)
    for (Frame& frame : file.frames) frame.slope = 0.05 * (frame.slice + 1);
}

// Values by a table of 256 entries: 100 + 3 · stored (PS3.3 C.11.1.1).
void lookup_table(File& file, unsigned /*k*/) {
  std::string data;
  for (unsigned v = 0; v < 256; ++v)
    data += (data.empty() ? "" : "\\") + std::to_string(100 + 3 * v);
  file.attributes.push_back({"RescaleSlope", std::nullopt});
  file.attributes.push_back({"RescaleIntercept", std::nullopt});
  file.attributes.push_back({"ModalityLUTSequence[0].LUTDescriptor", "256\\0\\16"});
  file.attributes.push_back({"ModalityLUTSequence[0].ModalityLUTType", "US"});
  file.attributes.push_back({"ModalityLUTSequence[0].LUTData", data});
}

}  // namespace

std::vector<RampCase> pixel_cases() {
  return {
      {"bits_u8", "pixels", "8 bits", {stored(u8)}},
      {"bits_s8", "pixels", "8 bits, signed", {stored({.bits_allocated = 8, .bits_stored = 8})}},
      {"bits_u12", "pixels", "12 of 16 bits", {stored(u12), rescale(1, -1024)}},
      {"bits_s12", "pixels", "12 of 16 bits, signed", {stored(s12)}},
      {"junk_above_u12",
       "pixels",
       "bits above the stored ones are no value",
       {stored(with_junk(u12))}},
      {"junk_above_s12", "pixels", "the same, signed", {stored(with_junk(s12))}},
      {"high_bit_13", "pixels", "stored bits that do not lie lowest", {stored(with_junk(u12, 2))}},
      {"packed_12",
       "pixels",
       "12 bits allocated",
       {stored({.bits_allocated = 12, .bits_stored = 12, .is_signed = false})}},
      {"bits_u16",
       "pixels",
       "values above 32,767",
       {stored({.is_signed = false, .largest_scale = 1000})}},
      {"bits_s16", "pixels", "all of 16 bits, signed", {stored({.largest_scale = 1000})}},
      {"bits_u32", "pixels", "32 bits", {stored(wide(false)), verdict("")}},
      {"bits_s32", "pixels", "32 bits, signed", {stored(wide(true))}},
      {"float_pixels",
       "pixels",
       "Float Pixel Data",
       {modality("MR"), stored({.cell = Cell::float32, .bits_allocated = 32, .bits_stored = 32})}},
      {"double_pixels",
       "pixels",
       "Double Float Pixel Data",
       {modality("MR"), stored({.cell = Cell::float64, .bits_allocated = 64, .bits_stored = 64})}},
      {"mask",
       "pixels",
       "1 bit a voxel",
       {base([](Base& b, Random&) { b.columns = 13; }),
        stored({.cell = Cell::bit, .bits_allocated = 1, .bits_stored = 1, .is_signed = false})}},
      {"fractional_rescale", "pixels", "values between whole numbers", {rescale(0.37, -12.5)}},
      {"negative_slope", "pixels", "a slope below 0", {rescale(-1.5, 400)}},
      {"slope_of_each_slice",
       "pixels",
       "PET: each slice has its own slope",
       {modality("PT"), stored({.is_signed = false}), own_slopes, shuffle_files()}},
      {"monochrome1",
       "pixels",
       "values stay, whatever is shown bright",
       {set("PhotometricInterpretation", "MONOCHROME1")}},
      {"padding_value",
       "pixels",
       "Pixel Padding Value is a value",
       {stored({.largest_scale = 10}), set("PixelPaddingValue", "-2000")}},
      {"modality_lut",
       "pixels",
       "values by a Modality LUT",
       {stored(u8), rescale(3, 100), each(lookup_table)}},
      {"rgb", "colour", "red, green, blue", {stored(coloured(Colour::rgb))}},
      {"rgb_planar", "colour", "plane after plane", {stored(coloured(Colour::planar))}},
      {"ybr_full",
       "colour",
       "luminance and chrominance",
       {stored(coloured(Colour::ybr_full)),
        fact([](Facts& facts) { facts.tolerance_values = 2; })}},
      {"palette", "colour", "a palette expands", {stored(coloured(Colour::palette))}},
      {"rgb_rle",
       "colour",
       "red, green, blue in RLE",
       {stored(coloured(Colour::rgb)), syntax(transfer_syntax::rle)}},
  };
}

}  // namespace dcmflow::cases
