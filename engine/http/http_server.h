#pragma once
// An HTTP server that answers a few paths: dcmflow-http.so, a library of its own in the folder of
// the program. cpp-httplib brings TLS along, which is a fifth of what the start of dcmflow takes,
// so only who listens loads it: engine/load_http_server.h.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace dcmflow {

// Bytes that are sent piece by piece, so that no file is ever whole in memory. Read by one thread
// at a time.
class HttpBody {
 public:
  HttpBody() = default;
  virtual ~HttpBody() = default;
  HttpBody(const HttpBody&) = delete;
  HttpBody& operator=(const HttpBody&) = delete;

  virtual std::uint64_t size() const = 0;
  // Fills the whole of `bytes` with those from `offset` on. false: it cannot, and the connection
  // ends. REQUIRES: they lie within size().
  virtual bool read(std::uint64_t offset, std::span<char> bytes) const = 0;
};

struct HttpAnswer {
  int status = 200;  // RFC 9110, 15
  std::string text;
  const char* type = "text/plain; charset=utf-8";
  std::shared_ptr<const HttpBody> body{};  // in place of the text; a part of it on demand
  std::string location{};                  // of a status 3xx
};

// Each is called by any thread of the server, by several at a time.
struct HttpAnswers {
  std::map<std::string, std::function<HttpAnswer()>> of_path;
  // Of all other paths, as they are after decoding (RFC 3986, 2.1): any bytes. Empty: status 404.
  std::function<HttpAnswer(std::string_view path)> of_others{};
  // Of the host that a request names, without its port: false answers it with 403, as where a page
  // of another origin has a name that leads here (DNS rebinding). Empty: all are welcome.
  std::function<bool(std::string_view host)> is_welcome{};
  unsigned threads = 2;       // a client that is slow does not keep all others
  unsigned most_seconds = 1;  // who says nothing keeps the end of the program waiting as long
};

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
