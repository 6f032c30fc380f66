#include "engine/load_http_server.h"

#include <string>

#include "stages/base/load_part.h"

namespace dcmflow {
namespace {

Problem cannot_listen(const ListenAddress& address, const std::string& why) {
  return {Reason::bad_settings, "--listen",
          "cannot listen on " + listen_text(address) + ": " + why};
}

}  // namespace

Result<std::unique_ptr<HttpServer>> load_http_server(const ListenAddress& address,
                                                     const HttpAnswers& answers) {
  const auto part = load_part("dcmflow-http.so", "dcmflow_begin_http");
  if (part.symbol == nullptr) return cannot_listen(address, part.why);
  const auto begin = reinterpret_cast<decltype(&dcmflow_begin_http)>(part.symbol);
  std::unique_ptr<HttpServer> server(begin(address.host, address.port, answers));
  if (server) return server;
  return cannot_listen(address, "another process does, or this machine has no such address");
}

}  // namespace dcmflow
