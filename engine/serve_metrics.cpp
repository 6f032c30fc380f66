#include "engine/serve_metrics.h"

#include "engine/load_http_server.h"

namespace dcmflow {

Result<std::unique_ptr<HttpServer>> serve_metrics(const ListenAddress& address,
                                                  const WatchState& state) {
  const auto metrics = [&state] {
    return HttpAnswer{.text = state.metrics_text(),
                      .type = "text/plain; version=0.0.4; charset=utf-8"};
  };
  const auto health = [&state] {
    const auto complaint = watch_complaint(state.facts());
    return HttpAnswer{.status = complaint.empty() ? 200 : 503,
                      .text = (complaint.empty() ? "ok" : complaint) + "\n"};
  };
  return load_http_server(address, {.of_path = {{"/metrics", metrics}, {"/healthz", health}}});
}

}  // namespace dcmflow
