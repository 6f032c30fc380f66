#pragma once
// /healthz and /metrics of a watch, by HTTP.

#include <memory>

#include "config/settings.h"
#include "engine/http/http_server.h"
#include "engine/watch_state.h"

namespace dcmflow {

// Answers as long as the server lives:
//   /metrics   what the watch counts, in Prometheus' text format;
//   /healthz   "ok" (200), or why it is not well (503).
// There is no patient data in it, no path and no UID. Problems: those of load_http_server().
// REQUIRES: `state` outlives the server.
Result<std::unique_ptr<HttpServer>> serve_metrics(const ListenAddress& address,
                                                  const WatchState& state);

}  // namespace dcmflow
