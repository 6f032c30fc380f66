// decode_header against DCMTK, file by file: what both read must say the same.
//
// The exceptions, and why they are none of the reader's faults:
// - Text beyond ASCII: DCMTK gives the bytes of the file, we give UTF-8 (character_set_test.cpp).
// - SOP Class and Instance UID: where the data set has none, ours are those of the meta header.
// - VR UN: DCMTK gives hexadecimal bytes, we read by the VR of the table (PS3.5 6.2.2). So it is
//   with text in a VR of bytes.
// - Damage inside a sequence of known length, which mutations make: we step over it by its length,
//   DCMTK believes the lengths inside. The mutated copies have sequences of undefined length only.
// - gzip files: DCMTK finds nothing in them.
// - Tags behind Pixel Data in the middle of a file: loadFileUntilTag stops there. The mutated
// copies
//   are loaded whole.

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "stages/decode_header.h"
#include "stages/dicom/attributes.h"
#include "stages/dicom/header_walk.h"
#include "stages/dicom/silence.h"
#include "tests/support/instances.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

namespace fs = std::filesystem;

struct Tally {
  std::size_t files = 0;   // that both could read
  std::size_t values = 0;  // that were compared
  std::vector<std::string> differences;
};

std::string trimmed(std::string_view text) {
  constexpr std::string_view padding(" \0", 2);
  const auto begin = text.find_first_not_of(padding);
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(padding) - begin + 1));
}

std::vector<std::string> values_of(std::string_view text) {
  std::vector<std::string> values;
  for (;; text.remove_prefix(values.back().size() + 1)) {
    values.emplace_back(text.substr(0, text.find('\\')));
    if (values.back().size() == text.size()) break;
  }
  for (auto& value : values) value = trimmed(value);
  while (!values.empty() && values.back().empty()) values.pop_back();
  return values;
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) { return c < 0x80 && c != 0x1B; });
}

bool equal_numbers(const std::string& one, const std::string& other, bool is_float) {
  const double a = std::strtod(one.c_str(), nullptr);
  const double b = std::strtod(other.c_str(), nullptr);
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) == std::isnan(b);
  return is_float ? static_cast<float>(a) == static_cast<float>(b) : a == b;
}

bool agree(std::string_view ours, std::string_view theirs, DcmEVR vr) {
  const auto one = values_of(ours);
  const auto other = values_of(theirs);
  if (vr != EVR_FD && vr != EVR_FL) return one == other;
  return std::ranges::equal(
      one, other, [&](const auto& a, const auto& b) { return equal_numbers(a, b, vr == EVR_FL); });
}

// As DCMTK reads it, without its own trimming. Its texts of FD and FL leave digits out.
std::string text_of(DcmElement& element) {
  OFString text;
  const bool is_double = element.ident() == EVR_FD;
  if (!is_double && element.ident() != EVR_FL)
    return element.getOFStringArray(text, false).good() ? std::string(text.data(), text.size())
                                                        : "";
  std::string numbers;
  for (unsigned long i = 0; i < element.getVM(); ++i) {
    Float32 narrow = 0;
    Float64 wide = 0;
    const auto read = is_double ? element.getFloat64(wide, i) : element.getFloat32(narrow, i);
    std::array<char, 40> digits{};
    std::snprintf(digits.data(), digits.size(), "%.17g", is_double ? wide : Float64{narrow});
    numbers.append(i > 0 ? "\\" : "").append(read.good() ? digits.data() : "unread");
  }
  return numbers;
}

bool is_comparable(DcmEVR vr) {
  switch (vr) {
    case EVR_UN:
    case EVR_UNKNOWN:
    case EVR_UNKNOWN2B:
    case EVR_OB:
    case EVR_OW:
    case EVR_OF:
    case EVR_OD:
    case EVR_OL:
    case EVR_OV:
    case EVR_SQ:
    case EVR_AT:
      return false;
    default:
      return true;
  }
}

// Compares one file; says which value differs, never the value: the file may be a patient's.
void compare(const std::string& path, Tally& tally, const DcmTagKey& stop = DCM_PixelData) {
  const auto ours = decode_path(path);
  DcmFileFormat theirs;
  if (!ours ||
      theirs
          .loadFileUntilTag(path.c_str(), EXS_Unknown, EGL_noChange, DCM_MaxReadLength,
                            ERM_autoDetect, stop)
          .bad() ||
      theirs.getDataset()->card() == 0)
    return;
  ++tally.files;
  auto& dataset = *theirs.getDataset();
  const bool has_groups = dataset.tagExists(DCM_SharedFunctionalGroupsSequence) ||
                          dataset.tagExists(DCM_PerFrameFunctionalGroupsSequence);
  for (std::size_t i = 0; i < built_in_attributes.size(); ++i) {
    const auto& row = built_in_attributes[i];
    if (is_note(row.tag)) continue;
    const DcmTagKey tag(static_cast<Uint16>(row.tag >> 16U), static_cast<Uint16>(row.tag));
    DcmElement* element = nullptr;
    std::string wanted;
    if (dataset.findAndGetElement(tag, element).good()) {
      if (!is_comparable(element->ident()) || element->getLength() > longest_kept_value) continue;
      wanted = text_of(*element);
    } else if (tag == DCM_SOPClassUID || tag == DCM_SOPInstanceUID || has_groups ||
               dataset.findAndGetElement(tag, element, OFTrue).good()) {  // ours is of an item
      continue;
    }
    const auto found = (*ours)->find(static_cast<AttributeIndex>(i)).value_or("");
    if (!is_ascii(found) || !is_ascii(wanted)) continue;
    ++tally.values;
    if (!agree(found, wanted, element == nullptr ? EVR_LO : element->ident()))
      tally.differences.push_back(path + ": " + std::string(row.keyword) + ", " +
                                  std::to_string(found.size()) + " characters, DCMTK " +
                                  std::to_string(wanted.size()));
  }
}

