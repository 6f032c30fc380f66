#include "config/console.h"

#include <gtest/gtest.h>

namespace dcmflow {
namespace {

constexpr Terminals both{.output = true, .errors = true, .output_columns = 100};
const TerminalVariables usual{.no_color = false, .term = "xterm", .charset = "en_GB.UTF-8"};

Console chosen(const ConsoleWish& wish, const TerminalVariables& variables = usual,
               const Terminals& terminals = both) {
  const auto console = choose_console(wish, variables, terminals);
  EXPECT_TRUE(console.ok());
  return *console;
}

TEST(Console, WithoutFoldersItIsAContainerStageWhateverTheTerminals) {
  for (const auto& terminals : {both, Terminals{}})
    for (const auto* const color : {"auto", "always"}) {
      const auto console = chosen({.color = color, .json = true}, usual, terminals);
      EXPECT_FALSE(console.is_watched || console.log_colours || console.summary ||
                   console.descriptions || console.summary_colours);
      EXPECT_TRUE(console.tells_settings && console.tells_info);
      EXPECT_EQ(console.progress, ProgressForm::log);
    }
}

TEST(Console, APersonHasALiveLineColoursAndATable) {
  const auto console = chosen({.names_folders = true});
  EXPECT_TRUE(console.is_watched && console.log_colours && console.summary &&
              console.descriptions && console.summary_colours);
  EXPECT_FALSE(console.tells_settings || console.tells_info || console.all_series);
  EXPECT_EQ(console.progress, ProgressForm::live);
  EXPECT_EQ(console.summary_width, 100U);
  EXPECT_EQ(console.charset, Charset::utf8);
}

TEST(Console, WithoutATerminalLinesArePlainAndNothingOfDescriptions) {
  const auto console = chosen({.names_folders = true}, usual, {});
  EXPECT_FALSE(console.is_watched || console.log_colours || console.descriptions ||
               console.summary_colours || console.tells_settings);
  EXPECT_TRUE(console.summary && console.tells_info && console.all_series);
  EXPECT_EQ(console.progress, ProgressForm::log);
  EXPECT_EQ(console.summary_width, 0U);
}

TEST(Console, ATableInAPipeHasNoDescriptionsThoughTheLogIsWatched) {
  const auto console = chosen({.names_folders = true}, usual, {.output = false, .errors = true});
  EXPECT_TRUE(console.is_watched);
  EXPECT_FALSE(console.descriptions || console.summary_colours);
}

TEST(Console, NoColorIsRespectedAndColorWins) {
  auto variables = usual;
  variables.no_color = true;
  const auto without = chosen({.names_folders = true}, variables);
  EXPECT_FALSE(without.log_colours || without.summary_colours);
  EXPECT_EQ(without.progress, ProgressForm::live);
  EXPECT_TRUE(chosen({.names_folders = true, .color = "always"}, variables).summary_colours);
  EXPECT_TRUE(chosen({.names_folders = true, .color = "always"}, usual, {}).summary_colours);
  EXPECT_FALSE(chosen({.names_folders = true, .color = "never"}).summary_colours);
}

TEST(Console, ADumbTerminalHasNoLiveLine) {
  for (const auto& term : {std::optional<std::string>("dumb"), std::optional<std::string>()}) {
    const auto console = chosen({.names_folders = true}, {false, term, "C.UTF-8"});
    EXPECT_FALSE(console.is_watched || console.log_colours || console.summary_colours);
    EXPECT_EQ(console.progress, ProgressForm::log);
  }
}

TEST(Console, VerboseTellsTheSettings) {
  const auto console = chosen({.names_folders = true, .verbose = true});
  EXPECT_TRUE(console.tells_settings && console.tells_info && console.all_series);
}

TEST(Console, ProgressIsWhatIsAskedFor) {
  EXPECT_EQ(chosen({.names_folders = true, .progress = "json"}).progress, ProgressForm::json);
  EXPECT_EQ(chosen({.names_folders = true, .progress = "none"}).progress, ProgressForm::none);
  EXPECT_EQ(chosen({.progress = "json"}).progress, ProgressForm::json);
}

TEST(Console, AnotherCharsetShowsAsciiAlone) {
  EXPECT_EQ(chosen({.names_folders = true}, {false, "xterm", "de_DE.utf8"}).charset, Charset::utf8);
  for (const auto* const charset : {"C", "POSIX", "de_DE.ISO-8859-1"})
    EXPECT_EQ(chosen({.names_folders = true}, {false, "xterm", charset}).charset, Charset::ascii);
  EXPECT_EQ(chosen({.names_folders = true}, {false, "xterm", std::nullopt}).charset,
            Charset::ascii);
}

TEST(Console, AnotherWordIsAnError) {
  EXPECT_EQ(choose_console({.color = "blue"}, usual, both).problem().reason, Reason::bad_settings);
  EXPECT_EQ(choose_console({.progress = "bar"}, usual, both).problem().subject, "--progress");
}

}  // namespace
}  // namespace dcmflow
