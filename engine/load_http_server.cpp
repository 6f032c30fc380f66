#include "engine/load_http_server.h"

#include <functional>
#include <string>

#include "stages/base/load_part.h"

namespace dcmflow {
namespace {

using BeginHttp = std::function<decltype(dcmflow_begin_http)>;

Problem cannot_listen(const ListenAddress& address, const std::string& why) {
  return {Reason::bad_settings, "--listen",
          "cannot listen on " + listen_text(address) + ": " + why};
}

Result<BeginHttp> load(const ListenAddress& address) {
  std::string why;
  void* const begin = load_part("dcmflow-http.so", "dcmflow_begin_http", why);
  if (begin == nullptr) return cannot_listen(address, why);
  return BeginHttp(reinterpret_cast<decltype(&dcmflow_begin_http)>(begin));
}

}  // namespace

Result<std::unique_ptr<HttpServer>> load_http_server(const ListenAddress& address,
                                                     const HttpAnswers& answers) {
  const auto begin = load(address);
  if (!begin) return begin.problem();
  std::unique_ptr<HttpServer> server((*begin)(address.host, address.port, answers));
  if (server) return server;
  return cannot_listen(address, "another process does, or this machine has no such address");
}

}  // namespace dcmflow
