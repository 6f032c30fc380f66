#pragma once
// What a server answers to one request, asked by Python's client.

#include <map>
#include <string>

namespace dcmflow {

struct HttpReply {
  int status = 0;
  std::string headers;  // "name: value\n" each, names in small letters, in their order
  std::string body;
};

// `address`: "127.0.0.1:8080"; `path` is sent as it is. Throws std::runtime_error when nothing
// answers, or less than was announced.
HttpReply http_get(const std::string& address, const std::string& path,
                   const std::map<std::string, std::string>& headers = {},
                   const std::string& method = "GET");

}  // namespace dcmflow
