#include "engine/signals.h"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace dcmflow {
namespace {

std::atomic<int> stop_signal{0};
std::atomic<bool> hangup{false};
std::atomic<int> told_by{-1};

void wake() {
  const int saved = errno;
  const std::uint64_t once = 1;
  static_cast<void>(write(told_by, &once, sizeof once) > 0);
  errno = saved;
}

extern "C" void on_stop(int signal) {
  int none = 0;
  stop_signal.compare_exchange_strong(none, signal);
  wake();
}

extern "C" void on_hangup(int) {
  hangup = true;
  wake();
}

bool is_ignored(int signal) {
  struct sigaction now {};
  return sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

}  // namespace

const std::atomic<int>& catch_signals() {
  struct sigaction action {};
  action.sa_handler = on_stop;
  for (const int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);
  if (!is_ignored(SIGHUP)) sigaction(SIGHUP, &action, nullptr);
  for (const int signal : {SIGPIPE, SIGXFSZ}) std::signal(signal, SIG_IGN);
  return stop_signal;
}

std::atomic<bool>& keep_hangups() {
  told_by = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  struct sigaction action {};
  action.sa_handler = on_hangup;
  sigaction(SIGHUP, &action, nullptr);
  return hangup;
}

int signal_descriptor() { return told_by; }

void open_standard_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    // The lowest free number is this one, since those below it are open.
    if (fcntl(stream, F_GETFD) < 0 && errno == EBADF && open("/dev/null", O_RDWR) < 0) return;
}

}  // namespace dcmflow
