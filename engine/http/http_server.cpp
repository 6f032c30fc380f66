#include "engine/http/http_server.h"

#include <httplib.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "stages/base/ascii.h"
#include "stages/base/filesystem.h"

namespace dcmflow {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_request_bytes = 4 << 10;
constexpr std::size_t piece_bytes = 256 << 10;
constexpr int most_waits = 2'000;

// What a browser is told with each answer: patient data is neither kept nor shown elsewhere.
const httplib::Headers& headers_of_all() {
  static const httplib::Headers headers{{"Cache-Control", "no-store"},
                                        {"Cross-Origin-Resource-Policy", "same-origin"},
                                        {"Referrer-Policy", "no-referrer"},
                                        {"X-Content-Type-Options", "nosniff"},
                                        {"X-Frame-Options", "DENY"}};
  return headers;
}

// Of "[::1]:8080" and "LocalHost:8080" what stands before the port, without brackets, in small
// letters.
std::string name_of(std::string host) {
  std::ranges::transform(host, host.begin(), lower);
  if (host.starts_with('[')) return host.substr(1, std::max<std::size_t>(host.find(']'), 1) - 1);
  return host.substr(0, host.find(':'));
}

// What of a body is asked for; nullopt: nothing that there is (RFC 9110, 14.1.2). The library's own
// count goes past the end.
std::optional<httplib::Range> part_of(const httplib::Range& asked, std::int64_t size) {
  auto [first, last] = asked;
  if (first < 0) {
    first = std::max<std::int64_t>(0, size - last);
    last = size - 1;
  }
  if (last < 0 || last >= size) last = size - 1;
  if (first > last) return std::nullopt;
  return httplib::Range{first, last};
}

// At most a piece at a time of what begins at `first`.
httplib::ContentProvider pieces_of(std::shared_ptr<const HttpBody> body, std::uint64_t first) {
  return [body = std::move(body), first](std::size_t offset, std::size_t length,
                                         httplib::DataSink& sink) {
    std::vector<char> piece(std::min(length, piece_bytes));
    return body->read(first + offset, piece) && sink.write(piece.data(), piece.size());
  };
}

void send_body(const HttpAnswer& said, const httplib::Request& request,
               httplib::Response& response) {
  const auto size = static_cast<std::int64_t>(said.body->size());
  std::optional<httplib::Range> part{{0, size - 1}};
  response.set_header("Accept-Ranges", "bytes");
  if (!request.ranges.empty()) {
    part = request.ranges.size() == 1 ? part_of(request.ranges[0], size) : std::nullopt;
    response.status = part ? 206 : 416;
    response.set_header("Content-Range", part ? "bytes " + std::to_string(part->first) + "-" +
                                                    std::to_string(part->second) + "/" +
                                                    std::to_string(size)
                                              : "bytes */" + std::to_string(size));
    // The part is the answer: the library is not to take a part of it again. The request is its
    // own, and no constant.
    const_cast<httplib::Request&>(request).ranges.clear();
    if (!part) return;
  }
  const auto length = static_cast<std::size_t>(part->second - part->first + 1);
  if (length == 0) return response.set_content("", said.type);
  response.set_content_provider(length, said.type,
                                pieces_of(said.body, static_cast<std::uint64_t>(part->first)));
}

void send(const HttpAnswer& said, const httplib::Request& request, httplib::Response& response) {
  response.status = said.status;
  if (!said.location.empty()) response.set_header("Location", said.location);
  if (said.body) return send_body(said, request, response);
  // Of a few words there are no parts.
  const_cast<httplib::Request&>(request).ranges.clear();
  response.set_content(said.text, said.type);
}

std::uint16_t port_of(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET)
    return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
  if (address.ss_family == AF_INET6)
    return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
  return 0;
}

// The library gives up who is silent, but not who says a byte at a time, and tells no sockets.
void end_connections(std::uint16_t port) {
  FileError error;
  for (fs::directory_iterator at("/proc/self/fd", error), end; !error && at != end;
       at.increment(error)) {
    const auto name = at->path().filename().string();
    int descriptor = -1;
    std::from_chars(name.data(), name.data() + name.size(), descriptor);
    sockaddr_storage own{};
    socklen_t size = sizeof own;
    if (getsockname(descriptor, reinterpret_cast<sockaddr*>(&own), &size) == 0 &&
        port_of(own) == port)
      shutdown(descriptor, SHUT_RDWR);
  }
}

class HttplibServer : public HttpServer {
 public:
  explicit HttplibServer(const HttpAnswers& answers) : most_(answers.most_seconds) {
    http_.new_task_queue = [threads = answers.threads] { return new httplib::ThreadPool(threads); };
    // The library's own would share a port that is taken.
    http_.set_socket_options([](socket_t socket) {
      const int on = 1;
      setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    });
    http_.set_payload_max_length(most_request_bytes);
    http_.set_read_timeout(answers.most_seconds);
    http_.set_write_timeout(answers.most_seconds);
    http_.set_keep_alive_timeout(answers.most_seconds);
    http_.set_keep_alive_max_count(1);
    http_.set_default_headers(headers_of_all());
    if (answers.is_welcome) refuse_other_hosts(answers.is_welcome);
    for (const auto& [path, answer] : answers.of_path)
      http_.Get(path, [say = answer](const httplib::Request& request, httplib::Response& response) {
        send(say(), request, response);
      });
    if (answers.of_others)
      http_.Get(".*", [say = answers.of_others](const httplib::Request& request,
                                                httplib::Response& response) {
        send(say(request.path), request, response);
      });
  }

  ~HttplibServer() override {
    if (!listener_.joinable()) return;
    http_.stop();
    while (ended_.wait_for(most_) != std::future_status::ready) end_connections(port_);
    listener_.join();
  }

  bool listen(const std::string& host, std::uint16_t port) {
    const int taken = port == 0 ? http_.bind_to_any_port(host.c_str())
                      : http_.bind_to_port(host.c_str(), port) ? port
                                                               : -1;
    if (taken < 0) return false;
    port_ = static_cast<std::uint16_t>(taken);
    std::packaged_task<void()> listening([this] { http_.listen_after_bind(); });
    ended_ = listening.get_future();
    listener_ = std::thread(std::move(listening));
    // Before that it could not be stopped.
    for (int i = 0; i < most_waits && !http_.is_running(); ++i) std::this_thread::sleep_for(1ms);
    return true;
  }

  std::uint16_t port() const override { return port_; }

 private:
  void refuse_other_hosts(const std::function<bool(std::string_view)>& is_welcome) {
    using httplib::Server;
    http_.set_pre_routing_handler(
        [is_welcome](const httplib::Request& request, httplib::Response& response) {
          if (is_welcome(name_of(request.get_header_value("Host"))))
            return Server::HandlerResponse::Unhandled;
          send({.status = 403, .text = "not under this name\n"}, request, response);
          return Server::HandlerResponse::Handled;
        });
  }

  httplib::Server http_;
  std::uint16_t port_ = 0;
  std::chrono::seconds most_;
  std::future<void> ended_;
  std::thread listener_;
};

}  // namespace
}  // namespace dcmflow

dcmflow::HttpServer* dcmflow_begin_http(const std::string& host, std::uint16_t port,
                                        const dcmflow::HttpAnswers& answers) {
  auto server = std::make_unique<dcmflow::HttplibServer>(answers);
  return server->listen(host, port) ? server.release() : nullptr;
}
