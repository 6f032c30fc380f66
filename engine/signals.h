#pragma once
// What the outside may do to the process. No Problems. Before any other thread runs.

#include <atomic>

namespace dcmflow {

// SIGTERM, SIGINT and SIGHUP set the number that is returned; the first of them stays. A SIGHUP
// that was ignored at the start is ignored (nohup). SIGPIPE and SIGXFSZ are ignored: the write
// that fails tells. Called once, before any other thread runs.
const std::atomic<int>& catch_signals();

// Descriptors 0 to 2 that were closed are /dev/null, so that no file that is opened gets their
// number, and with it what is logged.
void open_standard_streams();

}  // namespace dcmflow
