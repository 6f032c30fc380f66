#include "tests/support/run_program.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <thread>
#include <utility>

#include "test_paths.h"
#include "tests/support/running_program.h"

namespace dcmflow {
namespace {

using Clock = std::chrono::steady_clock;

// A standard stream of the program, in memory: nothing to pump while it runs, and no pipe to fill.
class MemoryFile {
 public:
  MemoryFile() : descriptor_(memfd_create("stream", MFD_CLOEXEC)) {
    if (descriptor_ < 0) throw std::runtime_error("memfd_create: " + std::string(strerror(errno)));
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { close(descriptor_); }

  int descriptor() const { return descriptor_; }

  void fill(const std::string& text) {
    if (pwrite(descriptor_, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
      throw std::runtime_error("standard input cannot be filled");
  }

  std::string text() const {
    std::string result;
    std::array<char, 65536> block;
    for (off_t offset = 0;;) {
      const ssize_t count = pread(descriptor_, block.data(), block.size(), offset);
      if (count <= 0) return result;
      result.append(block.data(), static_cast<std::size_t>(count));
      offset += count;
    }
  }

 private:
  int descriptor_;
};

struct FileActions {
  posix_spawn_file_actions_t actions;
  FileActions() { posix_spawn_file_actions_init(&actions); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  ~FileActions() { posix_spawn_file_actions_destroy(&actions); }
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

std::vector<std::string> environment_of(const ProgramCall& call) {
  auto variables = call.environment;
  for (const auto* name : {"PATH", "HOME", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS"})
    if (const char* value = std::getenv(name)) variables.emplace(name, value);
  std::vector<std::string> result;
  result.reserve(variables.size());
  for (const auto& [name, value] : variables)
    result.push_back(std::string(name).append("=").append(value));
  return result;
}

pid_t start(const ProgramCall& call, const std::array<MemoryFile, 3>& streams) {
  FileActions files;
  for (int stream = 0; stream < 3; ++stream)
    posix_spawn_file_actions_adddup2(&files.actions, streams[stream].descriptor(), stream);
  if (!call.working_folder.empty())
    posix_spawn_file_actions_addchdir_np(&files.actions, call.working_folder.c_str());
  auto arguments = call.command;
  auto environment = environment_of(call);
  pid_t process = 0;
  const int error = posix_spawnp(&process, call.command.at(0).c_str(), &files.actions, nullptr,
                                 pointers(arguments).data(), pointers(environment).data());
  if (error != 0) throw std::runtime_error(call.command[0] + ": " + strerror(error));
  return process;
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Waits for the end of the process and sends the signals that are due.
void wait_for(pid_t process, const ProgramCall& call, ProgramRun& run) {
  const auto start = Clock::now();
  bool has_signalled = call.send_signal == 0;
  int status = 0;
  rusage usage{};
  while (wait4(process, &status, WNOHANG, &usage) == 0) {
    run.seconds = seconds_since(start);
    if (!has_signalled && run.seconds >= call.send_after_seconds) {
      kill(process, call.send_signal);
      has_signalled = true;
    }
    if (!run.timed_out && run.seconds >= call.timeout_seconds) {
      kill(process, SIGKILL);
      run.timed_out = true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  run.seconds = seconds_since(start);
  run.peak_memory_bytes = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
  if (WIFEXITED(status)) run.exit_status = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) run.signal = WTERMSIG(status);
}

}  // namespace

struct RunningProgram::Process {
  ProgramCall call;
  std::array<MemoryFile, 3> streams;
  pid_t id = 0;  // 0: it has ended
};

RunningProgram::RunningProgram(ProgramCall call) : process_(std::make_unique<Process>()) {
  process_->call = std::move(call);
  process_->streams[0].fill(process_->call.input);
  process_->id = start(process_->call, process_->streams);
}

RunningProgram::~RunningProgram() {
  if (process_->id == 0) return;
  kill(process_->id, SIGKILL);
  waitpid(process_->id, nullptr, 0);
}

void RunningProgram::send(int signal) const { kill(process_->id, signal); }

std::string RunningProgram::errors() const { return process_->streams[2].text(); }

ProgramRun RunningProgram::wait() {
  ProgramRun run;
  wait_for(std::exchange(process_->id, 0), process_->call, run);
  run.output = process_->streams[1].text();
  run.errors = process_->streams[2].text();
  return run;
}

ProgramRun run_program(const ProgramCall& call) { return RunningProgram(call).wait(); }

ProgramRun run_dcmflow(std::vector<std::string> arguments,
                       std::map<std::string, std::string> environment) {
  // From "/", where no ./config/selection-rules.json of the sources is found by chance.
  ProgramCall call{.command = std::move(arguments),
                   .environment = std::move(environment),
                   .working_folder = "/"};
  call.command.insert(call.command.begin(), DCMFLOW_PROGRAM);
  return run_program(call);
}

}  // namespace dcmflow
