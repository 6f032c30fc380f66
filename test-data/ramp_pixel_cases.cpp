#include <algorithm>
#include <array>

#include "test-data/ramp/file_bytes.h"
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

// Position k ends with an empty value.
void trailing_backslash(File& file, unsigned /*k*/) {
  file.attributes.push_back({"ImagePositionPatient", text_of(file.frames.front().position) + "\\"});
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

std::vector<RampCase> pixels() {
  return {
      {"bits_u8", "pixels", "8 bits", {stored(u8)}},
      {"bits_s8", "pixels", "8 bits, signed", {stored({.bits_allocated = 8, .bits_stored = 8})}},
      {"bits_u12", "pixels", "12 of 16 bits", {stored(u12), rescale(1, -1024)}},
      {"bits_s12", "pixels", "12 of 16 bits, signed", {stored(s12)}},
      {"junk_above_u12",
       "pixels",
       "bits above the stored ones are no value",
       {stored(with_junk(u12)), flag("bits_masked")}},
      {"junk_above_s12",
       "pixels",
       "the same, signed",
       {stored(with_junk(s12)), flag("bits_masked")}},
      {"high_bit_13",
       "pixels",
       "stored bits that do not lie lowest",
       {stored(with_junk(u12, 2)), flag("bits_masked")}},
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
  };
}

std::vector<RampCase> rescales() {
  return {
      {"fractional_rescale", "pixels", "values between whole numbers", {rescale(0.37, -12.5)}},
      {"negative_slope", "pixels", "a slope below 0", {rescale(-1.5, 400)}},
      {"slope_of_each_slice",
       "pixels",
       "PET: each slice has its own slope",
       {modality("PT"), stored({.is_signed = false}), own_slopes, shuffle_files()}},
      {"slope_zero",
       "pixels",
       "a slope of 0 makes no values: those that are stored",
       {set("RescaleSlope", "0"), verdict("warn"), flag("rescale_unusable")}},
      {"slope_with_comma",
       "pixels",
       "nor does a decimal comma",
       {set("RescaleSlope", "0,5"), verdict("warn"), flag("rescale_unusable")}},
      {"slope_zero_of_tilted_slices",
       "pixels",
       "made upright, the corners hold no value below those that are stored",
       {tilt('c', 1, 12, 20), set("RescaleSlope", "0"), verdict("warn"), flag("rescale_unusable")}},
      {"slope_missing_in_one",
       "pixels",
       "one slice has no rescale: no image",
       {rescale(2.5, -10), each([](File& file, unsigned k) {
          if (k == 2) file.attributes.push_back({"RescaleSlope", std::nullopt});
        }),
        refuse("rescale_unclear")}},
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
  };
}

std::vector<RampCase> colours() {
  return {
      {"rgb", "colour", "red, green, blue", {stored(coloured(Colour::rgb))}},
      {"rgb_planar", "colour", "plane after plane", {stored(coloured(Colour::planar))}},
      {"ybr_full",
       "colour",
       "luminance and chrominance",
       {stored(coloured(Colour::ybr_full)),
        fact([](Facts& facts) { facts.tolerance_values = 2; })}},
      {"rgb_missing_one",
       "colour",
       "a gap in colour is filled as any other",
       {stored(coloured(Colour::rgb)), slices(8), missing({3})}},
      {"palette", "colour", "a palette expands", {stored(coloured(Colour::palette))}},
      {"jpeg_called_rgb",
       "colour",
       "a JPEG in YCbCr that is said to be RGB",
       {base([](Base& b, Random&) {
          b.columns = 64;
          b.rows = 48;
        }),
        stored(coloured(Colour::rgb)), syntax(transfer_syntax::jpeg_baseline),
        each([](File& file, unsigned) { file.damage = call_rgb; }),
        fact([](Facts& facts) { facts.tolerance_values = 8; }), verdict("warn"),
        flag("colour_of_codestream")}},
      {"rgb_rle",
       "colour",
       "red, green, blue in RLE",
       {stored(coloured(Colour::rgb)), syntax(transfer_syntax::rle)}},
  };
}

std::vector<RampCase> odd_values() {
  return {
      {"trailing_backslash",
       "odd values",
       "a position with an empty fourth value",
       {each(trailing_backslash)}},
      {"no_frames_said",
       "odd values",
       "Number of Frames is 0, the pixels are of one",
       {set("NumberOfFrames", "0")}},
      {"no_study",
       "odd values",
       "no Study Instance UID: the files of a folder are one study",
       {unset("StudyInstanceUID"), flag("study_uid_made")}},
      {"pixels_of_unknown_vr",
       "odd values",
       "the VR of Pixel Data is none that there is",
       {each([](File& file, unsigned) {
         file.damage = [](std::vector<std::uint8_t>& bytes) {
           constexpr std::array<std::uint8_t, 6> pixel_data{0xE0, 0x7F, 0x10, 0x00, 'O', 'W'};
           const auto at =
               std::search(bytes.begin(), bytes.end(), pixel_data.begin(), pixel_data.end());
           if (at != bytes.end()) at[5] = 'X';
         };
       })}},
  };
}

}  // namespace

std::vector<RampCase> pixel_cases() {
  std::vector<RampCase> all;
  for (const auto part : {pixels, rescales, colours, odd_values})
    for (RampCase& row : part()) all.push_back(std::move(row));
  return all;
}

}  // namespace dcmflow::cases
