#include "config/verbs.h"

#include <gmock/gmock.h>

#include <fstream>

#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class Verbs : public testing::Test {
 protected:
  std::string rules_file(const std::string& text) const {
    std::ofstream(folder.path() + "/rules.json") << text;
    return folder.path() + "/rules.json";
  }
  ExitNow checked(const std::string& text) const {
    const auto answer = answer_verb({"rules", "check", rules_file(text)});
    EXPECT_TRUE(answer && answer->ok());
    return answer && answer->ok() ? **answer : ExitNow{};
  }
  const TemporaryFolder folder;
};

TEST_F(Verbs, CheckTellsEveryMistakeOnALineOfItsOwn) {
  const auto answer = checked(
      R"({"selections": [{"name": "S", "conditions": {"Modalty": "CT", "SequenceName": "*tfl", "Rows": [1, "=>"]}}]})");
  EXPECT_EQ(answer.exit_code, 3);
  EXPECT_TRUE(answer.is_answer);
  EXPECT_THAT(answer.text, AllOf(HasSubstr("did you mean \"Modality\"?\n"),
                                 HasSubstr("bad regex \"*tfl\""), HasSubstr("operator \"=>\""),
                                 HasSubstr("rules.json: 3 mistakes, 0 warnings\n")));
}

TEST_F(Verbs, CheckFindsNothingInRightRules) {
  const auto answer =
      checked(R"({"selections": [{"conditions": {"Modality": "CT", "Rows": ""}}]})");
  EXPECT_EQ(answer.exit_code, 0);
  EXPECT_THAT(answer.text, AllOf(HasSubstr("warning: selection 1, key \"Rows\""),
                                 HasSubstr("rules.json: no mistake, 1 warning\n")));
}

TEST_F(Verbs, CheckHintsAtWhatIsNoJson) {
  EXPECT_THAT(checked("{\"selections\": [ // mine\n]}").text, HasSubstr("JSON has no comments"));
  EXPECT_THAT(checked("{\"selections\": [1, ]}").text, HasSubstr("the comma before it"));
}

TEST_F(Verbs, CheckNeedsAFile) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"rules", "check"},
                                                {"rules", "check", "--strict"},
                                                {"rules", "check", "a", "b"}}) {
    const auto answer = answer_verb(words);
    ASSERT_TRUE(answer);
    ASSERT_FALSE(answer->ok());
    EXPECT_EQ(answer->problem().reason, Reason::bad_settings);
  }
  EXPECT_EQ(answer_verb({"rules", "check", "/nowhere"})->problem().reason, Reason::bad_rules);
}

TEST_F(Verbs, QuestionsBecomeConversionsWithATask) {
  const auto explain = find_question({"rules", "explain", "r.json", "in", "--threads", "2"});
  ASSERT_TRUE(explain.ok());
  EXPECT_EQ(explain->task, Task::explain_rules);
  EXPECT_THAT(explain->arguments, ElementsAre("in", "--rules", "r.json", "--threads", "2"));
  const auto values = find_question({"values", "in", "Modality", "EchoTime", "--json"});
  ASSERT_TRUE(values.ok());
  EXPECT_EQ(values->task, Task::list_values);
  EXPECT_THAT(values->keywords, ElementsAre("Modality", "EchoTime"));
  EXPECT_THAT(values->arguments, ElementsAre("in", "--json"));
  EXPECT_EQ(find_question({"values"}).problem().reason, Reason::bad_settings);
  EXPECT_EQ(find_question({"rules", "explain", "r.json"}).problem().reason, Reason::bad_settings);
}

