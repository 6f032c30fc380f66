#pragma once
// Where a server listens, as the options say it. Pure; thread-safe.

#include <cstdint>
#include <string>
#include <string_view>

#include "stages/base/result.h"

namespace dcmflow {

// A name or a number, and a TCP port; 0: any that is free.
struct ListenAddress {
  std::string host;
  std::uint16_t port = 0;
};

// "127.0.0.1:9400", "[::1]:9400", "localhost:0". Problem{bad_settings}: anything else.
Result<ListenAddress> read_listen_address(const std::string& text);

// The same again, as it stands in a URL.
std::string listen_text(const ListenAddress& address);

// Whether only this machine reaches it: a number of 127.0.0.0/8, "::1" or "localhost"; no other
// name, which a name server may lead anywhere.
bool is_loopback(std::string_view host);

}  // namespace dcmflow
