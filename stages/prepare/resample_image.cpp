#include "stages/prepare/resample_image.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <string_view>

#include "stages/base/descriptor.h"
#include "stages/base/output_folder.h"
#include "stages/base/printable.h"
#include "stages/base/program_folder.h"
#include "stages/base/run_program.h"
#include "stages/base/system_words.h"
#include "stages/base/utf8.h"

namespace dcmflow {
namespace {

constexpr std::size_t most_words = 2000;
constexpr int by_signal = 128;

Problem failed(const std::string& words) {
  return {Reason::output_not_writable, "dcmflow-prepare", "dcmflow-prepare: " + words};
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

// JSON holds nothing but UTF-8.
bool can_be_told(const ResampleJob& job) {
  bool can = is_utf8(job.to) && is_utf8(job.voxels);
  for (const auto& source : job.sources) can &= is_utf8(source.path);
  return can;
}

// Without a name, so that nobody who may write to some folder can change what it says; the program
// inherits it.
Result<Descriptor> write_job(const ResampleJob& job) {
  Descriptor file(memfd_create("job", 0));
  const int error = file ? write_all(file.get(), write_resample_job(job)) : errno;
  if (error != 0) return failed("the job cannot be written: " + system_words(error));
  return file;
}

// The program says "reason_code: what went wrong".
Problem ended_badly(const ProgramEnd& end) {
  if (end.exit_code == by_signal + SIGKILL)
    return {Reason::exceeds_memory, "dcmflow-prepare",
            "dcmflow-prepare was killed, as the system does when memory runs out; see "
            "--memory-budget"};
  if (end.exit_code > by_signal)
    return failed("ended by signal " + std::to_string(end.exit_code - by_signal));
  auto problem = failed(printable(end.errors));
  const auto code = end.errors.substr(0, end.errors.find(':'));
  const auto rows = reason_rows();
  if (const auto row = std::ranges::find(rows, code, &ReasonRow::code); row != rows.end())
    problem.reason = row->reason;
  return problem;
}

}  // namespace

std::optional<std::string> preparer_path() {
  auto path = in_program_folder("dcmflow-prepare");
  if (!path || access(path->c_str(), X_OK) != 0) return std::nullopt;
  return path;
}

Result<Resampled> resample_image(const ResampleJob& job, const std::function<bool()>& is_stopped) {
  const auto program = preparer_path();
  if (!program)
    return Problem{Reason::output_not_writable, "dcmflow-prepare", std::string(no_preparer)};
  if (!can_be_told(job)) return failed("a path is not UTF-8, so no job can name it");
  const auto told = write_job(job);
  if (!told) return told.problem();
  const auto path =
      "/proc/self/fd/" + std::to_string(told->get());  // of the program, the same there
  const auto end = run_program({*program, path}, most_words, is_stopped);
  if (!end)
    return end.problem().reason == Reason::interrupted ? end.problem()
                                                       : failed(end.problem().detail);
  if (end->exit_code != 0) return ended_badly(*end);
  auto made = read_resampled(end->output);
  if (!made) return failed("it answers what is not understood: " + made.problem().detail);
  return made;
}

}  // namespace dcmflow
