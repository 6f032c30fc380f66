#include "config/option_variables.h"

#include <gmock/gmock.h>

#include <map>

#include "config/help_text.h"

namespace dcmflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Variables = std::map<std::string, std::string>;

Environment environment(const Variables& variables) {
  return [variables](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

CommandLine filled(const Variables& variables, std::vector<const char*> arguments = {}) {
  arguments.insert(arguments.begin(), "dcmflow");
  auto parsed = parse_command_line(static_cast<int>(arguments.size()), arguments.data());
  EXPECT_TRUE(parsed.ok());
  auto command_line = std::get<CommandLine>(*parsed);
  const auto read = read_option_variables(environment(variables), command_line);
  EXPECT_TRUE(read.ok()) << read.problem().detail;
  return command_line;
}

TEST(OptionVariables, EveryOptionHasOne) {
  for (const OptionRow& row : command_line_options()) {
    const auto name = variable_of(row.name);
    EXPECT_EQ(name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789"), std::string::npos);
    CommandLine command_line;
    const auto read = read_option_variables(environment({{name, "yes"}}), command_line);
    ASSERT_TRUE(read.ok()) << name;
    EXPECT_EQ(read->size(), 1U) << name;
  }
  EXPECT_EQ(variable_of("--on-missing"), "DCMFLOW_ON_MISSING");
  EXPECT_EQ(variable_of("INPUT..."), "DCMFLOW_INPUT");
}

TEST(OptionVariables, ComeBehindArgumentsAndVariablesOfPlatforms) {
  EXPECT_EQ(filled({{"DCMFLOW_FORMAT", "nii"}}).format, "nii");
  EXPECT_EQ(filled({{"DCMFLOW_FORMAT", "nii"}}, {"-f", "mha"}).format, "mha");
  EXPECT_EQ(filled({{"DCMFLOW_FORMAT", "nii"}, {"NVIDIA_CLARA_IMAGE_FORMAT", "mhd"}}).format,
            std::nullopt);
  EXPECT_EQ(filled({{"DCMFLOW_OUTPUT", "x"}, {"HOLOSCAN_OUTPUT_PATH", "y"}}).output, std::nullopt);
  EXPECT_EQ(filled({{"DCMFLOW_OUTPUT", "x"}}).output, "x");
  EXPECT_EQ(filled({{"DCMFLOW_OUTPUT", "x"}}, {"in", "-o", "y"}).output, "y");
  EXPECT_EQ(filled({{"DCMFLOW_INPUT", "x"}}).input, "x");
  EXPECT_EQ(filled({{"DCMFLOW_INPUT", "x"}}, {"in"}).input, "in");
}

TEST(OptionVariables, FlagsAreYesOrNo) {
  for (const auto* const yes : {"yes", "1", "true", "TRUE"})
    EXPECT_TRUE(filled({{"DCMFLOW_STRICT", yes}}).strict) << yes;
  for (const auto* const no : {"no", "0", "False", ""})
    EXPECT_FALSE(filled({{"DCMFLOW_STRICT", no}}).strict) << no;
  EXPECT_TRUE(filled({{"DCMFLOW_STRICT", "no"}}, {"--strict"}).strict);
  CommandLine command_line;
  const auto read = read_option_variables(
      environment({{"DCMFLOW_STRICT", "maybe"}, {"DCMFLOW_OUTPUT", "x"}}), command_line);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.problem().subject, "DCMFLOW_STRICT");
  EXPECT_THAT(read.problem().detail, HasSubstr("'maybe'"));
  EXPECT_EQ(command_line.output, "x");
}

TEST(OptionVariables, UnknownOnesAreTold) {
  EXPECT_THAT(tell_unknown_variables(std::vector<std::string>{
                  "PATH", "DCMFLOW_STRICT", "DCMFLOW_CORPUS", "DCMFLOW_ON_MISING"}),
              ElementsAre("the variable DCMFLOW_ON_MISING is of no option; did you mean "
                          "DCMFLOW_ON_MISSING?"));
  EXPECT_THAT(tell_unknown_variables({}), IsEmpty());
}

}  // namespace
}  // namespace dcmflow
