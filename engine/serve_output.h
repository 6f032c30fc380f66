#pragma once
// `dcmflow serve`: what a run made, for a browser.

#include <memory>
#include <string>

#include "config/listen_address.h"
#include "engine/http/http_server.h"
#include "stages/base/result.h"

namespace dcmflow {

// Answers as long as the server lives, and reads only:
//   /          report.html of the folder; /viewer where there is none;
//   /viewer    the page that shows images, of the folder of the program;
//   /healthz   "ok";
//   others     a plain file of the folder (open_inside()), whole or a part of it. HTML is that of
//              report.html alone.
// On a loopback address whoever names another host is refused. Nothing is logged: paths hold names
// of patients. Problem{not_readable}: the folder has no volumes.json; those of load_http_server().
Result<std::unique_ptr<HttpServer>> serve_output(const std::string& folder,
                                                 const ListenAddress& address);

// Returns when `descriptor` is readable (signal_descriptor()).
void wait_for_signal(int descriptor);

}  // namespace dcmflow
