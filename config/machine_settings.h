#pragma once
// How much of the machine a run takes: threads and memory. For one thread.

#include "config/command_line.h"
#include "config/settings.h"

namespace dcmflow {

// From the command line or the machine, and no more than its limits leave. Problem{bad_settings}:
// what is asked for is no such number, or the machine has too little to begin.
Status read_machine_settings(const CommandLine& command_line, Settings& settings);

}  // namespace dcmflow
