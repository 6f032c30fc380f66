// Values whose VR is not in the file: implicit VR, or UN.

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdicent.h>
#include <dcmtk/dcmdata/dcdict.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <string>

#include "stages/base/open_path.h"
#include "stages/decode_header.h"
#include "stages/dicom/open_file.h"
#include "stages/dicom/text_reader.h"
#include "stages/dicom/value_text.h"
#include "tests/support/raw_dataset.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr auto implicit = transfer_syntax::implicit_little;
constexpr AttributeIndex unreadable_note = attribute_index(unreadable_note_tag);
constexpr AttributeIndex character_set_note = attribute_index(character_set_note_tag);
constexpr std::string_view unreadable = unreadable_value;

class PrivateValues : public testing::Test {
 protected:
  AttributeIndex ask(std::uint32_t tag, const std::string& vr, const std::string& creator = "ACME",
                     std::vector<SequenceStep> path = {}) {
    return table.add({.tag = tag,
                      .vr = vr,
                      .keyword = "Asked" + std::to_string(table.rows().size()),
                      .private_creator = creator,
                      .path = std::move(path)});
  }
  // The data set, and behind it what every image has.
  InstancePtr decode(RawDataset dataset) {
    dataset.add(0x0020000D, "UI", "1.2.3 ").add(0x0020000E, "UI", "1.2.3.4 ");
    dataset.save(folder / "one.dcm");
    struct stat status {};
    EXPECT_EQ(stat_path(folder / "one.dcm", status), 0);
    const auto file = share(File{.root = std::make_shared<const std::string>(folder.path()),
                                 .name = "one.dcm",
                                 .size = static_cast<std::uint64_t>(status.st_size),
                                 .version = version_of(status)});
    const HeaderPlan plan(table);
    HeaderInterner interner;
    const auto instance = decode_header(file, plan, interner);
    EXPECT_TRUE(instance.ok()) << instance.problem().detail;
    return instance ? *instance : nullptr;
  }
  static std::string fd(double number) {
    return RawDataset().number(std::bit_cast<std::uint64_t>(number), 8);
  }
  static RawDataset block(std::string_view syntax = implicit) {
    return RawDataset(syntax).add(0x00190011, "LO", "ACME");
  }

  TemporaryFolder folder;
  AttributeTable table;
};

TEST_F(PrivateValues, AreNumbersWhereTheirVrIsGiven) {
  const auto number = ask(0x00190001, "FD"), text = ask(0x00190002, "IS"),
             other = ask(0x00190003, "SS");
  auto raw = block().add(0x00191101, "FD", fd(2.5) + fd(-1));
  raw.add(0x00191102, "IS", "1000").add(0x00191103, "SS", raw.number(0xFFFE, 2));
  const auto one = decode(raw);
  EXPECT_EQ(one->find(number), "2.5\\-1");
  EXPECT_EQ(one->find(text), "1000");
  EXPECT_EQ(one->find(other), "-2");
  EXPECT_EQ(one->find(unreadable_note), std::nullopt);
  // UN in an explicit data set says no more.
  EXPECT_EQ(
      decode(block(transfer_syntax::explicit_little).add(0x00191101, "UN", fd(2.5)))->find(number),
      "2.5");
}

TEST_F(PrivateValues, AreTextOrUnreadableWhereNoVrIsGiven) {
  const auto asked = ask(0x00190001, "UN");
  const auto value_of = [&](const std::string& value, const std::string& character_set = "") {
    RawDataset raw(implicit);
    raw.add(0x00080005, "CS", character_set).add(0x00190011, "LO", "ACME");
    return decode(raw.add(0x00191101, "", value));
  };
  for (const char* text : {"1000", "AXIAL\\T1", "two\r\nlines "})
    EXPECT_EQ(value_of(text)->find(unreadable_note), std::nullopt) << text;
  EXPECT_EQ(value_of(std::string("1.2.840\0", 8))->find(asked), "1.2.840");
  EXPECT_EQ(value_of("Gr\u00f6\u00dfe", "ISO_IR 192")->find(asked), "Gr\u00f6\u00dfe");
  for (const auto& bytes :
       {fd(2.5), std::string("\x01\x02", 2), std::string("2\0", 2), std::string("\0\0", 2),
        std::string("\xC0\xC0"), std::string("\x1B$B;3"), std::string("\xF6")}) {
    const auto one = value_of(bytes, "ISO_IR 100");
    EXPECT_EQ(one->find(asked), unreadable);
    EXPECT_THAT(std::string(one->find(unreadable_note).value_or("")),
                StartsWith("(0019,1101) has " + std::to_string(bytes.size()) + " bytes that are"));
  }
}

TEST_F(PrivateValues, AreUnreadableWhereTheirNumbersAreCutOff) {
  const auto asked = ask(0x00190001, "FD");
  const auto one = decode(block().add(0x00191101, "", "1000"));
  EXPECT_EQ(one->find(asked), unreadable);
  EXPECT_EQ(one->find(unreadable_note), "(0019,1101) has 4 bytes, no whole numbers of its VR");
  // So it is with the standard's.
  EXPECT_EQ(
      decode(RawDataset().add(0x00280010, "US", "\x01\x02\x03"))->find(attribute_index(0x00280010)),
      unreadable);
}

