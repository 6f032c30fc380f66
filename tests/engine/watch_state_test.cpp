#include "engine/watch_state.h"

#include <gmock/gmock.h>

namespace dcmflow {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(WatchMetrics, TellOfTheOutputOnceThereWasARound) {
  WatchFacts facts;
  EXPECT_THAT(prometheus_text(watch_metrics(facts, 0)), Not(HasSubstr("\ndcmflow_files ")));
  facts.exit_code = 0;
  facts.files = 7;
  facts.reasons = {{Reason::not_dicom, 2}, {Reason::no_geometry, 1}};
  const auto text = prometheus_text(watch_metrics(facts, 4096));
  EXPECT_THAT(text, HasSubstr("\ndcmflow_files 7\n"));
  EXPECT_THAT(text, HasSubstr("dcmflow_problems{reason=\"not_dicom\",severity=\"skipped\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("dcmflow_problems{reason=\"no_geometry\",severity=\"refused\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("\nprocess_resident_memory_bytes 4096\n"));
  EXPECT_THAT(text, Not(HasSubstr("last_success")));
}

TEST(WatchMetrics, TellWhenARoundLastSucceeded) {
  WatchFacts facts;
  facts.last_success = std::chrono::system_clock::time_point(std::chrono::milliseconds(1500));
  EXPECT_THAT(prometheus_text(watch_metrics(facts, 0)),
              HasSubstr("\ndcmflow_last_success_timestamp_seconds 1.5\n"));
}

TEST(WatchComplaint, IsOfTheInputAndOfFailedRounds) {
  WatchFacts facts;
  EXPECT_EQ(watch_complaint(facts), "");
  for (const int complete : {0, 6, 7}) {
    facts.exit_code = complete;
    EXPECT_EQ(watch_complaint(facts), "");
  }
  facts.exit_code = 5;
  EXPECT_THAT(watch_complaint(facts), HasSubstr("exit code 5"));
  facts.input_readable = false;
  EXPECT_THAT(watch_complaint(facts), HasSubstr("input"));
}

}  // namespace
}  // namespace dcmflow
