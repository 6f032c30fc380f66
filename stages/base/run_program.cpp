#include "stages/base/run_program.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "stages/base/descriptor.h"
#include "stages/base/system_words.h"

namespace dcmflow {
namespace {

constexpr int by_signal = 128;
constexpr int between_questions_ms = 100;

Problem failed(const std::string& program, const std::string& what, int error) {
  return {Reason::unreadable, program, what + ": " + system_words(error)};
}

// A pipe from the program: what is heard of it, and where it writes.
struct Pipe {
  Descriptor heard;
  Descriptor told;
};

Result<Pipe> open_pipe(const std::string& program) {
  std::array<int, 2> ends;
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return failed(program, "cannot be heard", errno);
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

Result<pid_t> start(std::vector<std::string>& words, const Pipe& output, const Pipe& errors) {
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output.told.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, errors.told.get(), STDERR_FILENO);
  pid_t child = 0;
  const int error =
      posix_spawnp(&child, arguments.front(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return failed(words.front(), "cannot be started", error);
  return child;
}

// Some of what is there; false at the end.
bool hear(int descriptor, std::size_t most_bytes, std::string& words) {
  std::array<char, 4096> part;
  const ssize_t count = read(descriptor, part.data(), part.size());
  if (count < 0) return errno == EINTR;
  words.append(part.data(), static_cast<std::size_t>(count));
  if (words.size() > most_bytes) words.resize(most_bytes);
  return count > 0;
}

// Both at once, since the program may wait for either to be read. False where it was stopped before
// both ended.
bool hear_all(Pipe& output, Pipe& errors, std::size_t most_bytes, ProgramEnd& end,
              const std::function<bool()>& is_stopped) {
  std::array waiting{pollfd{output.heard.get(), POLLIN, 0}, pollfd{errors.heard.get(), POLLIN, 0}};
  const std::array texts{&end.output, &end.errors};
  while (waiting[0].fd >= 0 || waiting[1].fd >= 0) {
    if (is_stopped()) return false;
    const int found = poll(waiting.data(), waiting.size(), between_questions_ms);
    if (found < 0 && errno != EINTR) return true;
    if (found <= 0) continue;
    for (std::size_t i = 0; i < waiting.size(); ++i)
      if (waiting[i].fd >= 0 && waiting[i].revents != 0 &&
          !hear(waiting[i].fd, most_bytes, *texts[i]))
        waiting[i].fd = -1;  // poll() leaves it out
  }
  return true;
}

void cut_line_breaks(std::string& text) {
  while (text.ends_with('\n')) text.pop_back();
}

}  // namespace

Result<ProgramEnd> run_program(std::vector<std::string> words, std::size_t most_bytes,
                               const std::function<bool()>& is_stopped) {
  auto output = open_pipe(words.front());
  if (!output) return output.problem();
  auto errors = open_pipe(words.front());
  if (!errors) return errors.problem();
  const auto child = start(words, *output, *errors);
  output->told.reset();
  errors->told.reset();
  if (!child) return child.problem();
  ProgramEnd end;
  const bool has_ended = hear_all(*output, *errors, most_bytes, end, is_stopped);
  if (!has_ended) kill(*child, SIGKILL);
  int status = 0;
  while (waitpid(*child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!has_ended)
    return Problem{Reason::interrupted, words.front(), "stopped while it was at work"};
  end.exit_code = WIFSIGNALED(status) ? by_signal + WTERMSIG(status) : WEXITSTATUS(status);
  cut_line_breaks(end.output);
  cut_line_breaks(end.errors);
  return end;
}

}  // namespace dcmflow
