#include "config/help_topics.h"

#include <gmock/gmock.h>

#include <sstream>

#include "config/command_line.h"
#include "config/help_text.h"
#include "config/verbs.h"
#include "stages/base/reasons.h"
#include "stages/base/terminal_text.h"

namespace dcmflow {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string help(std::string_view topic) {
  const auto answer = help_on(topic);
  EXPECT_TRUE(answer.ok()) << topic;
  if (!answer.ok()) return {};
  EXPECT_EQ(answer->exit_code, 0);
  std::istringstream lines(answer->text);
  for (std::string line; std::getline(lines, line);)
    EXPECT_LE(terminal_width(line), 80U) << topic << ": " << line;
  EXPECT_TRUE(answer->text.ends_with('\n')) << topic;
  return answer->text;
}

TEST(HelpTopics, AloneListsThemAndEachCanBeAsked) {
  const auto topics = help("");
  std::istringstream lines(topics);
  std::size_t asked = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("  ") || line.starts_with("  a") || line.starts_with("   ")) continue;
    std::istringstream words(line);
    std::string topic;
    words >> topic;
    if (topic == "dcmflow") words >> topic;
    EXPECT_NE(help(topic), "") << topic;
    ++asked;
  }
  EXPECT_GE(asked, 20U);
}

TEST(HelpTopics, EveryOptionHasItsTopicAndStandsInThatOfItsGroup) {
  const auto topics = help("");
  for (const OptionRow& row : command_line_options()) {
    EXPECT_THAT(topics, HasSubstr(std::string(row.group) + "\n")) << row.name;
    EXPECT_THAT(help(row.name),
                AllOf(HasSubstr(std::string(row.group) + ":\n"), HasSubstr(std::string(row.name))));
  }
  EXPECT_THAT(help("geometry"), AllOf(HasSubstr("--on-tilt"), Not(HasSubstr("--threads"))));
  EXPECT_THAT(help("on-missing"), AllOf(HasSubstr("--on-missing"), Not(HasSubstr("--on-tilt"))));
  EXPECT_EQ(help("-f"), help("format"));
  EXPECT_THAT(help("resume"), HasSubstr("--resume"));
  EXPECT_THAT(help("watch"), AllOf(HasSubstr("--settle"), HasSubstr("--listen")));
}

TEST(HelpTopics, EveryReasonIsToldWithItsRemedy) {
  const auto all = help("reasons");
  for (const ReasonRow& row : reason_rows()) {
    EXPECT_THAT(all, HasSubstr("  " + std::string(row.code))) << row.code;
    EXPECT_THAT(help(row.code), HasSubstr(std::string(row.code)));
  }
  EXPECT_THAT(help("missing_slices"),
              AllOf(HasSubstr("refused: slices are missing"), HasSubstr("--on-missing split")));
}

TEST(HelpTopics, AreTheSameTextAsTheWholeHelp) {
  const auto whole = help_text(command_line_options());
  for (const auto* const topic : {"formats", "exit-codes", "environment", "geometry", "folders"})
    EXPECT_THAT(whole, HasSubstr(help(topic))) << topic;
  EXPECT_THAT(help("tolerances"), AllOf(HasSubstr("shear_deg"), HasSubstr("0.05")));
}

TEST(HelpTopics, ARulesTopicHasVerbsAndOptions) {
  EXPECT_THAT(help("rules"), AllOf(HasSubstr("Usage: dcmflow rules check FILE"),
                                   HasSubstr("Usage: dcmflow rules explain FILE INPUT"),
                                   HasSubstr("--rules FILE")));
  EXPECT_THAT(help("query"), HasSubstr("series_overview"));
}

TEST(HelpTopics, AnotherWordIsRefusedWithTheNearest) {
  const auto refusal = [](std::string_view topic) {
    const auto answer = help_on(topic);
    EXPECT_FALSE(answer.ok());
    return answer.ok() ? Problem{} : answer.problem();
  };
  EXPECT_EQ(refusal("geometri").reason, Reason::bad_settings);
  EXPECT_THAT(refusal("geometri").detail, HasSubstr("did you mean \"geometry\"?"));
  EXPECT_THAT(refusal("missing_slice").detail, HasSubstr("missing_slices"));
  EXPECT_THAT(refusal("xyzzy\x1B").detail, AllOf(HasSubstr("\\x1B"), HasSubstr("dcmflow help")));
  EXPECT_EQ(answer_verb({"help", "a", "b"})->problem().reason, Reason::bad_settings);
}

}  // namespace
}  // namespace dcmflow
