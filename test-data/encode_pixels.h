#pragma once
// Puts pixel data into a DCMTK data set, native or compressed.

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdatset.h>

#include <cstdint>
#include <span>
#include <string_view>

namespace dcmflow {

// Inserts Pixel Data into `dataset`, in the form of `transfer_syntax` (see DicomBuilder::bytes),
// and returns DCMTK's name for the encoding in which the data set is to be written. REQUIRES:
// `native` is little endian. Throws std::runtime_error when a compression lacks bytes or its
// encoder fails. Lossy encoders change attributes (Image Type, Lossy Image Compression, rescale).
E_TransferSyntax encode_pixels(DcmDataset& dataset, std::span<const std::uint8_t> native,
                               std::string_view transfer_syntax);

// The encoding in which a data set without pixels is written.
E_TransferSyntax dataset_encoding(std::string_view transfer_syntax);

}  // namespace dcmflow
