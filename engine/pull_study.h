#pragma once
// One study of a server → its files, whole. For one thread; several of them share the folder.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/dicomweb_client.h"
#include "engine/pull_folder.h"
#include "stages/base/result.h"
#include "stages/dicomweb/received_instance.h"

namespace dcmflow {

struct PulledStudy {
  std::string uid;
  std::size_t instances = 0;      // that the server lists
  std::size_t fetched = 0;        // of these, now
  std::size_t missing = 0;        // of these, after all
  std::uint64_t bytes = 0;        // of what was fetched
  bool is_whole = false;          // each of them is in the folder, and the server counts no more
  std::vector<Problem> problems;  // one a reason at most, if not; without subject
};

// What all studies of a pull share.
struct PullWork {
  const PullFolder& folder;
  ReceivedInstances& received;
  std::uint64_t largest_bytes;       // of an instance
  bool gives_partial;                // to the folder, what came of a study, too
  std::function<bool()> is_stopped;  // asked while it waits
};

// Whether a Problem may be gone when the server is asked again.
bool may_pass(Reason reason);
// Waits behind the `attempt`th try (from 1) of what may pass, longer each time. false: it was the
// last, or is_stopped() said so.
bool wait_for_attempt(int attempt, const std::function<bool()>& is_stopped);

// Series by series where nothing of it is there, else instance by instance; what did not come is
// listed and asked for again, four times in all. A problem of the folder ends it at once.
PulledStudy pull_study(const std::string& uid, DicomwebClient& server, const PullWork& work);

}  // namespace dcmflow