TEST_F(PrivateValues, AreReadInItemsToo) {
  const auto in_item = ask(0x00090001, "FD", "", {{0x00081032, 0}});
  const auto of_frames = ask(0x00190001, "FD"), unknown = ask(0x00190002, "UN");
  RawDataset raw(implicit);
  const auto code = RawDataset(implicit).add(0x00090001, "FD", fd(0.5));
  auto frame = block();
  frame.add(0x00191101, "FD", fd(1.5)).add(0x00191102, "", fd(3));
  raw.add(0x00081032, "SQ", raw.item(code)).add(0x00280008, "IS", "1 ");
  raw.add(0x52009229, "SQ", raw.item(frame));
  const auto one = decode(raw);
  EXPECT_EQ(one->find(in_item), "0.5");
  EXPECT_EQ(one->find(of_frames), "1.5");
  EXPECT_EQ(one->find(unknown), unreadable);
  EXPECT_THAT(std::string(one->find(unreadable_note).value_or("")), HasSubstr("(0019,1102)"));
}

// PS3.5 A.1.
TEST_F(PrivateValues, FollowPixelRepresentationWhereTheStandardSaysUsOrSs) {
  const auto smallest = ask(0x00280106, "US", ""),
             mapped = ask(0x00409211, "US", "", {{0x00409096, 0}});
  for (const unsigned is_signed : {0U, 1U}) {
    RawDataset raw(implicit);
    const auto value = raw.number(0xFFFE, 2);
    raw.add(0x00280103, "US", raw.number(is_signed, 2)).add(0x00280106, "", value);
    raw.add(0x00409096, "SQ", raw.item(RawDataset(implicit).add(0x00409211, "", value)));
    const auto one = decode(raw);
    EXPECT_EQ(one->find(smallest), is_signed ? "-2" : "65534");
    EXPECT_EQ(one->find(mapped), is_signed ? "-2" : "65534");
  }
}

TEST_F(PrivateValues, KnowWhatTheDictionarySaysIsUsOrSs) {
  const DcmDataDictionary& dictionary = dcmDataDict.rdlock();
  auto& entries = const_cast<DcmDataDictionary&>(dictionary);
  for (auto entry = entries.normalBegin(); entry != entries.normalEnd(); ++entry) {
    const auto tag = std::uint32_t{(*entry)->getGroup()} << 16 | (*entry)->getElement();
    if ((*entry)->getPrivateCreator() != nullptr) continue;
    EXPECT_EQ(follows_pixel_representation(tag), (*entry)->getEVR() == EVR_xs)
        << (*entry)->getTagName();
  }
  dcmDataDict.rdunlock();
}

// PS3.3 C.12.1.1.2.
TEST_F(PrivateValues, AreTextInTheCharacterSetOfTheirItem) {
  const auto own = ask(0x00080104, "LO", "", {{0x00081032, 0}}),
             inherited = ask(0x00080104, "LO", "", {{0x00081032, 1}});
  const auto label = attribute_index(0x00620005);
  RawDataset raw;
  const auto greek = RawDataset().add(0x00080005, "CS", "ISO_IR 126").add(0x00080104, "LO", "\xC4");
  raw.add(0x00080005, "CS", "ISO_IR 100")
      .add(0x00081032, "SQ",
           raw.item(greek) + raw.item(RawDataset().add(0x00080104, "LO", "\xC4")));
  const auto one = decode(raw.add(0x0008103E, "LO", "\xC4"));
  EXPECT_EQ(one->find(own), "\u0394");
  EXPECT_EQ(one->find(inherited), "\u00c4");
  EXPECT_EQ(one->find(attribute_index(0x0008103E)), "\u00c4");
  // What is doubtful about a text of a frame is told.
  RawDataset frames;
  frames.add(0x00280008, "IS", "1 ");
  frames.add(
      0x52009229, "SQ",
      frames.item(RawDataset().add(
          0x0062000A, "SQ", frames.item(RawDataset().add(0x0062000B, "US", frames.number(1, 2))))));
  const auto segment =
      RawDataset().add(0x00620004, "US", frames.number(1, 2)).add(0x00620005, "LO", "K\xF6pf");
  const auto labelled = decode(frames.add(0x00620002, "SQ", frames.item(segment)));
  EXPECT_EQ(labelled->find(label), "K\u00f6pf");
  EXPECT_EQ(labelled->find(character_set_note),
            "no SpecificCharacterSet is declared: read as Latin-1");
}

TEST_F(PrivateValues, NeverMakeANoteOfTheirOwn) {
  const auto one = decode(RawDataset()
                              .add(0x00100010, "PN", "A^B")
                              .add(0x0000FFFE, "LO", "not ours")
                              .add(0x0000FFFF, "LO", "not ours"));
  EXPECT_EQ(one->find(unreadable_note), std::nullopt);
  EXPECT_EQ(one->find(character_set_note), std::nullopt);
}

}  // namespace
}  // namespace dcmflow
