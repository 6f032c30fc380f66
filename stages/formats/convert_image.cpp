#include "stages/formats/convert_image.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "stages/base/descriptor.h"
#include "stages/base/printable.h"
#include "stages/base/program_folder.h"
#include "stages/base/system_words.h"

namespace dcmflow {
namespace {

constexpr std::size_t most_words = 400;

Problem failed(const std::string& words) {
  return {Reason::output_not_writable, "dcmflow-convert", "dcmflow-convert: " + words};
}

// What the converter writes to stderr, until it closes it.
std::string read_words(int descriptor) {
  std::string words;
  std::array<char, 512> part;
  for (;;) {
    const ssize_t count = read(descriptor, part.data(), part.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    words.append(part.data(), static_cast<std::size_t>(count));
    words.resize(std::min(words.size(), most_words));
  }
  while (words.ends_with('\n')) words.pop_back();
  return words;
}

// A child whose stderr is `stderr_end`.
Result<pid_t> start(std::string program, std::string from, std::string to, int stderr_end) {
  std::array<char*, 4> arguments{program.data(), from.data(), to.data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, stderr_end, STDERR_FILENO);
  pid_t child = 0;
  const int error =
      posix_spawn(&child, program.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return failed("cannot be started: " + system_words(error));
  return child;
}

}  // namespace

std::optional<std::string> converter_path() {
  auto path = in_program_folder("dcmflow-convert");
  if (!path || access(path->c_str(), X_OK) != 0) return std::nullopt;
  return path;
}

Status convert_image(const std::string& from, const std::string& to) {
  const auto program = converter_path();
  if (!program) return failed("is not in the folder of dcmflow");
  std::array<int, 2> pipe_ends;
  if (pipe2(pipe_ends.data(), O_CLOEXEC) != 0)
    return failed("cannot be heard: " + system_words(errno));
  Descriptor heard(pipe_ends[0]), told(pipe_ends[1]);
  const auto child = start(*program, from, to, told.get());
  told.reset();
  const std::string words = child ? read_words(heard.get()) : std::string();
  if (!child) return child.problem();
  int status = 0;
  while (waitpid(*child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFSIGNALED(status)) return failed("ended by signal " + std::to_string(WTERMSIG(status)));
  if (WEXITSTATUS(status) != 0) return failed(printable(words));
  return Done{};
}

}  // namespace dcmflow
