#pragma once
// /healthz and /metrics of a watch, by HTTP.

#include <cstdint>
#include <memory>

#include "config/settings.h"
#include "engine/watch_state.h"

namespace dcmflow {

// Answers from its construction to its destruction, by a thread of its own, and only to GET:
//   /metrics   what the watch counts, in Prometheus' text format;
//   /healthz   "ok" (200), or why it is not well (503).
// There is no patient data in it, no path and no UID. REQUIRES: `state` outlives it.
class ServeMetrics {
 public:
  // Problem{bad_settings}: it cannot listen there (another process does, no such address).
  static Result<std::unique_ptr<ServeMetrics>> begin(const ListenAddress& address,
                                                     const WatchState& state);
  ~ServeMetrics();
  ServeMetrics(const ServeMetrics&) = delete;
  ServeMetrics& operator=(const ServeMetrics&) = delete;

  // That was taken where the settings leave it to the system.
  std::uint16_t port() const;

 private:
  struct Server;
  explicit ServeMetrics(const WatchState& state);

  std::unique_ptr<Server> server_;
};

}  // namespace dcmflow
