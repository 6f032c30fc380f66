// What goes into DicomBuilder::pixels comes out of each transfer syntax, as independent decoders
// see it.

#include <charls/charls.h>
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcpxitem.h>
#include <dcmtk/dcmdata/dcrledrg.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmjpeg/djdecode.h>
#include <gtest/gtest.h>
#include <openjpeg.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "test-data/dicom_builder.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

struct Layout {
  std::string_view name;
  int columns, rows, frames;
  int bits_allocated, bits_stored;
  bool is_signed;
};

constexpr Layout signed_16{"signed_16", 37, 21, 1, 16, 16, true};
constexpr Layout unsigned_16{"unsigned_16", 16, 33, 3, 16, 16, false};
constexpr Layout unsigned_12{"unsigned_12", 40, 30, 2, 16, 12, false};
constexpr Layout signed_12{"signed_12", 40, 30, 2, 16, 12, true};
constexpr Layout unsigned_8{"unsigned_8", 33, 17, 3, 8, 8, false};
constexpr Layout one_pixel{"one_pixel", 1, 1, 1, 16, 16, true};

int lowest(const Layout& layout) { return layout.is_signed ? -(1 << (layout.bits_stored - 1)) : 0; }

// Both ends of the range, and a slope with some texture between them.
std::vector<std::int32_t> test_values(const Layout& layout) {
  const int count = layout.columns * layout.rows * layout.frames;
  const int range = 1 << layout.bits_stored;
  std::vector<std::int32_t> values;
  values.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i)
    values.push_back(lowest(layout) +
                     static_cast<int>((std::int64_t{i} * range / count + i * i % 23) % range));
  values.front() = lowest(layout);
  values.back() = lowest(layout) + range - 1;
  return values;
}

DicomBuilder build(const Layout& layout, const std::vector<std::int32_t>& values) {
  DicomBuilder builder;
  builder.set("Columns", std::to_string(layout.columns))
      .set("Rows", std::to_string(layout.rows))
      .set("NumberOfFrames", std::to_string(layout.frames))
      .set("BitsAllocated", std::to_string(layout.bits_allocated))
      .set("BitsStored", std::to_string(layout.bits_stored))
      .set("HighBit", std::to_string(layout.bits_stored - 1))
      .set("PixelRepresentation", layout.is_signed ? "1" : "0");
  if (layout.bits_allocated == 16) return builder.pixels16(values);
  return builder.pixels(std::vector<std::uint8_t>(values.begin(), values.end()));
}

void register_decoders() {
  static const bool registered = [] {
    DcmRLEDecoderRegistration::registerCodecs();
    DJDecoderRegistration::registerCodecs(EDC_photometricInterpretation, EUC_never);
    return true;
  }();
  static_cast<void>(registered);
}

std::vector<std::int32_t> values_of(const Uint8* bytes, std::size_t count, const Layout& layout) {
  std::vector<std::int32_t> values;
  for (std::size_t i = 0; i < count; ++i) {
    std::uint16_t word = 0;
    if (layout.bits_allocated == 8)
      word = bytes[i];
    else
      std::memcpy(&word, bytes + 2 * i, 2);
    const int unused =
        16 - layout.bits_stored;  // decoders leave nothing, or the sign, above the stored bits
    const auto shifted = static_cast<std::uint16_t>(word << unused);
    values.push_back(layout.is_signed ? static_cast<std::int16_t>(shifted) >> unused
                                      : shifted >> unused);
  }
  return values;
}

std::size_t voxel_count(const Layout& layout) {
  return static_cast<std::size_t>(layout.columns) * layout.rows * layout.frames;
}

// The stored values that DCMTK decodes.
std::vector<std::int32_t> decode_by_dcmtk(DcmDataset& dataset, const Layout& layout) {
  register_decoders();
  const auto status = dataset.chooseRepresentation(EXS_LittleEndianExplicit, nullptr);
  EXPECT_TRUE(status.good()) << status.text();
  const Uint8* bytes = nullptr;
  if (layout.bits_allocated == 16) {
    const Uint16* words = nullptr;
    EXPECT_TRUE(dataset.findAndGetUint16Array(DCM_PixelData, words).good());
    bytes = reinterpret_cast<const Uint8*>(words);
  } else {
    EXPECT_TRUE(dataset.findAndGetUint8Array(DCM_PixelData, bytes).good());
  }
  return bytes == nullptr ? std::vector<std::int32_t>{}
                          : values_of(bytes, voxel_count(layout), layout);
}

