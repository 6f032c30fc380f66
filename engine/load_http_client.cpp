#include "engine/load_http_client.h"

#include <utility>

#include "stages/base/load_part.h"

namespace dcmflow {

Result<std::unique_ptr<HttpClient>> load_http_client(const HttpAccess& access,
                                                     std::function<bool()> is_stopped) {
  const auto cannot = [](const std::string& why) {
    return Problem{
        Reason::bad_settings, "dcmflow-curl.so",
        "the part that speaks with servers cannot be loaded: " + why +
            "; it stands beside the program and needs libcurl (apt-get install libcurl4)"};
  };
  const auto part = load_part("dcmflow-curl.so", "dcmflow_begin_http_client");
  if (part.symbol == nullptr) return cannot(part.why);
  const auto begin = reinterpret_cast<decltype(&dcmflow_begin_http_client)>(part.symbol);
  std::unique_ptr<HttpClient> client(begin(access, std::move(is_stopped)));
  if (client) return client;
  return cannot("libcurl does not begin");
}

}  // namespace dcmflow
