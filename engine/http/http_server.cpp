#include "engine/http/http_server.h"

#include <httplib.h>

#include <chrono>
#include <memory>
#include <thread>

namespace dcmflow {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t answering_threads = 2;  // a client that is slow does not keep all others
constexpr std::size_t most_request_bytes = 4 << 10;
// Who says nothing keeps the end of the program waiting as long.
constexpr time_t most_seconds = 1;
constexpr int most_waits = 2'000;

class HttplibServer : public HttpServer {
 public:
  explicit HttplibServer(const HttpAnswers& answers) {
    http_.new_task_queue = [] { return new httplib::ThreadPool(answering_threads); };
    // The library's own would share a port that is taken.
    http_.set_socket_options([](socket_t socket) {
      const int on = 1;
      setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    });
    http_.set_payload_max_length(most_request_bytes);
    http_.set_read_timeout(most_seconds);
    http_.set_write_timeout(most_seconds);
    http_.set_keep_alive_timeout(most_seconds);
    http_.set_keep_alive_max_count(1);
    for (const auto& [path, answer] : answers)
      http_.Get(path, [say = answer](const httplib::Request&, httplib::Response& response) {
        const auto said = say();
        response.status = said.status;
        response.set_content(said.text, said.type);
      });
  }

  ~HttplibServer() override {
    if (!listener_.joinable()) return;
    http_.stop();
    listener_.join();
  }

  bool listen(const std::string& host, std::uint16_t port) {
    const int taken = port == 0 ? http_.bind_to_any_port(host.c_str())
                      : http_.bind_to_port(host.c_str(), port) ? port
                                                               : -1;
    if (taken < 0) return false;
    port_ = static_cast<std::uint16_t>(taken);
    listener_ = std::thread([this] { http_.listen_after_bind(); });
    // Before that it could not be stopped.
    for (int i = 0; i < most_waits && !http_.is_running(); ++i) std::this_thread::sleep_for(1ms);
    return true;
  }

  std::uint16_t port() const override { return port_; }

 private:
  httplib::Server http_;
  std::uint16_t port_ = 0;
  std::thread listener_;
};

}  // namespace
}  // namespace dcmflow

dcmflow::HttpServer* dcmflow_begin_http(const std::string& host, std::uint16_t port,
                                        const dcmflow::HttpAnswers& answers) {
  auto server = std::make_unique<dcmflow::HttplibServer>(answers);
  return server->listen(host, port) ? server.release() : nullptr;
}
