// write_instance_json against DCMTK's writeJson and pydicom's to_json_dict, instance by instance:
// what they read must say the same.
//
// What is compared otherwise:
// - Text beyond ASCII after DCMTK's convertToUTF8(); Specific Character Set not at all, since ours
//   says what the JSON is in (PS3.18 F.2.3).
// - Numbers as numbers of their VR: a float has fewer digits than DCMTK writes.
// - Bulk data by their absence from ours.
// - An empty array as no value.
// - Files of which DCMTK makes no JSON that can be read are left out.
// - pydicom 2.3 writes "" in arrays where F.2.5 wants null; see support/compare_dicom_json.py.

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcjson.h>
#include <dcmtk/dcmdata/dctk.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "stages/base/open_path.h"
#include "stages/catalog/instance_json.h"
#include "stages/dicom/open_file.h"
#include "stages/dicom/silence.h"
#include "test_paths.h"
#include "tests/support/instances.h"
#include "tests/support/multi_frame.h"
#include "tests/support/run_program.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* python = "/usr/bin/python3";  // that python3-pydicom belongs to

Instance instance_of(const fs::path& path) {
  struct stat status {};
  if (stat_path(path, status) != 0) throw std::runtime_error(path.string() + ": not there");
  Instance made;
  made.file = share(File{.root = std::make_shared<const std::string>(path.parent_path().string()),
                         .name = path.filename().string(),
                         .size = static_cast<std::uint64_t>(status.st_size),
                         .version = version_of(status)});
  return made;
}

std::optional<std::string> ours(const fs::path& path) {
  static const AttributeTable table;
  auto json = JsonWriter::to_text();
  const auto written = write_instance_json(json, instance_of(path), {&table, false});
  if (!written) return std::nullopt;
  return json.take_text();
}

// nullopt: DCMTK cannot read the file, or writes no JSON of it.
std::optional<Json> theirs(const fs::path& path) {
  DcmFileFormat file;
  if (file.loadFile(path.c_str(), EXS_Unknown, EGL_noChange, DCM_MaxReadLength, ERM_autoDetect)
          .bad())
    return std::nullopt;
  DcmDataset& dataset = *file.getDataset();
  if (dataset.convertToUTF8().bad()) return std::nullopt;
  std::ostringstream text;
  DcmJsonFormatCompact format(OFFalse);
  if (dataset.writeJson(text, format).bad()) return std::nullopt;
  // DCMTK leaves the braces to who asks.
  auto json = Json::parse('{' + text.str() + '}', nullptr, false);
  return json.is_discarded() ? std::nullopt : std::optional(std::move(json));
}

class Comparison {
 public:
  std::size_t instances = 0, attributes = 0;
  std::vector<std::string> differences;

  void compare(const std::string& where, const Json& mine, const Json& other) {
    for (const auto& [tag, attribute] : mine.items())
      if (!other.contains(tag)) differ(where + tag, attribute, "nothing");
    for (const auto& [tag, attribute] : other.items()) {
      if (mine.contains(tag))
        compare_attribute(where + tag, mine[tag], attribute);
      else if (!is_left_out(tag, attribute))
        differ(where + tag, "nothing", attribute);
    }
  }

 private:
  void differ(const std::string& where, const Json& mine, const Json& other) {
    differences.push_back(
        where + ": " + mine.dump().substr(0, 200) + ", DCMTK " +
        other.dump(-1, ' ', false, Json::error_handler_t::replace).substr(0, 200));
  }

  static bool is_left_out(const std::string& tag, const Json& attribute) {
    const bool is_bulk = tag == "7FE00010" || tag == "7FE00008" || tag == "7FE00009" ||
                         (tag.starts_with("60") && tag.ends_with("3000")) ||
                         tag.ends_with("0000") || tag > "7FE00010";
    const std::string binary = attribute.value("InlineBinary", "");
    return is_bulk || binary.size() / 4 * 3 > most_inline_binary;
  }

  void compare_attribute(const std::string& where, const Json& mine, const Json& other) {
    ++attributes;
    const std::string vr = mine.value("vr", "");
    if (where.ends_with("00080005")) return;
    // Of private elements in implicit VR it knows no vendor's dictionary.
    const auto group = where.substr(where.size() - 8, 4);
    if (other.value("vr", "") == "UN" && std::stoi(group, nullptr, 16) % 2 == 1) return;
    if (vr != other.value("vr", "")) return differ(where, mine, other);
    if (mine.value("InlineBinary", "") != other.value("InlineBinary", ""))
      return differ(where, mine, other);
    const Json none = Json::array();
    const auto& one = mine.contains("Value") ? mine["Value"] : none;
    const auto& two = other.contains("Value") ? other["Value"] : none;
    if (one.size() != two.size()) return differ(where, mine, other);
    for (std::size_t i = 0; i < one.size(); ++i) {
      if (vr == "SQ")
        compare(where + "[" + std::to_string(i) + "].", one[i], two[i]);
      else if (!are_equal(vr, one[i], two[i]))
        differ(where, mine, other);
    }
  }

  static bool are_equal(const std::string& vr, const Json& one, const Json& two) {
    if (one.is_number() && two.is_number()) {
      const auto a = one.get<double>(), b = two.get<double>();
      return vr == "FL" ? static_cast<float>(a) == static_cast<float>(b) : a == b;
    }
    if (one.is_string() && two.is_number()) return std::stod(one.get<std::string>()) == two;
    return one == two;
  }
};

