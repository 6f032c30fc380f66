#pragma once
// --watch: a folder that grows is converted in rounds, each a run that goes on where the one before
// ended, until a signal ends it.

#include <atomic>

#include "config/read_demands.h"
#include "config/settings.h"
#include "engine/output_claim.h"

namespace dcmflow {

struct WatchSignals {
  const std::atomic<int>& stop;  // the number of the signal that ends it, else 0
  std::atomic<bool>& reread;     // the demands are to be read again; reset when they are
  int descriptor = -1;           // readable when one of them has changed
};

// The demands anew, with the settings that change with them; a Problem, and the settings as they
// were: the demands stay what they were.
using ReadAgain = Result<Demands> (*)(Settings& settings);

// Keeps the claim to the output folder. Returns 128 and the signal's number when a round was ended
// by it, else the exit code of the last round, 0 where there was none; a Problem is that nothing
// can be begun (bad_settings: --listen). For one thread.
Result<int> watch(const Settings& settings, Demands demands, ReadAgain read_again,
                  OutputClaim& output, const WatchSignals& signals);

}  // namespace dcmflow