void compare_folder(const std::string& folder, Tally& tally) {
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file() && entry.file_size() > 0) compare(entry.path(), tally);
}

void expect_no_difference(const Tally& tally) {
  std::string list;
  for (std::size_t i = 0; i < std::min<std::size_t>(tally.differences.size(), 20); ++i)
    list += tally.differences[i] + "\n";
  EXPECT_EQ(tally.differences.size(), 0U) << list;
  testing::Test::RecordProperty("files", static_cast<int>(tally.files));
  testing::Test::RecordProperty("values", static_cast<int>(tally.values));
}

class HeaderOracle : public testing::Test {
 protected:
  void SetUp() override { silence_dcmtk(); }
  const TemporaryFolder folder;
  Tally tally;
};

// A value of every kind: padded, several, empty, binary, in sequences and private groups.
DicomBuilder rich_header(unsigned more_elements) {
  return phantom_header({.modality = "MR", .header_elements = more_elements})
      .set("InstanceNumber", " 7")
      .set("PatientWeight", "71.5 ")
      .set("WindowCenter", "40\\ 50 \\-60")
      .set("WindowWidth", "\\400")
      .set("AcquisitionMatrix", "0\\256\\192\\0")
      .set("DiffusionBValue", "1000.125")
      .set("DiffusionGradientOrientation", "0.1\\-0.2\\0.3333333333333333")
      .set("PixelPaddingValue", "-2000")
      .set("ConcatenationFrameOffsetNumber", "4000000000")
      .set("DerivationDescription", "a\\b, not two values ")
      .set("PatientComments", "two lines\r\nof text")
      .set("AccessionNumber", "")
      .set("ImagePositionPatient", "1e1\\-2.50\\+3");
}

constexpr std::string_view encodings[] = {
    transfer_syntax::implicit_little, transfer_syntax::explicit_little,
    transfer_syntax::explicit_big, transfer_syntax::deflated, transfer_syntax::rle};

TEST_F(HeaderOracle, AgreesOnBuiltFilesInEveryEncoding) {
  for (const bool undefined_lengths : {false, true})
    for (const auto encoding : encodings) {
      auto file = rich_header(60);
      if (undefined_lengths) file.undefined_lengths();
      file.save(folder / "built.dcm", encoding);
      compare(folder / "built.dcm", tally);
    }
  EXPECT_EQ(tally.files, 10U);
  EXPECT_GT(tally.values, 10U * 100);
  expect_no_difference(tally);
}

TEST_F(HeaderOracle, AgreesOnMutatedCopies) {
  std::mt19937 random(20260101);
  const auto below = [&](std::size_t limit) { return random() % limit; };
  std::vector<std::vector<std::uint8_t>> originals;
  for (const auto encoding : encodings) {
    originals.push_back(rich_header(14).bytes(encoding));
    originals.push_back(rich_header(60).undefined_lengths().bytes(encoding));
  }
  for (int copy = 0; copy < 500; ++copy) {
    auto bytes = originals[below(originals.size())];
    for (auto changes = 1 + below(3); changes > 0; --changes)
      bytes[132 + below(bytes.size() - 132)] = static_cast<std::uint8_t>(random());
    const std::string path = folder / ("mutated" + std::to_string(copy) + ".dcm");
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    compare(path, tally, DCM_UndefinedTagKey);
  }
  EXPECT_GT(tally.files, 250U);
  expect_no_difference(tally);
}

TEST_F(HeaderOracle, AgreesOnFilesOfOthers) {
  const std::string data = "/usr/lib/python3/dist-packages/pydicom/data";
  if (!fs::is_directory(data)) GTEST_SKIP() << "python3-pydicom is not installed";
  compare_folder(data, tally);
  EXPECT_GT(tally.files, 100U);
  expect_no_difference(tally);
}

TEST_F(HeaderOracle, AgreesOnTheFilesOfDCMFLOW_CORPUS) {
  const char* corpus = std::getenv("DCMFLOW_CORPUS");
  if (corpus == nullptr) GTEST_SKIP() << "DCMFLOW_CORPUS names no folder";
  compare_folder(corpus, tally);
  EXPECT_GT(tally.files, 0U);
  expect_no_difference(tally);
}

}  // namespace
}  // namespace dcmflow