void compare_folder(const fs::path& folder, Comparison& all) {
  silence_dcmtk();
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const auto mine = ours(entry.path());
    const auto other = theirs(entry.path());
    if (!mine || !other) continue;
    ++all.instances;
    all.compare(entry.path().filename().string() + " ", Json::parse(*mine), *other);
  }
}

// One of each kind of value, in each encoding.
void save_examples(const TemporaryFolder& folder) {
  auto file = DicomBuilder()
                  .set("SpecificCharacterSet", "ISO_IR 192")
                  .set("PatientName", "Gr\u00f6\u00dfe^A=\u5c71\u7530=B\\^^C")
                  .set("ImageType", "ORIGINAL\\PRIMARY\\\\AXIAL")
                  .set("StudyDescription", "")
                  .set("PatientComments", " two\\parts ")
                  .set("FrameIncrementPointer", "(0018,1063)\\(0018,1065)")
                  .set("PixelRepresentation", "1")
                  .set("PixelPaddingValue", "-2000")
                  .set("SmallestImagePixelValue", "-5")
                  .set("WindowCenter", "40\\-1.5e2\\.25")
                  .set("DiffusionBValue", "0.1")
                  .set("RecommendedDisplayFrameRateInFloat", "0.1")
                  .set_in("ReferencedImageSequence", 0, "ReferencedSOPInstanceUID", "9.9")
                  .set_in("ReferencedImageSequence", 1, "ReferencedSOPInstanceUID", "9.8")
                  .set_in("ReferencedImageSequence[1].PurposeOfReferenceCodeSequence", 0,
                          "CodeMeaning", "\u00d6l");
  file.set_private(0x0019, "SIEMENS MR HEADER", 0x0c, "IS", "1000")
      .set_private(0x0029, "ACME", 0x01, "LO", "text");
  for (const auto syntax : {transfer_syntax::explicit_little, transfer_syntax::explicit_big,
                            transfer_syntax::deflated, transfer_syntax::rle}) {
    file.save(folder / (std::string(syntax) + ".dcm"), syntax);
    DicomBuilder(file).undefined_lengths().save(folder / (std::string(syntax) + "_undefined.dcm"),
                                                syntax);
  }
  auto implicit = file;
  implicit.remove("0029,1001").save(folder / "implicit.dcm", transfer_syntax::implicit_little);
  enhanced_phantom({}).save(folder / "enhanced.dcm");
  enhanced_phantom({}).save(folder / "enhanced_implicit.dcm", transfer_syntax::implicit_little);
}

// "x\\y\\z" so many times.
std::string contour_points(unsigned points) {
  std::string text;
  for (unsigned i = 0; i < points; ++i)
    text += (i ? "\\" : "") + std::to_string(i) + ".25\\-" + std::to_string(i) + ".5\\12";
  return text;
}

void expect_agreement(const Comparison& all, std::size_t instances) {
  EXPECT_GE(all.instances, instances);
  for (std::size_t i = 0; i < std::min<std::size_t>(20, all.differences.size()); ++i)
    ADD_FAILURE() << all.differences[i];
  EXPECT_EQ(all.differences.size(), 0U) << "of " << all.attributes << " attributes";
}

TEST(DicomJsonOracle, DcmtkSaysTheSameOfGeneratedInstances) {
  const TemporaryFolder folder;
  save_examples(folder);
  Comparison all;
  compare_folder(folder.path(), all);
  compare_folder(DCMFLOW_SOURCE_DIR "/test-data/dcm", all);
  expect_agreement(all, 30);
}

// The space that is booked: never too little, and not many times too much.
TEST(DicomJsonOracle, TakesAboutTheSpaceThatIsExpected) {
  const TemporaryFolder folder;
  save_examples(folder);
  MultiFrameCase many;
  many.series.slices = 200;
  enhanced_phantom(many).save(folder / "many_frames.dcm");
  auto structures = DicomBuilder();
  for (unsigned contour = 0; contour < 20; ++contour)
    structures.set_in("ROIContourSequence", contour, "ContourData", contour_points(500));
  structures.set("SOPClassUID", "1.2.840.10008.5.1.4.1.1.481.3").remove("Rows").remove("PixelData");
  structures.save(folder / "structures.dcm");
  for (const std::string& root : {folder.path(), std::string(DCMFLOW_SOURCE_DIR "/test-data/dcm")})
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
      if (!entry.is_regular_file()) continue;
      const auto text = ours(entry.path());
      const auto instance = decode_path(entry.path());
      ASSERT_TRUE(text && instance) << entry.path();
      const auto expected = expected_json_bytes(**instance);
      EXPECT_GE(expected, text->size()) << entry.path();
      EXPECT_LE(expected, 8 * text->size()) << entry.path();
    }
}

TEST(DicomJsonOracle, PydicomSaysTheSameOfGeneratedInstances) {
  const TemporaryFolder folder;
  save_examples(folder);
  std::size_t written = 0;
  for (const auto& entry : fs::directory_iterator(folder.path()))
    if (const auto text = ours(entry.path())) {
      std::ofstream(entry.path().string() + ".json") << *text;
      ++written;
    }
  const auto run =
      run_program({.command = {python, DCMFLOW_SOURCE_DIR "/tests/support/compare_dicom_json.py",
                               folder.path()}});
  if (run.exit_status == 77) GTEST_SKIP() << "python3-pydicom is not installed";
  EXPECT_EQ(run.exit_status, 0) << run.output << run.errors;
  EXPECT_EQ(run.output, std::to_string(written) + " instances agree\n");
}

}  // namespace
}  // namespace dcmflow
