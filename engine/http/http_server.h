#pragma once
// An HTTP server that answers a few paths: dcmflow-http.so, a library of its own in the folder of
// the program. cpp-httplib brings TLS along, which is a fifth of what the start of dcmflow takes,
// so only who listens loads it: engine/load_http_server.h.

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace dcmflow {

struct HttpAnswer {
  int status = 200;  // RFC 9110, 15
  std::string text;
  const char* type = "text/plain; charset=utf-8";
};

// By path. Each is called by any thread of the server, by several at a time.
using HttpAnswers = std::map<std::string, std::function<HttpAnswer()>>;

// Answers to GET alone, from its construction to its destruction, by threads of its own.
class HttpServer {
 public:
  HttpServer() = default;
  virtual ~HttpServer() = default;
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // That was taken where port 0 leaves it to the system.
  virtual std::uint16_t port() const = 0;
};

}  // namespace dcmflow

// What the library exports. nullptr: it cannot listen there. The caller owns the server.
extern "C" dcmflow::HttpServer* dcmflow_begin_http(const std::string& host, std::uint16_t port,
                                                   const dcmflow::HttpAnswers& answers);
