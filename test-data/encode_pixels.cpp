#include "test-data/encode_pixels.h"

#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>
#include <dcmtk/dcmdata/dcrleerg.h>
#include <dcmtk/dcmdata/dcrlerp.h>
#include <dcmtk/dcmimage/diregist.h>  // colour, for the lossy encoders
#include <dcmtk/dcmjpeg/djencode.h>
#include <dcmtk/dcmjpeg/djrplol.h>
#include <dcmtk/dcmjpeg/djrploss.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "test-data/dicom_builder.h"
#include "test-data/encode_frame.h"

namespace dcmflow {
namespace {

void check(const OFCondition& condition, const std::string& what) {
  if (condition.bad()) throw std::runtime_error(what + ": " + condition.text());
}

// The encoders that DCMTK has, and how they are asked.
struct DcmtkEncoder {
  std::string_view transfer_syntax;
  std::unique_ptr<DcmRepresentationParameter> (*parameter)();
};

template <class Parameter, auto... arguments>
std::unique_ptr<DcmRepresentationParameter> parameter() {
  return std::make_unique<Parameter>(arguments...);
}

constexpr DcmtkEncoder dcmtk_encoders[] = {
    {transfer_syntax::rle, parameter<DcmRLERepresentationParameter>},
    {transfer_syntax::jpeg_baseline, parameter<DJ_RPLossy, 95>},
    {transfer_syntax::jpeg_extended, parameter<DJ_RPLossy, 95>},
    {transfer_syntax::jpeg_lossless, parameter<DJ_RPLossless, 6, 0>},
    {transfer_syntax::jpeg_lossless_sv1, parameter<DJ_RPLossless, 1, 0>},
};

// Those that are called frame by frame.
struct FrameEncoder {
  std::string_view transfer_syntax;
  std::vector<std::uint8_t> (*encode)(std::span<const std::uint8_t> frame, const FrameShape& shape);
};

constexpr FrameEncoder frame_encoders[] = {
    {transfer_syntax::jpeg_ls, encode_jpeg_ls},
    {transfer_syntax::jpeg_ls_near, encode_jpeg_ls_near},
    {transfer_syntax::jpeg_2000_lossless, encode_jpeg_2000_lossless},
    {transfer_syntax::jpeg_2000, encode_jpeg_2000},
    {transfer_syntax::htj2k_lossless, encode_htj2k_lossless},
    {transfer_syntax::htj2k_rpcl, encode_htj2k_rpcl},
    {transfer_syntax::htj2k, encode_htj2k},
};

std::vector<std::uint8_t> native_frame(std::span<const std::uint8_t> frame,
                                       const FrameShape& /*shape*/) {
  return {frame.begin(), frame.end()};
}

// Registers the encoders once a process; none of them may invent a SOP Instance UID.
void register_encoders() {
  static const bool registered = [] {
    DcmRLEEncoderRegistration::registerCodecs(OFFalse);
    DJEncoderRegistration::registerCodecs(ECC_lossyYCbCr, EUC_never);
    return true;
  }();
  static_cast<void>(registered);
}

unsigned number(DcmDataset& dataset, const DcmTagKey& tag, unsigned otherwise) {
  Uint16 value = 0;
  return dataset.findAndGetUint16(tag, value).good() ? value : otherwise;
}

FrameShape frame_shape(DcmDataset& dataset) {
  FrameShape shape{.columns = number(dataset, DCM_Columns, 0),
                   .rows = number(dataset, DCM_Rows, 0),
                   .samples = number(dataset, DCM_SamplesPerPixel, 1),
                   .bits_allocated = number(dataset, DCM_BitsAllocated, 16),
                   .bits_stored = number(dataset, DCM_BitsStored, 16),
                   .is_signed = number(dataset, DCM_PixelRepresentation, 0) == 1};
  // Stored bits that do not lie lowest: the whole cell is the sample.
  if (number(dataset, DCM_HighBit, shape.bits_stored - 1) + 1 != shape.bits_stored) {
    shape.bits_stored = shape.bits_allocated;
    shape.is_signed = false;
  }
  return shape;
}

void check_shape(DcmDataset& dataset, const FrameShape& shape) {
  if (number(dataset, DCM_PlanarConfiguration, 0) != 0)
    throw std::runtime_error("Planar Configuration 1 is not compressed, expected 0");
  const bool is_possible = (shape.bits_allocated == 8 || shape.bits_allocated == 16) &&
                           shape.bits_stored >= 2 && shape.bits_stored <= shape.bits_allocated &&
                           (shape.samples == 1 || shape.samples == 3) && shape.columns > 0 &&
                           shape.rows > 0;
  if (!is_possible)
    throw std::runtime_error("no frame to compress: " + std::to_string(shape.columns) + " x " +
                             std::to_string(shape.rows) + " x " + std::to_string(shape.samples) +
                             " of " + std::to_string(shape.bits_stored) + " bits in " +
                             std::to_string(shape.bits_allocated));
}

std::vector<std::span<const std::uint8_t>> split_frames(DcmDataset& dataset,
                                                        std::span<const std::uint8_t> native) {
  const FrameShape shape = frame_shape(dataset);
  const std::size_t frame_bytes =
      std::size_t{shape.columns} * shape.rows * shape.samples * shape.bits_allocated / 8;
  Sint32 frames = 1;
  if (dataset.findAndGetSint32(DCM_NumberOfFrames, frames).bad()) frames = 1;
  const auto count = static_cast<std::size_t>(std::max(frames, 1));
  if (native.size() < count * frame_bytes)
    throw std::runtime_error("pixel data has " + std::to_string(native.size()) +
                             " bytes, expected " + std::to_string(count * frame_bytes));
  std::vector<std::span<const std::uint8_t>> result;
  for (std::size_t i = 0; i < count; ++i)
    result.push_back(native.subspan(i * frame_bytes, frame_bytes));
  return result;
}

void insert_native(DcmDataset& dataset, std::span<const std::uint8_t> native) {
  const bool is_byte = number(dataset, DCM_BitsAllocated, 16) <= 8;
  auto pixel_data =
      std::make_unique<DcmPixelData>(DcmTag(DCM_PixelData, is_byte ? EVR_OB : EVR_OW));
  std::vector<Uint16> words(is_byte ? 0 : (native.size() + 1) / 2);
  if (!words.empty()) std::memcpy(words.data(), native.data(), native.size());
  check(is_byte ? pixel_data->putUint8Array(native.data(), native.size())
                : pixel_data->putUint16Array(words.data(), words.size()),
        "PixelData");
  check(dataset.insert(pixel_data.release(), OFTrue), "PixelData");
}

// A pixel sequence of our own making: a Basic Offset Table, then one fragment a frame (PS3.5 A.4).
void insert_fragments(DcmDataset& dataset, std::vector<std::vector<std::uint8_t>> fragments) {
  auto sequence = std::make_unique<DcmPixelSequence>(DcmTag(DCM_PixelData, EVR_OB));
  auto offset_table = std::make_unique<DcmPixelItem>(DcmTag(DCM_PixelItemTag, EVR_OB));
  DcmPixelItem& table = *offset_table;
  check(sequence->insert(offset_table.release()), "Basic Offset Table");
  DcmOffsetList offsets;
  for (auto& fragment : fragments)
    check(sequence->storeCompressedFrame(offsets, fragment.data(),
                                         static_cast<Uint32>(fragment.size()), 0),
          "fragment");
  check(table.createOffsetTable(offsets), "Basic Offset Table");
  auto pixel_data = std::make_unique<DcmPixelData>(DcmTag(DCM_PixelData, EVR_OB));
  pixel_data->putOriginalRepresentation(EXS_JPEG2000LosslessOnly, nullptr, sequence.release());
  check(dataset.insert(pixel_data.release(), OFTrue), "PixelData");
}

bool is_native(E_TransferSyntax encoding) {
  return encoding == EXS_LittleEndianImplicit || encoding == EXS_LittleEndianExplicit ||
         encoding == EXS_BigEndianExplicit || encoding == EXS_DeflatedLittleEndianExplicit;
}

}  // namespace

E_TransferSyntax dataset_encoding(std::string_view transfer_syntax) {
  const E_TransferSyntax known = DcmXfer(std::string(transfer_syntax).c_str()).getXfer();
  return is_native(known) ? known : EXS_JPEG2000LosslessOnly;
}

E_TransferSyntax encode_pixels(DcmDataset& dataset, std::span<const std::uint8_t> native,
                               std::string_view transfer_syntax) {
  const E_TransferSyntax known = DcmXfer(std::string(transfer_syntax).c_str()).getXfer();
  if (is_native(known)) {
    insert_native(dataset, native);
    return known;
  }
  const auto frames = split_frames(dataset, native);
  const auto* encoder =
      std::ranges::find(dcmtk_encoders, transfer_syntax, &DcmtkEncoder::transfer_syntax);
  if (encoder != std::end(dcmtk_encoders)) {
    register_encoders();
    insert_native(dataset, native);
    check(dataset.chooseRepresentation(known, encoder->parameter().get()),
          std::string(transfer_syntax));
    dataset.removeAllButCurrentRepresentations();
    return known;
  }
  const FrameShape shape = frame_shape(dataset);
  const auto* named =
      std::ranges::find(frame_encoders, transfer_syntax, &FrameEncoder::transfer_syntax);
  const auto encode = named == std::end(frame_encoders) ? native_frame : named->encode;
  if (encode != native_frame) check_shape(dataset, shape);
  std::vector<std::vector<std::uint8_t>> fragments;
  fragments.reserve(frames.size());
  for (const auto& frame : frames) fragments.push_back(encode(frame, shape));
  insert_fragments(dataset, std::move(fragments));
  return EXS_JPEG2000LosslessOnly;
}

}  // namespace dcmflow
