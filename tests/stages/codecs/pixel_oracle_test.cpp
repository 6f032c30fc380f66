// read_frame against DCMTK, file by file: the stored values of grey images in every transfer syntax
// that both decode (DCMTK: native, RLE, JPEG; not JPEG-LS, see CMakeLists.txt, nor JPEG 2000).

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcrledrg.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmjpeg/djdecode.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "stages/dicom/silence.h"
#include "stages/pixels/read_frame.h"
#include "tests/support/instances.h"

namespace dcmflow {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;

class PixelOracle : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    silence_dcmtk();
    DcmRLEDecoderRegistration::registerCodecs();
    DJDecoderRegistration::registerCodecs(EDC_photometricInterpretation, EUC_never);
  }
  static void TearDownTestSuite() {
    DJDecoderRegistration::cleanup();
    DcmRLEDecoderRegistration::cleanup();
  }

  void compare_folder(const std::string& folder) {
    for (const auto& entry : fs::recursive_directory_iterator(folder))
      if (entry.is_regular_file() && entry.file_size() > 0) compare(entry.path());
    EXPECT_TRUE(differences.empty()) << testing::PrintToString(differences);
    RecordProperty("frames", frames);
  }

  void compare(const std::string& path) {
    const auto instance = decode_path(path);
    if (!instance || (*instance)->defect() || !is_comparable(**instance)) return;
    const auto& layout = (*instance)->shared->layout;
    const Bytes theirs = decode_by_dcmtk(path, layout.bits_allocated);
    const auto frame_bytes = layout.frame_bytes();
    Frame frame;
    frame.instance = *instance;
    for (; (frame.number + 1) * frame_bytes <= theirs.size() &&
           frame.number < (*instance)->pixel_data.number_of_frames;
         ++frame.number) {
      ++frames;
      const auto ours = read_frame(frame, buffers);
      const auto expected = std::span(theirs).subspan(frame.number * frame_bytes, frame_bytes);
      if (!ours || !std::ranges::equal(*ours, expected))
        differences.push_back(path + ", frame " + std::to_string(frame.number) + ": " +
                              (ours ? "other pixels" : ours.problem().detail));
    }
  }

  // Grey, and no mosaic, of which DCMTK has the whole.
  static bool is_comparable(const Instance& instance) {
    const auto& layout = instance.shared->layout;
    return layout.samples_per_pixel == 1 && instance.pixel_data.tiles_across == 0 &&
           (layout.bits_allocated == 8 || layout.bits_allocated == 16) &&
           (instance.pixel_data.kind == PixelData::Kind::native ||
            instance.pixel_data.kind == PixelData::Kind::encapsulated);
  }

  // Empty when DCMTK cannot.
  static Bytes decode_by_dcmtk(const std::string& path, unsigned bits) {
    DcmFileFormat file;
    if (file.loadFile(path.c_str()).bad()) return {};
    auto* dataset = file.getDataset();
    if (dataset->chooseRepresentation(EXS_LittleEndianExplicit, nullptr).bad()) return {};
    const Uint8* bytes = nullptr;
    const Uint16* words = nullptr;
    unsigned long count = 0;
    if (bits == 8 && dataset->findAndGetUint8Array(DCM_PixelData, bytes, &count).good() && bytes)
      return {bytes, bytes + count};
    if (bits != 16 || dataset->findAndGetUint16Array(DCM_PixelData, words, &count).bad() || !words)
      return {};
    Bytes result(count * 2);
    std::memcpy(result.data(), words, result.size());
    return result;
  }

  FrameBuffers buffers;
  int frames = 0;
  std::vector<std::string> differences;
};

TEST_F(PixelOracle, AgreesOnFilesOfOthers) {
  const std::string data = "/usr/lib/python3/dist-packages/pydicom/data";
  if (!fs::is_directory(data)) GTEST_SKIP() << "python3-pydicom is not installed";
  compare_folder(data);
  EXPECT_GT(frames, 20);
}

TEST_F(PixelOracle, AgreesOnTheFilesOfDCMFLOW_CORPUS) {
  const char* corpus = std::getenv("DCMFLOW_CORPUS");
  if (corpus == nullptr) GTEST_SKIP() << "DCMFLOW_CORPUS names no folder";
  compare_folder(corpus);
  EXPECT_GT(frames, 0);
}

}  // namespace
}  // namespace dcmflow
