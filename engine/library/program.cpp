#include "engine/library/dcmflow.h"
#include "engine/library/read_json.h"
#include "stages/base/run_program.h"

namespace dcmflow {
namespace {

// Of what is heard; a summary has some hundred bytes a series.
constexpr std::size_t most_bytes = std::size_t{1} << 30;
constexpr int not_started = 127;  // as shells say

// Neither an option nor a verb.
std::string as_path(const std::string& path) {
  return path.empty() || path.front() == '/' ? path : "./" + path;
}

Answer<ProgramEnd> run(std::vector<std::string> words) {
  auto end = run_program(std::move(words), most_bytes);
  if (!end) return Failure{not_started, end.problem().subject + ": " + end.problem().detail};
  return std::move(*end);
}

// Done, done with refusals under --strict, and done without what a selection requires.
bool has_results(int exit_code) { return exit_code == 0 || exit_code == 6 || exit_code == 7; }

Answer<Summary> run_for_summary(std::vector<std::string> words) {
  auto ran = run(std::move(words));
  if (auto* failure = std::get_if<Failure>(&ran)) return std::move(*failure);
  const auto& end = std::get<ProgramEnd>(ran);
  if (!has_results(end.exit_code)) return Failure{end.exit_code, end.errors};
  return read_summary(end.output);
}

std::vector<std::string> command(const std::string& program, std::vector<std::string> words,
                                 const std::vector<std::string>& options) {
  words.insert(words.begin(), program);
  words.emplace_back("--json");
  words.insert(words.end(), options.begin(), options.end());
  return words;
}

}  // namespace

inline namespace v1 {

Answer<std::string> Program::version() const {
  auto ran = run({path_, "--version"});
  if (auto* failure = std::get_if<Failure>(&ran)) return std::move(*failure);
  const auto& end = std::get<ProgramEnd>(ran);
  const std::string name = "dcmflow ";
  if (end.exit_code != 0 || end.output.compare(0, name.size(), name) != 0)
    return Failure{end.exit_code, path_ + " --version: found '" + end.output + end.errors +
                                      "', expected the version of dcmflow"};
  return end.output.substr(name.size());
}

Answer<Summary> Program::convert(const std::string& input, const std::string& output,
                                 const std::vector<std::string>& options) const {
  return run_for_summary(command(path_, {"run", as_path(input), as_path(output)}, options));
}

Answer<Summary> Program::list(const std::string& input,
                              const std::vector<std::string>& options) const {
  return run_for_summary(command(path_, {"list", as_path(input)}, options));
}

}  // namespace v1
}  // namespace dcmflow