std::vector<std::vector<std::uint8_t>> fragments_of(DcmDataset& dataset) {
  DcmElement* element = nullptr;
  EXPECT_TRUE(dataset.findAndGetElement(DCM_PixelData, element).good());
  DcmPixelSequence* sequence = nullptr;
  EXPECT_TRUE(dynamic_cast<DcmPixelData&>(*element)
                  .getEncapsulatedRepresentation(dataset.getOriginalXfer(), nullptr, sequence)
                  .good());
  std::vector<std::vector<std::uint8_t>> fragments;
  for (unsigned long i = 1; i < sequence->card(); ++i) {
    DcmPixelItem* item = nullptr;
    Uint8* bytes = nullptr;
    EXPECT_TRUE(sequence->getItem(item, i).good());
    EXPECT_TRUE(item->getUint8Array(bytes).good());
    fragments.emplace_back(bytes, bytes + item->getLength());
  }
  return fragments;
}

struct Source {
  const std::vector<std::uint8_t>& bytes;
  std::size_t position = 0;
};

OPJ_SIZE_T read_source(void* buffer, OPJ_SIZE_T count, void* user) {
  auto& source = *static_cast<Source*>(user);
  const std::size_t given = std::min(count, source.bytes.size() - source.position);
  std::memcpy(buffer, source.bytes.data() + source.position, given);
  source.position += given;
  return given == 0 ? static_cast<OPJ_SIZE_T>(-1) : given;
}

std::vector<std::int32_t> decode_by_openjpeg(const std::vector<std::uint8_t>& code_stream,
                                             const Layout& /*layout*/) {
  Source source{code_stream};
  opj_stream_t* stream = opj_stream_default_create(OPJ_TRUE);
  opj_stream_set_user_data(stream, &source, nullptr);
  opj_stream_set_user_data_length(stream, code_stream.size());
  opj_stream_set_read_function(stream, read_source);
  opj_codec_t* codec = opj_create_decompress(OPJ_CODEC_J2K);
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  opj_image_t* image = nullptr;
  std::vector<std::int32_t> values;
  if (opj_setup_decoder(codec, &parameters) && opj_read_header(stream, codec, &image) &&
      opj_decode(codec, stream, image)) {
    const auto& component = image->comps[0];
    values.assign(component.data, component.data + std::size_t{component.w} * component.h);
  }
  opj_image_destroy(image);
  opj_destroy_codec(codec);
  opj_stream_destroy(stream);
  return values;
}

std::vector<std::int32_t> decode_by_charls(const std::vector<std::uint8_t>& stream,
                                           const Layout& layout) {
  charls::jpegls_decoder decoder(stream, true);
  EXPECT_EQ(decoder.frame_info().bits_per_sample, layout.bits_stored);
  std::vector<std::uint8_t> bytes(decoder.destination_size());
  decoder.decode(bytes);
  return values_of(bytes.data(), bytes.size() * 8 / static_cast<std::size_t>(layout.bits_allocated),
                   layout);
}

struct FrameDecoder {
  std::string_view transfer_syntax;
  std::vector<std::int32_t> (*decode)(const std::vector<std::uint8_t>&, const Layout&);
};

constexpr FrameDecoder frame_decoders[] = {
    {transfer_syntax::jpeg_2000_lossless, decode_by_openjpeg},
    {transfer_syntax::jpeg_2000, decode_by_openjpeg},
    {transfer_syntax::htj2k_lossless, decode_by_openjpeg},
    {transfer_syntax::htj2k_rpcl, decode_by_openjpeg},
    {transfer_syntax::htj2k, decode_by_openjpeg},
    {transfer_syntax::jpeg_ls, decode_by_charls},
    {transfer_syntax::jpeg_ls_near, decode_by_charls},
};

std::vector<std::int32_t> decode(const DicomBuilder& builder, std::string_view syntax,
                                 const Layout& layout) {
  const TemporaryFolder folder;
  builder.save(folder / "file.dcm", syntax);
  DcmFileFormat file;
  EXPECT_TRUE(file.loadFile((folder / "file.dcm").c_str()).good());
  OFString written;
  EXPECT_TRUE(file.getMetaInfo()->findAndGetOFString(DCM_TransferSyntaxUID, written).good());
  EXPECT_EQ(written.c_str(), syntax);
  const auto* decoder = std::ranges::find(frame_decoders, syntax, &FrameDecoder::transfer_syntax);
  if (decoder == std::end(frame_decoders)) return decode_by_dcmtk(*file.getDataset(), layout);
  std::vector<std::int32_t> values;
  for (const auto& fragment : fragments_of(*file.getDataset())) {
    const auto frame = decoder->decode(fragment, layout);
    values.insert(values.end(), frame.begin(), frame.end());
  }
  return values;
}

class LosslessTransferSyntax : public testing::TestWithParam<std::string_view> {};

