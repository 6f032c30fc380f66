#include "stages/catalog/instance_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <bit>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

#include "stages/base/open_path.h"
#include "stages/dicom/open_file.h"
#include "tests/support/raw_dataset.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

using nlohmann::ordered_json;
using testing::HasSubstr;
using Json = ordered_json;

constexpr std::uint32_t undefined_length = RawDataset::undefined_length;

class InstanceJsonTest : public testing::Test {
 protected:
  Instance instance(const std::string& name) const {
    struct stat status {};
    EXPECT_EQ(stat_path(folder / name, status), 0);
    Instance made;
    made.file = share(File{.root = std::make_shared<const std::string>(folder.path()),
                           .name = name,
                           .size = static_cast<std::uint64_t>(status.st_size),
                           .version = version_of(status)});
    return made;
  }
  // What the file becomes; the text is JSON whatever the file is.
  Result<std::string> text_of_file(const std::string& name) const {
    auto json = JsonWriter::to_text();
    auto written = write_instance_json(json, instance(name), {&table, no_patient});
    if (!written) return written.problem();
    return json.take_text();
  }
  template <class Built>
  Json json_of(const Built& built) {
    built.save(folder / "one.dcm");
    return read("one.dcm");
  }
  Json json_of(const DicomBuilder& built, std::string_view transfer_syntax) {
    built.save(folder / "one.dcm", transfer_syntax);
    return read("one.dcm");
  }
  Json read(const std::string& name) const {
    const auto text = text_of_file(name);
    EXPECT_TRUE(text.ok()) << text.problem().detail;
    return text ? Json::parse(*text) : Json();
  }
  Problem refusal(const RawDataset& dataset) {
    dataset.save(folder / "one.dcm");
    const auto text = text_of_file("one.dcm");
    EXPECT_FALSE(text.ok()) << *text;
    return text ? Problem{} : text.problem();
  }
  // One element alone, as text.
  std::string element(std::string_view vr, std::string_view value, std::uint32_t tag = 0x00091001) {
    return json_of(RawDataset().add(tag, vr, value))[tag_of(tag)].dump();
  }
  static std::string tag_of(std::uint32_t tag) {
    char text[9];
    std::snprintf(text, sizeof text, "%08X", tag);
    return text;
  }

  TemporaryFolder folder;
  AttributeTable table;
  bool no_patient = false;
};

// PS3.18 F.2.2.
TEST_F(InstanceJsonTest, NamesTheComponentGroupsOfAName) {
  EXPECT_EQ(
      element("PN", "Yamada^Tarou=A=B "),
      R"({"vr":"PN","Value":[{"Alphabetic":"Yamada^Tarou","Ideographic":"A","Phonetic":"B"}]})");
  EXPECT_EQ(element("PN", "=Ideographic"),
            R"({"vr":"PN","Value":[{"Ideographic":"Ideographic"}]})");
  EXPECT_EQ(element("PN", "A==C\\\\B "),
            R"({"vr":"PN","Value":[{"Alphabetic":"A","Phonetic":"C"},null,{"Alphabetic":"B"}]})");
  EXPECT_EQ(element("PN", "== \\B"), R"({"vr":"PN","Value":[null,{"Alphabetic":"B"}]})");
  // One group too many: nothing is lost.
  EXPECT_EQ(element("PN", "A=B=C=D "),
            R"({"vr":"PN","Value":[{"Alphabetic":"A","Ideographic":"B","Phonetic":"C=D"}]})");
  EXPECT_EQ(element("PN", ""), R"({"vr":"PN"})");
}

// F.2.3.
TEST_F(InstanceJsonTest, WritesTagsAsEightDigits) {
  EXPECT_EQ(element("AT", std::string("\x20\x00\x32\x00\xE0\x7F\x10\x00", 8)),
            R"({"vr":"AT","Value":["00200032","7FE00010"]})");
  RawDataset big(transfer_syntax::explicit_big);
  big.add(0x00091001, "AT", big.number(0x7FE0, 2) + big.number(0x0010, 2));
  EXPECT_EQ(json_of(big)["00091001"].dump(), R"({"vr":"AT","Value":["7FE00010"]})");
}

