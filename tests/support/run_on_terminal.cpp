#include "tests/support/run_on_terminal.h"

#include <fcntl.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <stdexcept>

namespace dcmflow {
namespace {

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (auto& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

}  // namespace

TerminalRun run_on_terminal(const TerminalCall& call) {
  auto command = call.command;
  auto variables = call.environment;
  for (const auto* name : {"PATH", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS"})
    if (const char* value = std::getenv(name)) variables.emplace(name, value);
  std::vector<std::string> environment;
  for (const auto& [name, value] : variables)
    environment.push_back(std::string(name).append("=").append(value));
  const auto arguments = pointers(command);
  const auto environment_pointers = pointers(environment);

  int terminal = -1;
  winsize size{.ws_row = 24, .ws_col = call.columns, .ws_xpixel = 0, .ws_ypixel = 0};
  const pid_t process = forkpty(&terminal, nullptr, nullptr, &size);
  if (process < 0) throw std::runtime_error("no pseudo-terminal");
  if (process == 0) {
    if (!call.output_file.empty()) {
      const int file = open(call.output_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
      if (file < 0 || dup2(file, STDOUT_FILENO) < 0) _exit(126);
    }
    if (chdir("/") != 0) _exit(126);
    execve(arguments[0], arguments.data(), environment_pointers.data());
    _exit(127);
  }
  TerminalRun run;
  std::array<char, 4096> block;
  // A terminal whose program has ended is an error to read from.
  for (ssize_t count = 0; (count = read(terminal, block.data(), block.size())) > 0;)
    run.sent.append(block.data(), static_cast<std::size_t>(count));
  int status = 0;
  waitpid(process, &status, 0);
  close(terminal);
  if (WIFEXITED(status)) run.exit_status = WEXITSTATUS(status);
  std::string lines;
  for (std::size_t i = 0; i < run.sent.size(); ++i)
    if (run.sent.compare(i, 2, "\r\n") != 0) lines += run.sent[i];
  run.sent = lines;
  return run;
}

std::vector<std::string> screen_lines(const std::string& sent) {
  std::vector<std::string> lines(1);
  for (std::size_t i = 0; i < sent.size(); ++i) {
    if (sent[i] == '\n') {
      lines.emplace_back();
    } else if (sent[i] == '\r') {
      lines.back().clear();  // "erase to the end of the line" follows
    } else if (sent[i] == '\x1B') {
      while (i + 1 < sent.size() && sent[i] != 'm' && sent[i] != 'K') ++i;
    } else {
      lines.back() += sent[i];
    }
  }
  if (lines.back().empty()) lines.pop_back();
  return lines;
}

}  // namespace dcmflow
