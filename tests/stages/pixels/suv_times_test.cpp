// From which moment to which the dose decays.

#include <cmath>

#include "tests/stages/pixels/suv_scene.h"

namespace dcmflow {
namespace {

using testing::DoubleNear;
using testing::Each;
using testing::HasSubstr;

constexpr double per_gram = 4e-4;  // one half-life after the injection: see pet_slice()
auto near(double factor) { return DoubleNear(factor, factor * 1e-9); }

class SuvTimesOf : public SuvScene {
 protected:
  static DicomBuilder injected(DicomBuilder file, const char* keyword, const char* at) {
    return file.set_in(drug, 0, keyword, at);
  }
  static DicomBuilder acquired(const char* time, const char* uid, const char* reference_ms = "",
                               const char* duration_ms = "") {
    auto file = pet_slice().set("AcquisitionTime", time).set("SOPInstanceUID", uid);
    return file.set("FrameReferenceTime", reference_ms).set("ActualFrameDuration", duration_ms);
  }
};

// 23:55 to 01:45 are 6600 s, as 09:00 to 10:50 are.
TEST_F(SuvTimesOf, AnInjectionBeforeMidnightIsOfTheDayBefore) {
  auto file = pet_slice().set("SeriesTime", "014500").set("AcquisitionTime", "014500");
  EXPECT_THAT(factor(injected(file, "RadiopharmaceuticalStartTime", "235500")), near(per_gram));
  EXPECT_THAT(factor(injected(file, "RadiopharmaceuticalStartDateTime", "20200101235500.000000")),
              near(per_gram));
  // In the year before, and the scan goes on over midnight.
  file = pet_slice().set("SeriesDate", "20200101").set("SeriesTime", "000500");
  file.set("AcquisitionDate", "20200101").set("AcquisitionTime", "000500");
  EXPECT_THAT(factor(injected(file, "RadiopharmaceuticalStartTime", "221500")), near(per_gram));
  file = pet_slice().set("SeriesTime", "235900").set("AcquisitionTime", "001000");
  file.set("AcquisitionDate", "20200103");
  EXPECT_THAT(factor(injected(file, "RadiopharmaceuticalStartTime", "220900")), near(per_gram));
}

// Times of day have 24 hours; short ones and those of ACR-NEMA are read.
TEST_F(SuvTimesOf, TheAfternoonIsReadAsItIsWritten) {
  const auto file = pet_slice().set("SeriesTime", "142000").set("AcquisitionTime", "142000.5");
  for (const auto* noon : {"1230", "123000", "12:30:00", "123000.000000"})
    EXPECT_THAT(factor(injected(file, "RadiopharmaceuticalStartTime", noon)), near(per_gram));
  auto zone = pet_slice().set("SeriesTime", "142000").set("AcquisitionTime", "142000.5");
  zone.set("TimezoneOffsetFromUTC", "+0100");
  EXPECT_THAT(factor(injected(zone, "RadiopharmaceuticalStartDateTime", "20200102123000.00+0100")),
              near(per_gram));
}

// One clock is that of Timezone Offset From UTC; what says another is brought to it.
TEST_F(SuvTimesOf, AnOffsetFromUtcIsThatOfTheOtherTimesOrIsToldFromIt) {
  const auto date_time = [](const char* zone, const char* text) {
    auto file = pet_slice().set("SeriesTime", "142000").set("AcquisitionTime", "142000.5");
    if (*zone != 0) file.set("TimezoneOffsetFromUTC", zone);
    return injected(file, "RadiopharmaceuticalStartDateTime", text);
  };
  EXPECT_THAT(factor(date_time("+0100", "20200102113000+0000")), near(per_gram));
  EXPECT_THAT(factor(date_time("-0930", "20200102220000+0000")), near(per_gram));
  EXPECT_THAT(refusal({date_time("", "20200102123000+0100")}),
              HasSubstr("Timezone Offset From UTC (0008,0201)"));
  EXPECT_NE(refusal({date_time("+0100", "20200102123000+01")}), "");
}

TEST_F(SuvTimesOf, TheDateTimeOfTheInjectionIsBelievedBeforeItsTime) {
  const auto file = injected(pet_slice(), "RadiopharmaceuticalStartDateTime", "20200102071000");
  EXPECT_THAT(factor(file), near(2 * per_gram));  // another half-life
  // Days of a long-lived drug: 48 h are two of 86400 s, 370 / 4 MBq are left.
  auto days = injected(pet_slice(), "RadiopharmaceuticalStartDateTime", "20191231105000");
  days.set_in(drug, 0, "RadionuclideHalfLife", "86400");
  EXPECT_THAT(factor(days), near(74000 / (370e6 / 4)));
}

// The scanner runs before the drug is given: more than the dose is there at the start, so to say.
TEST_F(SuvTimesOf, ADynamicScanMayBeginBeforeTheInjection) {
  const auto start = pet_slice().set("SeriesTime", "085500").set("AcquisitionTime", "085500");
  const auto factor_then = 74000 / (370e6 * std::exp2(300.0 / 6600));
  auto file = start;
  file.set("SOPInstanceUID", "1.2.3.4.6").set("AcquisitionTime", "090500");
  EXPECT_THAT(factors({start, file}), Each(near(factor_then)));
  EXPECT_THAT(refusal({start}), HasSubstr("Radiopharmaceutical Start Time (0018,1072)"));
}

// Series Time of when the patient was called in, say: nobody corrects to before the injection.
TEST_F(SuvTimesOf, AnInjectionBetweenSeriesTimeAndTheFirstImageIsRefused) {
  const auto file = pet_slice().set("SeriesTime", "083000");
  EXPECT_THAT(refusal({file}), HasSubstr("1800 s behind the moment"));
  EXPECT_THAT(refusal({injected(file, "RadiopharmaceuticalStartDateTime", "20200102090000")}),
              HasSubstr("Radiopharmaceutical Start DateTime (0018,1078)"));
}

// A series that was made at noon of one that was scanned at 10:50.
TEST_F(SuvTimesOf, ASeriesThatWasMadeLaterIsOfItsEarliestImage) {
  const auto first = acquired("105000", "1.2.3.4.6").set("SeriesTime", "120000");
  const auto second = acquired("105300", "1.2.3.4.7").set("SeriesTime", "120000");
  EXPECT_THAT(factors({second, first}), Each(near(per_gram)));
  // Which need not be in the same image.
  EXPECT_THAT(factors({first, second}, Suv::bw, 1), Each(near(per_gram)));
  // On the day after: the dates count.
  auto next_day = first;
  next_day.set("SeriesDate", "20200103").set("SeriesTime", "080000");
  EXPECT_THAT(factor(next_day), near(per_gram));
  // Not later than its images: its time is that of the scan, here a half-life before.
  EXPECT_THAT(factor(acquired("124000", "1.2.3.4.6")), near(per_gram));
}

// Siemens writes both, of one moment.
TEST_F(SuvTimesOf, ASeriesTimeThatIsRoundedUpIsThatOfTheScan) {
  auto file = acquired("104959.999985", "1.2.3.4.6", "900000", "180000");
  EXPECT_NEAR(factor(file), per_gram, per_gram * 1e-8);
}

TEST_F(SuvTimesOf, ASeriesOfGeThatWasMadeLaterSaysWhenTheScanBegan) {
  auto file = pet_slice().set("SeriesTime", "120000").set("AcquisitionTime", "111500");
  file.set_private(0x0009, "GEMS_PETD_01", 0x0D, "DT", "20200102105000.00");
  EXPECT_THAT(factor(file), near(per_gram));
  // It is no start that is behind the first image.
  auto late = pet_slice().set("SeriesTime", "130000");
  late.set_private(0x0009, "GEMS_PETD_01", 0x0D, "DT", "20200102125900.00");
  EXPECT_THAT(refusal({late}), HasSubstr("GE's scan time (0009,100D)"));
  // It does not count where Series Time is that of the scan.
  EXPECT_THAT(factor(file.set("SeriesTime", "090000").set("AcquisitionTime", "090000")),
              near(74000 / 370e6));
}

// Beds of 180 s from 10:50 on. λT = ln 2 · 180 / 6600 = 0.0189040; the mean activity is that of
// ln(λT / (1 − e^−λT)) / λ = 89.8582 s after the begin of a bed. The first bed is not there.
TEST_F(SuvTimesOf, ASeriesThatWasMadeLaterIsOfTheStartThatItsFramesSay) {
  const auto second = acquired("105300", "1.2.3.4.6", "269858.2", "180000");
  const auto third = acquired("105600", "1.2.3.4.7", "449858.2", "180000");
  auto made = std::vector{second, third};
  for (auto& file : made) file.set("SeriesTime", "120000");
  for (const double found : factors(made)) EXPECT_NEAR(found, per_gram, per_gram * 1e-6);
  // When one of them does not say it, it is when the earliest was acquired: 180 s later.
  made[1].set("FrameReferenceTime", "0");
  const double later = per_gram * std::exp2(180.0 / 6600);
  EXPECT_THAT(factors(made), Each(near(later)));
  // They differ by 100 s: 1.05 % of the activity.
  made[1].set("FrameReferenceTime", "549858.2");
  EXPECT_THAT(refusal(made),
              testing::AllOf(HasSubstr("Frame Reference Time (0054,1300)"), HasSubstr("100 s")));
  made[1].set("FrameReferenceTime", "540000");
  EXPECT_EQ(refusal(made), "");
  made[1].set_in(drug, 0, "RadionuclideHalfLife", "1200");
  EXPECT_THAT(refusal(made), HasSubstr("Radionuclide Half Life (0018,1075)"));
}

TEST_F(SuvTimesOf, AnInjectionThatFitsNoScanIsRefused) {
  struct Case {
    const char* keyword;
    const char* at;
    const char* says;
  };
  for (const Case& c :
       {// Without its day more than 12 h before the scan: 22:49 of the day before is not.
        Case{"RadiopharmaceuticalStartTime", "105100", "Start DateTime (0018,1078)"},
        Case{"RadiopharmaceuticalStartTime", "224900", "Start Time (0018,1072)"},
        Case{"RadiopharmaceuticalStartTime", "2500", "Start Time (0018,1072)"},
        Case{"RadiopharmaceuticalStartTime", "", "Start Time (0018,1072)"},
        Case{"RadiopharmaceuticalStartDateTime", "20200102105001", "1 s behind the last image"},
        Case{"RadiopharmaceuticalStartDateTime", "20200102", "Start DateTime (0018,1078)"},
        Case{"RadiopharmaceuticalStartDateTime", "19000101090000", "nothing is left"},
        Case{"RadiopharmaceuticalStartDateTime", "yesterday", "Start DateTime (0018,1078)"}})
    EXPECT_THAT(refusal({injected(pet_slice(), c.keyword, c.at)}), HasSubstr(c.says)) << c.at;
  EXPECT_EQ(refusal({injected(pet_slice(), "RadiopharmaceuticalStartTime", "225000")}), "");
}

}  // namespace
}  // namespace dcmflow