TEST_F(InstanceJsonTest, KeepsIntegersThatAJsonNumberWouldLoseAsText) {
  const RawDataset raw;
  const auto exact = std::uint64_t{1} << 53;
  EXPECT_EQ(element("UV", raw.number(exact, 8)), R"({"vr":"UV","Value":[9007199254740992]})");
  EXPECT_EQ(element("UV", raw.number(exact + 1, 8)), R"({"vr":"UV","Value":["9007199254740993"]})");
  EXPECT_EQ(element("UV", raw.number(~std::uint64_t{0}, 8)),
            R"({"vr":"UV","Value":["18446744073709551615"]})");
  EXPECT_EQ(element("SV", raw.number(-exact, 8)), R"({"vr":"SV","Value":[-9007199254740992]})");
  EXPECT_EQ(element("SV", raw.number(-exact - 1, 8)),
            R"({"vr":"SV","Value":["-9007199254740993"]})");
  EXPECT_EQ(element("IS", "12\\+5\\-3\\007 "), R"({"vr":"IS","Value":[12,5,-3,7]})");
  EXPECT_EQ(element("IS", "+-5\\1.0\\99999999999999999999"),
            R"({"vr":"IS","Value":["+-5","1.0","99999999999999999999"]})");
  EXPECT_EQ(element("DS", "1.50\\ -2e3\\0.12345678901234567890"),
            R"({"vr":"DS","Value":[1.5,-2000,"0.12345678901234567890"]})");
  EXPECT_EQ(element("DS", "1,5\\\\3"), R"({"vr":"DS","Value":["1,5",null,3]})");
}

TEST_F(InstanceJsonTest, SaysOfBinaryNumbersThatAreNoneWhatTheyAre) {
  const RawDataset raw;
  const auto fd = [&](double x) { return raw.number(std::bit_cast<std::uint64_t>(x), 8); };
  const auto fl = [&](float x) { return raw.number(std::bit_cast<std::uint32_t>(x), 4); };
  constexpr auto inf = std::numeric_limits<double>::infinity();
  constexpr auto nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(element("FD", fd(0.1) + fd(inf) + fd(-inf) + fd(nan) + fd(-nan)),
            R"({"vr":"FD","Value":[0.1,"Infinity","-Infinity","NaN","NaN"]})");
  EXPECT_EQ(element("FL", fl(0.1F) + fl(-1.5F)), R"({"vr":"FL","Value":[0.1,-1.5]})");
  EXPECT_EQ(element("SS", raw.number(0xFFFE, 2)), R"({"vr":"SS","Value":[-2]})");
  EXPECT_EQ(element("UL", raw.number(0xFFFFFFFE, 4)), R"({"vr":"UL","Value":[4294967294]})");
}

