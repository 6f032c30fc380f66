#include "config/listen_address.h"

#include <arpa/inet.h>

#include <charconv>
#include <string_view>

#include "config/choices.h"

namespace dcmflow {
namespace {

bool read_port(std::string_view text, std::uint16_t& port) {
  const char* const end = text.data() + text.size();
  const auto [after, error] = std::from_chars(text.data(), end, port);
  return error == std::errc{} && after == end;
}

}  // namespace

Result<ListenAddress> read_listen_address(const std::string& text) {
  const auto wrong =
      bad_value("--listen", text, "HOST:PORT such as 127.0.0.1:9400 or [::1]:9400 (port 0: any)");
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) return wrong;
  std::string_view host = std::string_view(text).substr(0, colon);
  const bool is_bracketed = host.starts_with('[') && host.ends_with(']');
  if (is_bracketed) host = host.substr(1, host.size() - 2);
  // Of an address with colons it is not clear where it ends.
  if (host.empty() || (host.find(':') != std::string_view::npos) != is_bracketed) return wrong;
  ListenAddress address{std::string(host)};
  if (!read_port(std::string_view(text).substr(colon + 1), address.port)) return wrong;
  return address;
}

std::string listen_text(const ListenAddress& address) {
  const bool has_colons = address.host.find(':') != std::string::npos;
  const auto host = has_colons ? "[" + address.host + "]" : address.host;
  return host + ":" + std::to_string(address.port);
}

bool is_loopback(std::string_view host) {
  constexpr unsigned loopback_network = 127;
  if (host == "localhost" || host == "::1") return true;
  in_addr number{};
  if (inet_pton(AF_INET, std::string(host).c_str(), &number) != 1) return false;
  return ntohl(number.s_addr) >> 24 == loopback_network;
}

}  // namespace dcmflow
