#include "stages/codecs/codecs.h"

#include <algorithm>
#include <array>

#include "stages/codecs/decoders.h"

namespace dcmflow {

namespace {

constexpr bool native = false;
constexpr bool encapsulated = true;
constexpr bool lossless = false;
constexpr bool lossy = true;
constexpr DecodeFrame none = nullptr;

// PS3.6 table A-1, in order of UID. The JPEG processes with arithmetic coding or hierarchical
// frames are retired and nobody decodes them. The video syntaxes spread one stream over all frames,
// so no frame can be decoded on its own.
constexpr std::array rows = {
    TransferSyntax{"1.2.840.10008.1.2", "Implicit VR Little Endian", native, lossless, none},
    TransferSyntax{"1.2.840.10008.1.2.1", "Explicit VR Little Endian", native, lossless, none},
    TransferSyntax{"1.2.840.10008.1.2.1.98", "Encapsulated Uncompressed Explicit VR Little Endian",
                   encapsulated, lossless, decode_uncompressed, true},
    TransferSyntax{"1.2.840.10008.1.2.1.99", "Deflated Explicit VR Little Endian", native, lossless,
                   none},
    TransferSyntax{"1.2.840.10008.1.2.2", "Explicit VR Big Endian", native, lossless, none},
    TransferSyntax{"1.2.840.10008.1.2.4.50", "JPEG Baseline (Process 1)", encapsulated, lossy,
                   decode_jpeg, false, jpeg_colour},
    TransferSyntax{"1.2.840.10008.1.2.4.51", "JPEG Extended (Process 2 & 4)", encapsulated, lossy,
                   decode_jpeg, false, jpeg_colour},
    TransferSyntax{"1.2.840.10008.1.2.4.52", "JPEG Extended (Process 3 & 5)", encapsulated, lossy,
                   none},
    TransferSyntax{"1.2.840.10008.1.2.4.53",
                   "JPEG Spectral Selection, Non-Hierarchical (Process 6 & 8)", encapsulated, lossy,
                   decode_jpeg, false, jpeg_colour},
    TransferSyntax{"1.2.840.10008.1.2.4.54",
                   "JPEG Spectral Selection, Non-Hierarchical (Process 7 & 9)", encapsulated, lossy,
                   none},
    TransferSyntax{"1.2.840.10008.1.2.4.55",
                   "JPEG Full Progression, Non-Hierarchical (Process 10 & 12)", encapsulated, lossy,
                   decode_jpeg, false, jpeg_colour},
    TransferSyntax{"1.2.840.10008.1.2.4.56",
                   "JPEG Full Progression, Non-Hierarchical (Process 11 & 13)", encapsulated, lossy,
                   none},
    TransferSyntax{"1.2.840.10008.1.2.4.57", "JPEG Lossless, Non-Hierarchical (Process 14)",
                   encapsulated, lossless, decode_jpeg},
    TransferSyntax{"1.2.840.10008.1.2.4.58", "JPEG Lossless, Non-Hierarchical (Process 15)",
                   encapsulated, lossless, none},
    TransferSyntax{"1.2.840.10008.1.2.4.59", "JPEG Extended, Hierarchical (Process 16 & 18)",
                   encapsulated, lossy, none},
    TransferSyntax{"1.2.840.10008.1.2.4.60", "JPEG Extended, Hierarchical (Process 17 & 19)",
                   encapsulated, lossy, none},
    TransferSyntax{"1.2.840.10008.1.2.4.61",
                   "JPEG Spectral Selection, Hierarchical (Process 20 & 22)", encapsulated, lossy,
                   none},
    TransferSyntax{"1.2.840.10008.1.2.4.62",
                   "JPEG Spectral Selection, Hierarchical (Process 21 & 23)", encapsulated, lossy,
                   none},
    TransferSyntax{"1.2.840.10008.1.2.4.63",
                   "JPEG Full Progression, Hierarchical (Process 24 & 26)", encapsulated, lossy,
                   none},
    TransferSyntax{"1.2.840.10008.1.2.4.64",
                   "JPEG Full Progression, Hierarchical (Process 25 & 27)", encapsulated, lossy,
                   none},
    TransferSyntax{"1.2.840.10008.1.2.4.65", "JPEG Lossless, Hierarchical (Process 28)",
                   encapsulated, lossless, none},
    TransferSyntax{"1.2.840.10008.1.2.4.66", "JPEG Lossless, Hierarchical (Process 29)",
                   encapsulated, lossless, none},
    TransferSyntax{"1.2.840.10008.1.2.4.70",
                   "JPEG Lossless, Non-Hierarchical, First-Order Prediction "
                   "(Process 14 [Selection Value 1])",
                   encapsulated, lossless, decode_jpeg},
    TransferSyntax{"1.2.840.10008.1.2.4.80", "JPEG-LS Lossless Image Compression", encapsulated,
                   lossless, decode_jpeg_ls},
    TransferSyntax{"1.2.840.10008.1.2.4.81", "JPEG-LS Lossy (Near-Lossless) Image Compression",
                   encapsulated, lossy, decode_jpeg_ls},
    TransferSyntax{"1.2.840.10008.1.2.4.90", "JPEG 2000 Image Compression (Lossless Only)",
                   encapsulated, lossless, decode_jpeg_2000},
    TransferSyntax{"1.2.840.10008.1.2.4.91", "JPEG 2000 Image Compression", encapsulated, lossy,
                   decode_jpeg_2000},
    TransferSyntax{"1.2.840.10008.1.2.4.92",
                   "JPEG 2000 Part 2 Multi-component Image Compression (Lossless Only)",
                   encapsulated, lossless, none},
    TransferSyntax{"1.2.840.10008.1.2.4.93", "JPEG 2000 Part 2 Multi-component Image Compression",
                   encapsulated, lossy, none},
    TransferSyntax{"1.2.840.10008.1.2.4.94", "JPIP Referenced", encapsulated, lossy, none},
    TransferSyntax{"1.2.840.10008.1.2.4.95", "JPIP Referenced Deflate", encapsulated, lossy, none},
    TransferSyntax{"1.2.840.10008.1.2.4.100", "MPEG2 Main Profile / Main Level", encapsulated,
                   lossy, none},
    TransferSyntax{"1.2.840.10008.1.2.4.100.1", "Fragmentable MPEG2 Main Profile / Main Level",
                   encapsulated, lossy, none},
    TransferSyntax{"1.2.840.10008.1.2.4.101", "MPEG2 Main Profile / High Level", encapsulated,
                   lossy, none},
    TransferSyntax{"1.2.840.10008.1.2.4.101.1", "Fragmentable MPEG2 Main Profile / High Level",
                   encapsulated, lossy, none},
    TransferSyntax{"1.2.840.10008.1.2.4.102", "MPEG-4 AVC/H.264 High Profile / Level 4.1",
                   encapsulated, lossy, none},
    TransferSyntax{"1.2.840.10008.1.2.4.102.1",
                   "Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.1", encapsulated, lossy,
                   none},
    TransferSyntax{"1.2.840.10008.1.2.4.103",
                   "MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1", encapsulated, lossy,
                   none},
    TransferSyntax{"1.2.840.10008.1.2.4.103.1",
                   "Fragmentable MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1",
                   encapsulated, lossy, none},
    TransferSyntax{"1.2.840.10008.1.2.4.104",
                   "MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video", encapsulated, lossy,
                   none},
    TransferSyntax{"1.2.840.10008.1.2.4.104.1",
                   "Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video",
                   encapsulated, lossy, none},
    TransferSyntax{"1.2.840.10008.1.2.4.105",
                   "MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video", encapsulated, lossy,
                   none},
    TransferSyntax{"1.2.840.10008.1.2.4.105.1",
                   "Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video",
                   encapsulated, lossy, none},
    TransferSyntax{"1.2.840.10008.1.2.4.106", "MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2",
                   encapsulated, lossy, none},
    TransferSyntax{"1.2.840.10008.1.2.4.106.1",
                   "Fragmentable MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2", encapsulated,
                   lossy, none},
    TransferSyntax{"1.2.840.10008.1.2.4.107", "HEVC/H.265 Main Profile / Level 5.1", encapsulated,
                   lossy, none},
    TransferSyntax{"1.2.840.10008.1.2.4.108", "HEVC/H.265 Main 10 Profile / Level 5.1",
                   encapsulated, lossy, none},
    TransferSyntax{"1.2.840.10008.1.2.4.110", "JPEG XL Lossless", encapsulated, lossless, none},
    TransferSyntax{"1.2.840.10008.1.2.4.111", "JPEG XL JPEG Recompression", encapsulated, lossy,
                   none},
    TransferSyntax{"1.2.840.10008.1.2.4.112", "JPEG XL", encapsulated, lossy, none},
    TransferSyntax{"1.2.840.10008.1.2.4.201",
                   "High-Throughput JPEG 2000 Image Compression (Lossless Only)", encapsulated,
                   lossless, decode_jpeg_2000},
    TransferSyntax{"1.2.840.10008.1.2.4.202",
                   "High-Throughput JPEG 2000 with RPCL Options Image Compression (Lossless Only)",
                   encapsulated, lossless, decode_jpeg_2000},
    TransferSyntax{"1.2.840.10008.1.2.4.203", "High-Throughput JPEG 2000 Image Compression",
                   encapsulated, lossy, decode_jpeg_2000},
    TransferSyntax{"1.2.840.10008.1.2.4.204", "JPIP HTJ2K Referenced", encapsulated, lossy, none},
    TransferSyntax{"1.2.840.10008.1.2.4.205", "JPIP HTJ2K Referenced Deflate", encapsulated, lossy,
                   none},
    TransferSyntax{"1.2.840.10008.1.2.5", "RLE Lossless", encapsulated, lossless, decode_rle, true},
    TransferSyntax{"1.2.840.10008.1.2.7.1",
                   "SMPTE ST 2110-20 Uncompressed Progressive Active Video", encapsulated, lossless,
                   none},
    TransferSyntax{"1.2.840.10008.1.2.7.2", "SMPTE ST 2110-20 Uncompressed Interlaced Active Video",
                   encapsulated, lossless, none},
    TransferSyntax{"1.2.840.10008.1.2.8.1", "Deflated Image Frame Compression", encapsulated,
                   lossless, decode_deflated_frame, true},
    TransferSyntax{"1.2.840.10008.1.20", "Papyrus 3 Implicit VR Little Endian", native, lossless,
                   none},
};

}  // namespace

std::span<const TransferSyntax> transfer_syntaxes() { return rows; }

const TransferSyntax* find_transfer_syntax(std::string_view uid) {
  const auto row = std::ranges::find(rows, uid, &TransferSyntax::uid);
  return row == rows.end() ? nullptr : &*row;
}

}  // namespace dcmflow