// F.2.5.
TEST_F(InstanceJsonTest, GivesNoValueToWhatIsEmpty) {
  for (const char* vr : {"LO", "PN", "DS", "US", "OB", "SQ", "UN", "AT", "LT"})
    EXPECT_EQ(element(vr, ""), R"({"vr":")" + std::string(vr) + R"("})");
  EXPECT_EQ(element("LO", "  "), R"({"vr":"LO"})");
  EXPECT_EQ(element("CS", "A\\\\B "), R"({"vr":"CS","Value":["A",null,"B"]})");
  EXPECT_EQ(element("LT", " a\\b  "), R"({"vr":"LT","Value":[" a\\b"]})");
  EXPECT_EQ(element("UR", "http://a/b\\c"), R"({"vr":"UR","Value":["http://a/b\\c"]})");
}

TEST_F(InstanceJsonTest, WritesSequencesOfBothKindsOfLength) {
  for (const auto syntax : {transfer_syntax::explicit_little, transfer_syntax::implicit_little,
                            transfer_syntax::explicit_big}) {
    const auto inner = RawDataset(syntax).add(0x00080100, "SH", "CODE");
    RawDataset raw(syntax);
    const auto code = raw.item(inner) + raw.open_item(inner) + raw.item(RawDataset(syntax));
    const auto nested = RawDataset(syntax).add(0x00081032, "SQ", code);
    raw.add(0x00081032, "SQ", code);
    raw.add(0x00081115, "SQ", raw.open_item(nested) + raw.end_of_sequence(), undefined_length);
    raw.add(0x00081140, "SQ", raw.end_of_sequence(), undefined_length);
    const std::string codes = R"({"vr":"SQ","Value":[{"00080100":{"vr":"SH","Value":["CODE"]}},)"
                              R"({"00080100":{"vr":"SH","Value":["CODE"]}},{}]})";
    EXPECT_EQ(json_of(raw).dump(), R"({"00081032":)" + codes +
                                       R"(,"00081115":{"vr":"SQ","Value":[{"00081032":)" + codes +
                                       R"(}]},"00081140":{"vr":"SQ"}})")
        << syntax;
  }
}

// PS3.5 6.2.2 note 1: what became UN on the way is implicit little endian inside.
TEST_F(InstanceJsonTest, ReadsSequencesOfUnknownVr) {
  const RawDataset implicit(transfer_syntax::implicit_little);
  const auto inner = RawDataset(transfer_syntax::implicit_little).add(0x00080100, "", "CODE");
  const auto items = implicit.open_item(inner) + implicit.end_of_sequence();
  EXPECT_EQ(json_of(RawDataset().add(0x00091001, "UN", items, undefined_length)).dump(),
            R"({"00091001":{"vr":"SQ","Value":[{"00080100":{"vr":"SH","Value":["CODE"]}}]}})");
}

TEST_F(InstanceJsonTest, FindsTheVrsOfAnImplicitDataSet) {
  table.add(
      {.tag = 0x00090002, .vr = "FD", .keyword = "OfUser", .private_creator = "ACME", .path = {}});
  RawDataset raw(transfer_syntax::implicit_little);
  raw.add(0x00080008, "", "ORIGINAL\\PRIMARY")
      .add(0x00090011, "", "ACME")
      .add(0x00091101, "", std::string("\x01\x02", 2))
      .add(0x00091102, "", raw.number(std::bit_cast<std::uint64_t>(2.5), 8))
      .add(0x00091201, "", "no")
      .add(0x00190010, "", "SIEMENS MR HEADER ")
      .add(0x0019100C, "", "1000")
      .add(0x00280010, "", raw.number(4, 2))
      .add(0x00282222, "", "?!");
  EXPECT_EQ(json_of(raw).dump(), R"({"00080008":{"vr":"CS","Value":["ORIGINAL","PRIMARY"]},)"
                                 R"("00090011":{"vr":"LO","Value":["ACME"]},)"
                                 R"("00091101":{"vr":"UN","InlineBinary":"AQI="},)"
                                 R"("00091102":{"vr":"FD","Value":[2.5]},)"
                                 R"("00091201":{"vr":"UN","InlineBinary":"bm8="},)"
                                 R"("00190010":{"vr":"LO","Value":["SIEMENS MR HEADER"]},)"
                                 R"("0019100C":{"vr":"IS","Value":[1000]},)"
                                 R"("00280010":{"vr":"US","Value":[4]},)"
                                 R"("00282222":{"vr":"UN","InlineBinary":"PyE="}})");
}

// PS3.5 A.1: in items too.
TEST_F(InstanceJsonTest, LetsPixelRepresentationDecideBetweenUsAndSs) {
  for (const unsigned is_signed : {0U, 1U}) {
    RawDataset raw(transfer_syntax::implicit_little);
    const auto padding = raw.number(0xFFFE, 2);
    const auto item = RawDataset(transfer_syntax::implicit_little).add(0x00409211, "", padding);
    raw.add(0x00280103, "", raw.number(is_signed, 2))
        .add(0x00280106, "", padding)
        .add(0x00280120, "", padding)
        .add(0x00409096, "", raw.item(item));
    const Json json = json_of(raw);
    const std::string wanted =
        is_signed ? R"({"vr":"SS","Value":[-2]})" : R"({"vr":"US","Value":[65534]})";
    EXPECT_EQ(json["00280106"].dump(), wanted);
    EXPECT_EQ(json["00280120"].dump(), wanted);
    EXPECT_EQ(json["00409096"]["Value"][0]["00409211"].dump(), wanted);
  }
}

// F.2.7: little endian, whatever the file is.
TEST_F(InstanceJsonTest, TurnsTheWordsOfBigEndianValues) {
  const auto inline_of = [&](std::string_view syntax, std::string_view vr, unsigned bytes) {
    RawDataset raw(syntax);
    raw.add(0x00091001, vr, raw.number(0x0102030405060708 >> (64 - 8 * bytes), bytes));
    return json_of(raw)["00091001"]["InlineBinary"].get<std::string>();
  };
  for (const auto& [vr, bytes] : std::initializer_list<std::pair<const char*, unsigned>>{
           {"OW", 2}, {"OF", 4}, {"OL", 4}, {"OD", 8}, {"OV", 8}})
    EXPECT_EQ(inline_of(transfer_syntax::explicit_big, vr, bytes),
              inline_of(transfer_syntax::explicit_little, vr, bytes))
        << vr;
  RawDataset raw(transfer_syntax::explicit_big);
  raw.add(0x00091001, "OB", "\x01\x02").add(0x00091002, "UN", "\x01\x02");
  EXPECT_EQ(json_of(raw)["00091001"]["InlineBinary"], "AQI=");
  EXPECT_EQ(json_of(raw)["00091002"]["InlineBinary"], "AQI=");
}

TEST_F(InstanceJsonTest, LeavesBulkDataOut) {
  const RawDataset raw;
  const auto icon = raw.item(RawDataset()
                                 .add(0x00280010, "US", raw.number(1, 2))
                                 .add(0x7FE00010, "OW", std::string(8, '\1')));
  const Json json = json_of(RawDataset()
                                .add(0x00080000, "UL", raw.number(8, 4))
                                .add(0x00080050, "SH", "A1")
                                .add(0x00091001, "OB", std::string(most_inline_binary, 'x'))
                                .add(0x00091002, "OB", std::string(most_inline_binary + 2, 'x'))
                                .add(0x00091003, "UN", std::string(most_inline_binary + 2, 'x'))
                                .add(0x00091004, "UT", std::string(longest_json_value, 'x'))
                                .add(0x00091005, "UT", std::string(longest_json_value + 2, 'x'))
                                .add(0x00880200, "SQ", icon)
                                .add(0x60003000, "OW", "\1\2")
                                .add(0x60023000, "OW", "\1\2")
                                .add(0x7FE00010, "OW", std::string(8, '\1')));
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  EXPECT_THAT(keys, testing::ElementsAre("00080050", "00091001", "00091004", "00880200"));
  EXPECT_EQ(json["00880200"]["Value"][0].size(), 1U);
}

TEST_F(InstanceJsonTest, WritesEachTagOnceAndInOrder) {
  const Json json = json_of(RawDataset()
                                .add(0x00100010, "PN", "First^One")
                                .add(0x00080050, "SH", "A1")
                                .add(0x00100010, "PN", "Other"));
  EXPECT_EQ(json.dump(), R"({"00080050":{"vr":"SH","Value":["A1"]},)"
                         R"("00100010":{"vr":"PN","Value":[{"Alphabetic":"First^One"}]}})");
}

TEST_F(InstanceJsonTest, KeepsNumbersThatAreCutOffAsBytes) {
  const RawDataset raw;
  EXPECT_EQ(element("US", "\x01\x02\x03"), R"({"vr":"UN","InlineBinary":"AQID"})");
  EXPECT_EQ(element("FD", "\x01\x02\x03\x04\x05\x06"), R"({"vr":"UN","InlineBinary":"AQIDBAUG"})");
  EXPECT_EQ(element("AT", "\x01\x02"), R"({"vr":"UN","InlineBinary":"AQI="})");
}

// PS3.3 C.12.1.1.2: an item may have a set of its own, else that of the data set around it.
TEST_F(InstanceJsonTest, WritesEveryCharacterSetAsUtf8) {
  RawDataset raw;
  const auto own = RawDataset().add(0x00080005, "CS", "ISO_IR 144").add(0x00081030, "LO", "\xB3");
  const auto inherited = RawDataset().add(0x00081030, "LO", "\xF6\\\xDF ");
  raw.add(0x00080005, "CS", "ISO_IR 100")
      .add(0x00081140, "SQ", raw.item(own) + raw.item(inherited))
      .add(0x00100010, "PN", "Gr\xF6\xDF^A");
  EXPECT_EQ(json_of(raw).dump(),
            R"({"00080005":{"vr":"CS","Value":["ISO_IR 192"]},)"
            R"("00081140":{"vr":"SQ","Value":[{"00080005":{"vr":"CS","Value":["ISO_IR 192"]},)"
            R"("00081030":{"vr":"LO","Value":["Г"]}},{"00081030":{"vr":"LO","Value":["ö","ß"]}}]},)"
            R"("00100010":{"vr":"PN","Value":[{"Alphabetic":"Größ^A"}]}})");
  // 5CH is a delimiter (F.2.4), but not inside of a character.
  EXPECT_EQ(json_of(RawDataset()
                        .add(0x00080005, "CS", "ISO_IR 13 ")
                        .add(0x0008103E, "LO", "\xD4\xCF\\\xC0\xDB "))["0008103E"]["Value"]
                .dump(),
            R"(["ﾔﾏ","ﾀﾛ"])");
  EXPECT_EQ(json_of(RawDataset()
                        .add(0x00080005, "CS", "GBK ")
                        .add(0x0008103E, "LO", "\x81\x5C\\a"))["0008103E"]["Value"]
                .dump(),
            R"(["乗","a"])");
  const Json name = json_of(RawDataset()
                                .add(0x00080005, "CS", "\\ISO 2022 IR 87")
                                .add(0x00100010, "PN", "A^B=\x1B$B;3ED\x1B(B^\x1B$BB@O:\x1B(B"));
  EXPECT_EQ(name["00100010"]["Value"].dump(),
            R"([{"Alphabetic":"A^B","Ideographic":"山田^太郎"}])");
}

TEST_F(InstanceJsonTest, LeavesPersonsAndNumbersOfOrdersOutAtEveryDepth) {
  no_patient = true;
  RawDataset raw;
  const auto patient = RawDataset()
                           .add(0x00080050, "SH", "A1")
                           .add(0x00080060, "CS", "CT")
                           .add(0x00080090, "PN", "Doctor")
                           .add(0x00100020, "LO", "P1");
  raw.add(0x00081115, "SQ", raw.item(patient))
      .add(0x00081120, "SQ", raw.item(patient))
      .add(0x00100010, "PN", "Secret")
      .add(0x00120010, "LO", "Secret")
      .add(0x00200011, "IS", "7");
  EXPECT_EQ(json_of(raw).dump(),
            R"({"00081115":{"vr":"SQ","Value":[{"00080060":{"vr":"CS","Value":["CT"]}}]},)"
            R"("00200011":{"vr":"IS","Value":[7]}})");
}

TEST_F(InstanceJsonTest, RefusesLengthsThatLeaveTheData) {
  const RawDataset raw;
  EXPECT_EQ(refusal(RawDataset().add(0x00091001, "LO", "ab", 4000)).reason, Reason::truncated);
  EXPECT_EQ(refusal(RawDataset().add(0x00091001, "OB", "ab", 0xFFFFFFFE)).reason,
            Reason::truncated);
  EXPECT_EQ(refusal(RawDataset().add(0x00091001, "SQ", "ab", undefined_length)).reason,
            Reason::truncated);
  const auto lying = RawDataset().add(0x00080100, "SH", "CODE", 200);
  EXPECT_EQ(refusal(RawDataset().add(0x00091001, "SQ", raw.item(lying))).reason, Reason::truncated);
  EXPECT_EQ(refusal(RawDataset().add(0x00091001, "SQ", "no items")).reason, Reason::malformed);
}

TEST_F(InstanceJsonTest, RefusesWhatWouldFillTheMemory) {
  RawDataset deep;
  for (int depth = 0; depth < 34; ++depth) {
    RawDataset around;
    around.add(0x00081140, "SQ", around.item(deep));
    deep = around;
  }
  EXPECT_THAT(refusal(deep).detail, HasSubstr("nested deeper than 32"));
  RawDataset wide;
  for (unsigned i = 0; i < 65537; ++i) wide.add(0x00090000 + i % 0xF000 + 1, "LO", "");
  EXPECT_THAT(refusal(wide).detail, HasSubstr("more than 65536 elements"));
}

// An object of a study's file is wholly there or not at all.
TEST_F(InstanceJsonTest, CanBeTakenBack) {
  RawDataset().add(0x00080050, "SH", "A1").save(folder / "good.dcm");
  RawDataset()
      .add(0x00080050, "SH", "A2")
      .add(0x00081140, "SQ", RawDataset().item(RawDataset().add(0x00080100, "SH", "C", 200)))
      .save(folder / "bad.dcm");
  auto json = JsonWriter::create(folder.path(), "study.json");
  ASSERT_TRUE(json.ok());
  json->array();
  for (const char* name : {"bad.dcm", "good.dcm", "bad.dcm", "good.dcm", "bad.dcm"}) {
    const auto mark = json->mark();
    if (!write_instance_json(*json, instance(name), {&table, false})) json->go_back(mark);
  }
  json->end();
  ASSERT_TRUE(json->commit().ok());
  std::ifstream file(folder / "study.json");
  EXPECT_EQ(Json::parse(file).dump(), R"([{"00080050":{"vr":"SH","Value":["A1"]}},)"
                                      R"({"00080050":{"vr":"SH","Value":["A1"]}}])");
}

}  // namespace
}  // namespace dcmflow
