#pragma once
// --watch and what belongs to it. Pure; thread-safe.

#include "config/command_line.h"

namespace dcmflow {

// Fills settings.watch, settle, listen, and resume, which it implies. Problem{bad_settings}:
// --settle or --listen without --watch; a number or an address that is none; an option that is of
// one run, or keeps rounds from going on in the output folder.
Status read_watch_settings(const CommandLine& command_line, Settings& settings);

}  // namespace dcmflow
