#include "stages/dicom/vendor/csa_header.h"

#include <gmock/gmock.h>

#include <array>

#include "tests/support/mosaic.h"

namespace dcmflow {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr CsaFormat formats[] = {CsaFormat::older, CsaFormat::sv10};

TEST(CsaHeader, GivesTheValuesOfAnElementInBothFormats) {
  const CsaElements elements{{"First", {"1"}}, {"Normal", {"0.5 ", " -1", ""}}, {"Last", {"x y"}}};
  for (const auto format : formats) {
    const auto csa = csa_header(elements, format);
    EXPECT_THAT(csa_values(csa, "First"), ElementsAre("1"));
    EXPECT_THAT(csa_values(csa, "Normal"), ElementsAre("0.5", "-1"));
    EXPECT_THAT(csa_values(csa, "Last"), ElementsAre("x y"));
    EXPECT_THAT(csa_values(csa, "Las"), IsEmpty());
    EXPECT_THAT(csa_values(csa, ""), IsEmpty());
  }
}

TEST(CsaHeader, IsReadAsFarAsItGoesWhereverItIsCut) {
  const CsaElements elements{{"First", {"12"}}, {"Last", {"345"}}};
  for (const auto format : formats) {
    const auto whole = csa_header(elements, format);
    std::size_t first_found = 0;
    std::size_t last_found = 0;
    for (std::size_t size = 0; size <= whole.size(); ++size) {
      // A copy of this size, so that a sanitizer sees every read behind its end.
      const std::vector<std::uint8_t> cut(whole.begin(), whole.begin() + static_cast<long>(size));
      first_found += csa_values(cut, "First").size();
      last_found += csa_values(cut, "Last").size();
    }
    EXPECT_GT(first_found, last_found);
    EXPECT_GT(last_found, 0U);
  }
}

TEST(CsaHeader, SurvivesCountsAndLengthsThatCannotBe) {
  const CsaElements elements{{"First", {"12"}}, {"Last", {"345"}}};
  for (const auto format : formats) {
    const auto whole = csa_header(elements, format);
    for (std::size_t at = 0; at + 4 <= whole.size(); at += 4)
      for (const std::uint8_t byte : std::array<std::uint8_t, 3>{0x7F, 0x80, 0xFF}) {
        auto damaged = whole;
        for (std::size_t i = 0; i < 4; ++i) damaged[at + i] = byte;
        EXPECT_THAT(csa_values(damaged, "Nothing"), IsEmpty());
        EXPECT_LE(csa_values(damaged, "Last").size(), 1U);
      }
  }
}

TEST(CsaHeader, GivesTheSlicesOfTheProtocol) {
  const MosaicPhantom phantom{.tiles = 3, .first = {1, 2, 0}, .column = {0, 1, 0}};
  for (const auto format : formats) {
    const auto slices = protocol_slices(csa_header(csa_series_elements(phantom), format));
    ASSERT_THAT(slices, SizeIs(3));
    for (unsigned k = 0; k < 3; ++k)
      for (std::size_t axis = 0; axis < 3; ++axis)
        EXPECT_NEAR(slices[k][axis], phantom.centre(k)[axis], 1e-9);
  }
}

TEST(CsaHeader, TakesNoSlicesFromAProtocolThatContradictsItself) {
  const auto slices = [](const std::string& lines) {
    return protocol_slices(
        csa_header({{"MrProtocol", {"### ASCCONV BEGIN ###\n" + lines + "\n### ASCCONV END ###"}}},
                   CsaFormat::sv10));
  };
  EXPECT_THAT(slices("sSliceArray.lSize = 2"), SizeIs(2));
  EXPECT_THAT(slices("sSliceArray.lSize = 4000000000"), IsEmpty());
  EXPECT_THAT(slices("sSliceArray.lSize = -1"), IsEmpty());
  EXPECT_THAT(slices("sSliceArray.asSlice[2].sPosition.dTra = 1\nsSliceArray.lSize = 2"),
              IsEmpty());
  EXPECT_THAT(slices("sSliceArray.asSlice[4000000000].sPosition.dTra = 1"), IsEmpty());
  EXPECT_THAT(slices("sSliceArray.lSize = 1\nsSliceArray.asSlice[0].sPosition.dTra = x"),
              IsEmpty());
  EXPECT_THAT(protocol_slices({}), IsEmpty());
}

TEST(CsaHeader, GivesTheParametersOfTheProtocol) {
  const std::string lines =
      "a.b = 2\na.bc = 0x1F # 'c'\nname = \"\"%Seq%\\x\"\"\nempty =\nodd = 0xZZ";
  const auto text = "### ASCCONV BEGIN object ###\n" + lines + "\n### ASCCONV END ###";
  for (const auto& header : {csa_header({{"MrPhoenixProtocol", {text}}}, CsaFormat::sv10),
                             csa_header({{"MrProtocol", {text}}}, CsaFormat::older),
                             std::vector<std::uint8_t>(text.begin(), text.end())}) {
    const auto protocol = protocol_text(header);
    EXPECT_EQ(protocol_value(protocol, "a.b"), "2");
    EXPECT_EQ(protocol_value(protocol, "a.bc"), "31");
    EXPECT_EQ(protocol_value(protocol, "name"), "%Seq%\\x");
    EXPECT_EQ(protocol_value(protocol, "empty"), "");
    EXPECT_EQ(protocol_value(protocol, "odd"), "0xZZ");
    EXPECT_EQ(protocol_value(protocol, "a"), std::nullopt);
  }
}

// Some CSA image headers have the first mark alone.
TEST(CsaHeader, HasNoProtocolWithoutBothMarks) {
  for (const std::string text :
       {"### ASCCONV BEGIN ###\na = 2\n", "a = 2\n### ASCCONV END ###", ""})
    EXPECT_EQ(protocol_text(csa_header({{"MrPhoenixProtocol", {text}}}, CsaFormat::sv10)), "");
}

}  // namespace
}  // namespace dcmflow