TEST_F(Verbs, AServiceHasAFolderAndAnAddress) {
  const auto service = find_service({"serve", "out"});
  ASSERT_TRUE(service && service->ok());
  EXPECT_EQ((*service)->folder, "out");
  EXPECT_EQ(listen_text((*service)->address), "127.0.0.1:8080");
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"serve", "out", "--listen", "[::1]:0"},
        {"serve", "out", "--listen=[::1]:0"}}) {
    const auto other = find_service(words);
    ASSERT_TRUE(other && other->ok());
    EXPECT_EQ(listen_text((*other)->address), "[::1]:0");
  }
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{"serve"},
                                                {"serve", "--listen"},
                                                {"serve", "out", "more"},
                                                {"serve", "out", "--listen"},
                                                {"serve", "out", "--listen", "8080"},
                                                {"serve", "out", "--json", "127.0.0.1:1"}}) {
    const auto found = find_service(wrong);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->problem().reason, Reason::bad_settings);
  }
  EXPECT_FALSE(find_service({"./serve", "out"}));
  EXPECT_FALSE(find_service({}));
}

TEST_F(Verbs, HelpOfAVerbNeedsNothingElse) {
  for (const auto& [words, usage] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"values", "--help"}, "Usage: dcmflow values INPUT [KEYWORD...]\n"},
           {{"list", "-h"}, "Usage: dcmflow list INPUT\n"},
           {{"rules", "check", "--help"}, "Usage: dcmflow rules check FILE\n"},
           {{"rules", "explain", "r.json", "--help"}, "Usage: dcmflow rules explain FILE INPUT\n"},
           {{"serve", "--help"}, "Usage: dcmflow serve OUTPUT\n"},
           {{"diff", "a", "b", "--help"}, "Usage: dcmflow diff OUTPUT_A OUTPUT_B\n"},
           {{"show", "--help"}, "Usage: dcmflow show [app|pkg]\n"}}) {
    const auto answer = answer_verb(words);
    ASSERT_TRUE(answer && answer->ok());
    EXPECT_EQ((*answer)->exit_code, 0);
    EXPECT_THAT((*answer)->text, HasSubstr(usage));
  }
  EXPECT_FALSE(answer_verb({"run", "--help"}));
  EXPECT_THAT(find_question({"run", "in", "--help"})->arguments, ElementsAre("--help"));
}

TEST_F(Verbs, ListTakesOneInputAndTheOptionsOfARun) {
  const auto list = find_question({"list", "in", "-v", "--threads", "2"});
  ASSERT_TRUE(list.ok());
  EXPECT_EQ(list->task, Task::list_series);
  EXPECT_THAT(list->arguments, ElementsAre("in", "-v", "--threads", "2"));
  EXPECT_EQ(find_question({"list"}).problem().reason, Reason::bad_settings);
  EXPECT_EQ(find_question({"list", "in", "out"}).problem().reason, Reason::bad_settings);
}

TEST_F(Verbs, DiffNeedsTwoFoldersWithResults) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"diff"},
                                                {"diff", "a"},
                                                {"diff", "a", "--json"},
                                                {"diff", "a", "b", "c"},
                                                {"diff", folder.path(), folder.path()}}) {
    const auto answer = answer_verb(words);
    ASSERT_TRUE(answer);
    ASSERT_FALSE(answer->ok());
    EXPECT_EQ(answer->problem().reason, Reason::bad_settings);
  }
}

TEST_F(Verbs, TheWordRunMayComeFirst) {
  const auto behind = [](std::vector<std::string> words) {
    return find_question(std::move(words))->arguments;
  };
  EXPECT_THAT(behind({"run", "in"}), ElementsAre("in"));
  EXPECT_THAT(behind({"run"}), ElementsAre());
  EXPECT_THAT(behind({"run", "run", "out"}), ElementsAre("run", "out")) << "a folder of that name";
  EXPECT_THAT(behind({"./run"}), ElementsAre("./run"));
  EXPECT_THAT(behind({"values", "run"}), ElementsAre("run"));
}

TEST_F(Verbs, AFolderIsNoVerb) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"in", "out"}, {"./values", "out"}, {"rules", "out"}, {}}) {
    EXPECT_FALSE(answer_verb(words));
    const auto question = find_question(words);
    ASSERT_TRUE(question.ok());
    EXPECT_EQ(question->task, Task::convert);
    EXPECT_EQ(question->arguments, words);
  }
}

}  // namespace
}  // namespace dcmflow
