#pragma once
// What the outside may do to the process. No Problems. Before any other thread runs.

#include <atomic>

namespace dcmflow {

// SIGTERM, SIGINT and SIGHUP set the number that is returned; the first of them stays. A SIGHUP
// that was ignored at the start is ignored (nohup). SIGPIPE and SIGXFSZ are ignored: the write
// that fails tells. Called once, before any other thread runs.
const std::atomic<int>& catch_signals();

// For a process that is to stay: from now on a SIGHUP (also one that was ignored) sets the flag
// that is returned, and ends nothing.
std::atomic<bool>& keep_hangups();

// An eventfd(2) that becomes readable whenever a signal is caught, whichever thread it interrupts;
// -1 when the system gives none. REQUIRES: catch_signals().
int signal_descriptor();

// Descriptors 0 to 2 that were closed are /dev/null, so that no file that is opened gets their
// number, and with it what is logged.
void open_standard_streams();

}  // namespace dcmflow
