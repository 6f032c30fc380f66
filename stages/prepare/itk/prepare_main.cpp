// dcmflow-prepare JOB: makes one image of others, on the grid that JOB names (resample_job.h), and
// says on standard output what its voxels are. A program of its own, since linking ITK costs
// dcmflow more than all of its start. Exit status 0, or 1 with "reason_code: what went wrong" on
// standard error; then there is no file.

#include <itkMacro.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <string>

#include "stages/base/text_file.h"
#include "stages/prepare/itk/image_sink.h"
#include "stages/prepare/itk/prepare_image.h"

namespace dcmflow {
namespace {

bool is_same_file(const std::string& a, const std::string& b) {
  struct stat one {
  }, other{};
  return stat(a.c_str(), &one) == 0 && stat(b.c_str(), &other) == 0 && one.st_dev == other.st_dev &&
         one.st_ino == other.st_ino;
}

// What is read must not be what is written over.
Status check_apart(const ResampleJob& job) {
  for (const auto& file : ImageSink::files_of(job))
    for (const auto& source : job.sources)
      if (is_same_file(source.path, file))
        return Problem{Reason::bad_settings, file, "a source is also what is to be written"};
  return Done{};
}

Result<Resampled> guarded_image(const ResampleJob& job) {
  try {
    return prepare_image(job);
  } catch (const itk::ExceptionObject& error) {
    return Problem{Reason::internal_error, {}, error.GetDescription()};
  } catch (const std::bad_alloc&) {
    return Problem{Reason::exceeds_memory, {}, "there is no more memory"};
  } catch (const std::exception& error) {
    return Problem{Reason::internal_error, {}, error.what()};
  }
}

int fail(const Problem& problem) {
  std::fprintf(stderr, "%s: %s\n", std::string(reason_code(problem.reason)).c_str(),
               problem.detail.c_str());
  return 1;
}

// Who waits for the answer died: nobody wants the image. REQUIRES: nothing is done yet.
bool end_with_who_waits() {
  struct stat answer {};
  if (fstat(STDOUT_FILENO, &answer) != 0 || !S_ISFIFO(answer.st_mode)) return true;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  pollfd heard{STDOUT_FILENO, 0, 0};
  return poll(&heard, 1, 0) <= 0 || (heard.revents & POLLERR) == 0;
}

int prepare(const std::string& path) {
  if (!end_with_who_waits()) return 1;
  const auto text = read_text_file(path, Reason::unreadable, path);
  if (!text) return fail(text.problem());
  const auto job = read_resample_job(*text);
  if (!job) return fail(job.problem());
  if (const auto apart = check_apart(*job); !apart) return fail(apart.problem());
  const auto made = guarded_image(*job);
  if (!made) {
    for (const auto& file : ImageSink::files_of(*job)) unlink(file.c_str());
    return fail(made.problem());
  }
  std::printf("%s\n", write_resampled(*made).c_str());
  return std::fflush(stdout) == 0 ? 0 : 1;
}

}  // namespace
}  // namespace dcmflow

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: dcmflow-prepare JOB.json\n", stderr);
    return 2;
  }
  return dcmflow::prepare(argv[1]);
}
