#include "stages/formats/convert_image.h"

#include <unistd.h>

#include "stages/base/printable.h"
#include "stages/base/program_folder.h"
#include "stages/base/run_program.h"

namespace dcmflow {
namespace {

constexpr std::size_t most_words = 400;

Problem failed(const std::string& words) {
  return {Reason::output_not_writable, "dcmflow-convert", "dcmflow-convert: " + words};
}

}  // namespace

std::optional<std::string> converter_path() {
  auto path = in_program_folder("dcmflow-convert");
  if (!path || access(path->c_str(), X_OK) != 0) return std::nullopt;
  return path;
}

Status convert_image(const std::string& from, const std::string& to,
                     const std::function<bool()>& is_stopped) {
  const auto program = converter_path();
  if (!program) return failed("is not in the folder of dcmflow");
  const auto end = run_program({*program, from, to}, most_words, is_stopped);
  if (!end && end.problem().reason == Reason::interrupted) return end.problem();
  if (!end) return failed(end.problem().detail);
  constexpr int by_signal = 128;
  if (end->exit_code > by_signal)
    return failed("ended by signal " + std::to_string(end->exit_code - by_signal));
  if (end->exit_code != 0) return failed(printable(end->errors));
  return Done{};
}

}  // namespace dcmflow
