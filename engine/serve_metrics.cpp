#include "engine/serve_metrics.h"

#include "engine/load_http_server.h"

namespace dcmflow {

Result<std::unique_ptr<HttpServer>> serve_metrics(const ListenAddress& address,
                                                  const WatchState& state) {
  return load_http_server(
      address, {{"/metrics",
                 [&state] {
                   return HttpAnswer{.text = state.metrics_text(),
                                     .type = "text/plain; version=0.0.4; charset=utf-8"};
                 }},
                {"/healthz", [&state] {
                   const auto complaint = watch_complaint(state.facts());
                   return HttpAnswer{.status = complaint.empty() ? 200 : 503,
                                     .text = (complaint.empty() ? "ok" : complaint) + "\n"};
                 }}});
}

}  // namespace dcmflow