TEST_P(LosslessTransferSyntax, KeepsEveryStoredValue) {
  for (const Layout& layout :
       {signed_16, unsigned_16, unsigned_12, signed_12, unsigned_8, one_pixel}) {
    const auto values = test_values(layout);
    EXPECT_EQ(decode(build(layout, values), GetParam(), layout), values) << layout.name;
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, LosslessTransferSyntax,
    testing::Values(transfer_syntax::implicit_little, transfer_syntax::explicit_little,
                    transfer_syntax::explicit_big, transfer_syntax::deflated, transfer_syntax::rle,
                    transfer_syntax::jpeg_lossless, transfer_syntax::jpeg_lossless_sv1,
                    transfer_syntax::jpeg_ls, transfer_syntax::jpeg_2000_lossless,
                    transfer_syntax::htj2k_lossless, transfer_syntax::htj2k_rpcl));

struct Lossy {
  std::string_view syntax;
  Layout layout;
  int tolerance;  // in stored values
};

std::ostream& operator<<(std::ostream& stream, const Lossy& lossy) {
  return stream << lossy.syntax;
}

class LossyTransferSyntax : public testing::TestWithParam<Lossy> {};

// A smooth image: what a lossy encoder is made for.
TEST_P(LossyTransferSyntax, StaysCloseToTheStoredValues) {
  const auto& [syntax, layout, tolerance] = GetParam();
  std::vector<std::int32_t> values;
  const int count = layout.columns * layout.rows;
  values.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i)
    values.push_back(lowest(layout) + (1 << layout.bits_stored) *
                                          (i % layout.columns + i / layout.columns) /
                                          (layout.columns + layout.rows));
  const auto builder = build(layout, values);
  const auto decoded = decode(builder, syntax, layout);
  ASSERT_EQ(decoded.size(), values.size());
  int worst = 0;
  for (std::size_t i = 0; i < values.size(); ++i)
    worst = std::max(worst, std::abs(decoded[i] - values[i]));
  EXPECT_LE(worst, tolerance);
  EXPECT_LT(builder.bytes(syntax).size(), builder.bytes().size());
}

INSTANTIATE_TEST_SUITE_P(
    All, LossyTransferSyntax,
    testing::Values(Lossy{transfer_syntax::jpeg_baseline, {"8", 64, 48, 1, 8, 8, false}, 6},
                    Lossy{transfer_syntax::jpeg_extended, {"12", 64, 48, 1, 16, 12, false}, 60},
                    Lossy{transfer_syntax::jpeg_ls_near, {"12", 64, 48, 1, 16, 12, false}, 2},
                    Lossy{transfer_syntax::jpeg_ls_near, {"signed", 64, 48, 1, 16, 16, true}, 2},
                    Lossy{transfer_syntax::jpeg_2000, {"12", 64, 48, 1, 16, 12, false}, 60},
                    Lossy{transfer_syntax::htj2k, {"12", 64, 48, 1, 16, 12, false}, 12},
                    Lossy{transfer_syntax::htj2k, {"signed", 64, 48, 1, 16, 16, true}, 12}));

TEST(EncodePixels, PutsNativeFramesIntoFragmentsWhereItHasNoEncoder) {
  const auto values = test_values(unsigned_8);
  const TemporaryFolder folder;
  build(unsigned_8, values).save(folder / "file.dcm", transfer_syntax::encapsulated_uncompressed);
  DcmFileFormat file;
  ASSERT_TRUE(file.loadFile((folder / "file.dcm").c_str()).good());
  const auto fragments = fragments_of(*file.getDataset());
  ASSERT_EQ(fragments.size(), 3U);
  const std::size_t frame = 33 * 17;
  for (std::size_t f = 0; f < 3; ++f) {
    ASSERT_EQ(fragments[f].size(), frame + 1) << "an odd frame is padded";
    for (std::size_t i = 0; i < frame; ++i)
      ASSERT_EQ(fragments[f][i], values[f * frame + i]) << f << ", " << i;
  }
}

TEST(EncodePixels, CompressesColour) {
  DicomBuilder builder;
  builder.set("SamplesPerPixel", "3")
      .set("PhotometricInterpretation", "RGB")
      .set("PlanarConfiguration", "0");
  builder.set("BitsAllocated", "8")
      .set("BitsStored", "8")
      .set("HighBit", "7")
      .set("PixelRepresentation", "0");
  std::vector<std::uint8_t> rgb;
  for (std::uint8_t i = 0; i < 36; ++i) rgb.push_back(static_cast<std::uint8_t>(i * 7));
  builder.pixels(rgb);
  for (const auto syntax :
       {transfer_syntax::rle, transfer_syntax::jpeg_lossless_sv1, transfer_syntax::jpeg_ls}) {
    const Layout samples{"samples", 12, 3, 1, 8, 8, false};
    const auto decoded = decode(builder, syntax, samples);
    EXPECT_EQ(std::vector<std::uint8_t>(decoded.begin(), decoded.end()), rgb) << syntax;
  }
}

TEST(EncodePixels, RefusesToCompressTooFewBytes) {
  DicomBuilder builder;
  builder.pixels(std::vector<std::uint8_t>(23));
  for (const auto syntax : {transfer_syntax::rle, transfer_syntax::jpeg_2000_lossless})
    EXPECT_THROW(builder.bytes(syntax), std::runtime_error) << syntax;
  EXPECT_NO_THROW(builder.bytes(transfer_syntax::implicit_little));
}

}  // namespace
}  // namespace dcmflow
