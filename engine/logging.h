#pragma once
// Logs: to the console, and to a rotating file in the log folder. Never patient data: UIDs, paths,
// counts. Called once, before any other thread logs.

#include "config/settings.h"

namespace dcmflow {

// Sets spdlog's default logger. A log folder that is missing or cannot be written is a warning,
// never a failure. Also silences the loggers of the libraries, which print to the console on their
// own.
void start_logging(const Settings& settings);

// The first lines of a log: to the log file, and to the console where the settings say so.
void log_settings(const Settings& settings);

// Tells why nothing comes of it; the exit code of its reason.
int give_up(const Problem& problem);

}  // namespace dcmflow
