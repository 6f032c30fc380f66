#pragma once
// Brings the HTTP server into the process, when somebody is to listen.

#include <memory>

#include "config/settings.h"
#include "engine/http/http_server.h"

namespace dcmflow {

// A server at that address. Problem{bad_settings}: dcmflow-http.so is not in the folder of the
// program, or cannot be loaded; or it cannot listen there (another process does, no such address).
Result<std::unique_ptr<HttpServer>> load_http_server(const ListenAddress& address,
                                                     const HttpAnswers& answers);

}  // namespace dcmflow
