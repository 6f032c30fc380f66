#include "engine/serve_metrics.h"

#include <httplib.h>

#include <chrono>
#include <string>
#include <thread>

namespace dcmflow {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t answering_threads = 2;  // a client that is slow does not keep all others
constexpr std::size_t most_request_bytes = 4 << 10;
// Who says nothing keeps the end of the watch waiting as long.
constexpr time_t most_seconds = 1;
constexpr int most_waits = 2'000;

void answer(httplib::Response& response, int status, const std::string& text, const char* type) {
  response.status = status;
  response.set_content(text, type);
}

}  // namespace

struct ServeMetrics::Server {
  httplib::Server http;
  std::uint16_t port = 0;
  std::thread listener;
};

ServeMetrics::ServeMetrics(const WatchState& state) : server_(std::make_unique<Server>()) {
  auto& http = server_->http;
  http.new_task_queue = [] { return new httplib::ThreadPool(answering_threads); };
  // The library's own would share a port that is taken.
  http.set_socket_options([](socket_t socket) {
    const int on = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  });
  http.set_payload_max_length(most_request_bytes);
  http.set_read_timeout(most_seconds);
  http.set_write_timeout(most_seconds);
  http.set_keep_alive_timeout(most_seconds);
  http.set_keep_alive_max_count(1);
  http.Get("/metrics", [&state](const httplib::Request&, httplib::Response& response) {
    answer(response, 200, state.metrics_text(), "text/plain; version=0.0.4; charset=utf-8");
  });
  http.Get("/healthz", [&state](const httplib::Request&, httplib::Response& response) {
    const auto complaint = watch_complaint(state.facts());
    answer(response, complaint.empty() ? 200 : 503, (complaint.empty() ? "ok" : complaint) + "\n",
           "text/plain; charset=utf-8");
  });
}

Result<std::unique_ptr<ServeMetrics>> ServeMetrics::begin(const ListenAddress& address,
                                                          const WatchState& state) {
  std::unique_ptr<ServeMetrics> served(new ServeMetrics(state));
  auto& server = *served->server_;
  const int port =
      address.port != 0
          ? (server.http.bind_to_port(address.host.c_str(), address.port) ? address.port : -1)
          : server.http.bind_to_any_port(address.host.c_str());
  if (port < 0)
    return Problem{Reason::bad_settings, "--listen",
                   "cannot listen on " + address.host + ":" + std::to_string(address.port) +
                       ": another process does, or this machine has no such address"};
  server.port = static_cast<std::uint16_t>(port);
  server.listener = std::thread([&server] { server.http.listen_after_bind(); });
  // Before that it could not be stopped.
  for (int i = 0; i < most_waits && !server.http.is_running(); ++i)
    std::this_thread::sleep_for(1ms);
  return served;
}

ServeMetrics::~ServeMetrics() {
  if (!server_->listener.joinable()) return;
  server_->http.stop();
  server_->listener.join();
}

std::uint16_t ServeMetrics::port() const { return server_->port; }

}  // namespace dcmflow
