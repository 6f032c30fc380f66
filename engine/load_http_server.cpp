#include "engine/load_http_server.h"

#include <dlfcn.h>

#include <functional>
#include <string>

#include "stages/base/program_folder.h"

namespace dcmflow {
namespace {

using BeginHttp = std::function<decltype(dcmflow_begin_http)>;

Problem cannot_listen(const ListenAddress& address, const std::string& why) {
  return {Reason::bad_settings, "--listen",
          "cannot listen on " + address.host + ":" + std::to_string(address.port) + ": " + why};
}

// It stays loaded to the end of the process.
Result<BeginHttp> load(const ListenAddress& address) {
  const auto path = in_program_folder("dcmflow-http.so");
  if (!path) return cannot_listen(address, "the folder of the program is not known");
  void* const library = dlopen(path->c_str(), RTLD_NOW | RTLD_LOCAL);
  void* const begin = library ? dlsym(library, "dcmflow_begin_http") : nullptr;
  if (begin == nullptr) {
    const char* const said = dlerror();
    return cannot_listen(address, said ? said : *path + " has no server");
  }
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
