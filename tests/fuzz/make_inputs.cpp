// make_fuzz_inputs FOLDER: writes the first inputs of the fuzz targets, FOLDER/<target>/<name>.
// Those that are texts, and what fuzzing found worth keeping, lie beside them.

#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "test-data/dicom_builder.h"
#include "test-data/encode_frame.h"
#include "tests/support/mosaic.h"
#include "tests/support/multi_frame.h"

namespace {

using namespace dcmflow;
using Bytes = std::vector<std::uint8_t>;
namespace syntax = dcmflow::transfer_syntax;

class Inputs {
 public:
  explicit Inputs(std::filesystem::path folder) : folder_(std::move(folder)) {}

  void add(const std::string& target, const std::string& name, const Bytes& bytes) const {
    std::filesystem::create_directories(folder_ / target);
    std::ofstream file(folder_ / target / name, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    if (!file.flush()) throw std::runtime_error("cannot be written: " + target + '/' + name);
  }
  void add(const std::string& target, const std::string& name, const std::string& text) const {
    add(target, name, Bytes(text.begin(), text.end()));
  }

 private:
  std::filesystem::path folder_;
};

Bytes joined(const std::vector<Bytes>& files) {
  Bytes all;
  for (const auto& file : files) all.insert(all.end(), file.begin(), file.end());
  return all;
}

// A series of three slices, and what of it an edit makes.
Bytes series(std::string_view transfer_syntax,
             const std::vector<std::pair<std::string, std::string>>& more = {}) {
  PhantomSeries phantom{.columns = 6, .rows = 5, .slices = 3, .seed = 0};
  const auto header = phantom_header(phantom);
  std::vector<Bytes> files;
  for (unsigned slice = 0; slice < phantom.slices; ++slice) {
    auto file = phantom_slice(phantom, header, slice);
    for (const auto& [keyword, text] : more) file.set(keyword, text);
    files.push_back(file.bytes(transfer_syntax));
  }
  return joined(files);
}

void add_files(const Inputs& inputs) {
  const std::pair<const char*, std::string_view> syntaxes[] = {
      {"implicit", syntax::implicit_little},
      {"explicit", syntax::explicit_little},
      {"big", syntax::explicit_big},
      {"deflated", syntax::deflated},
      {"rle", syntax::rle},
      {"jpeg_lossless", syntax::jpeg_lossless_sv1}};
  for (const auto& [name, uid] : syntaxes) inputs.add("files", name, series(uid));
  inputs.add("files", "same_uid", series(syntax::explicit_little, {{"SOPInstanceUID", "1.2.3.9"}}));
  inputs.add("files", "same_place",
             series(syntax::explicit_little, {{"ImagePositionPatient", "1\\2\\3"}}));
  inputs.add("files", "table",
             DicomBuilder()
                 .set_in("ModalityLUTSequence", 0, "LUTDescriptor", "16\\0\\16")
                 .set_in("ModalityLUTSequence", 0, "ModalityLUTType", "US")
                 .bytes());
  inputs.add("files", "palette",
             DicomBuilder().set("PhotometricInterpretation", "PALETTE COLOR").bytes());
  inputs.add("files", "undefined_lengths",
             enhanced_phantom({.series = {.columns = 4, .rows = 3, .slices = 3}, .order = {}})
                 .undefined_lengths()
                 .bytes());
  inputs.add(
      "files", "enhanced",
      enhanced_phantom({.series = {.columns = 4, .rows = 3, .slices = 3}, .order = {}}).bytes());
  const MosaicPhantom mosaic{.columns = 3, .rows = 2, .tiles = 3, .across = 2, .down = 2};
  auto file = mosaic_file(mosaic);
  set_csa(file, 0x10, csa_header(csa_image_elements(mosaic), CsaFormat::sv10));
  set_csa(file, 0x20, csa_header(csa_series_elements(mosaic), CsaFormat::sv10));
  inputs.add("files", "mosaic", file.bytes());
}

void add_vendor_headers(const Inputs& inputs) {
  const MosaicPhantom mosaic{.columns = 2, .rows = 2, .tiles = 3, .across = 2, .down = 2};
  for (const auto format : {CsaFormat::older, CsaFormat::sv10}) {
    // What is behind the header is read from its end: the choices.
    auto bytes = csa_header(csa_image_elements(mosaic), format);
    const auto half = bytes.size() / 2;
    bytes.insert(bytes.end(), half, 0xFF);
    inputs.add("vendor", format == CsaFormat::sv10 ? "sv10" : "older", bytes);
  }
}

// The frame, and the layout that codec_fuzz.cpp reads from the end.
void add_codecs(const Inputs& inputs) {
  constexpr std::uint8_t columns = 9;
  constexpr std::uint8_t rows = 7;
  Bytes frame;
  std::mt19937 random(1);
  for (unsigned i = 0; i < columns * rows; ++i) {
    frame.push_back(static_cast<std::uint8_t>(i % 5 == 0 ? random() : i));
    frame.push_back(static_cast<std::uint8_t>(i % 4));
  }
  const auto add = [&](const std::string& target, const std::string& name, Bytes codestream) {
    const Bytes layout{columns - 1, rows - 1, 1, 15, 0, 0};  // 16 bits, MONOCHROME2
    codestream.insert(codestream.end(), layout.begin(), layout.end());
    inputs.add(target, name, codestream);
  };
  DicomBuilder file;
  file.set("Columns", std::to_string(columns)).set("Rows", std::to_string(rows)).pixels(frame);
  // The codestream of the only frame: behind the empty offset table and the item's own header.
  const auto codestream_of = [&](std::string_view uid) {
    const auto bytes = file.bytes(uid);
    const Bytes item{0xFE, 0xFF, 0x00, 0xE0};
    auto at = std::find_end(bytes.begin(), bytes.end(), item.begin(), item.end());
    if (bytes.end() - at < 8) throw std::runtime_error("no fragment");
    const Bytes end{0xFE, 0xFF, 0xDD, 0xE0};
    return Bytes(at + 8, std::find_end(at, bytes.end(), end.begin(), end.end()));
  };
  add("rle", "frame", codestream_of(syntax::rle));
  add("jpeg", "lossless", codestream_of(syntax::jpeg_lossless));
  add("jpeg", "lossless_sv1", codestream_of(syntax::jpeg_lossless_sv1));
  add("jpeg_ls", "lossless", codestream_of(syntax::jpeg_ls));
  add("jpeg_2000", "lossless", codestream_of(syntax::jpeg_2000_lossless));
  add("jpeg_2000", "htj2k", codestream_of(syntax::htj2k_lossless));
  add("uncompressed", "frame", frame);
}

void add_others(const Inputs& inputs) {
  inputs.add("base64", "padded", std::string("eyJzZWxlY3Rpb25zIjogW119"));
  inputs.add("base64", "size", std::string("1.5GiB"));
  inputs.add("deflate", "ramp", [] {
    Bytes bytes;
    for (unsigned i = 0; i < 600; ++i)
      bytes.push_back(static_cast<std::uint8_t>(i % 2 != 0 ? i / 256 : i));
    return bytes;
  }());
  inputs.add("deflate", "zeros", Bytes(300, 0));
  inputs.add("multi_frame", "some", [] {
    Bytes bytes;
    std::mt19937 random(7);
    for (unsigned i = 0; i < 400; ++i) bytes.push_back(static_cast<std::uint8_t>(random()));
    return bytes;
  }());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: make_fuzz_inputs FOLDER\n", stderr);
    return 2;
  }
  try {
    const Inputs inputs(argv[1]);
    add_files(inputs);
    add_vendor_headers(inputs);
    add_codecs(inputs);
    add_others(inputs);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "make_fuzz_inputs: %s\n", failure.what());
    return 1;
  }
  return 0;
}
