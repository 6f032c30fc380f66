#pragma once
// Brings the HTTP client into the process, when something is to be fetched.

#include <memory>

#include "engine/http/http_client.h"
#include "stages/base/result.h"

namespace dcmflow {

// One client, which is for one thread at a time. Problem{bad_settings}: dcmflow-curl.so is not in
// the folder of the program, or cannot be loaded. REQUIRES: the first before other threads run.
Result<std::unique_ptr<HttpClient>> load_http_client(const HttpAccess& access,
                                                     std::function<bool()> is_stopped);

}  // namespace dcmflow
