#pragma once
// An HTTP client that gets what a URL names, piece by piece: dcmflow-curl.so, a library of its own
// in the folder of the program. libcurl brings TLS, Kerberos and LDAP along, so only who fetches
// loads it: engine/load_http_client.h.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace dcmflow {

// How servers are asked. Of user and token at most one; without either ~/.netrc is asked, where it
// names the host. Who a server says it is must be so (TLS), and it is asked for nothing but http
// and https.
struct HttpAccess {
  std::string user, password;   // Basic (RFC 7617)
  std::string token;            // Bearer (RFC 6750)
  std::string ca_file;          // PEM of those who may say who a server is; empty: the system's
  unsigned stall_seconds = 60;  // without at least 100 bytes a second it is given up
};

struct HttpHead {
  int status = 0;        // RFC 9110, 15
  std::string type;      // Content-Type
  std::string location;  // of a redirect, which is not followed
};

// Called by the thread that gets.
class HttpReceiver {
 public:
  HttpReceiver() = default;
  virtual ~HttpReceiver() = default;
  HttpReceiver(const HttpReceiver&) = delete;
  HttpReceiver& operator=(const HttpReceiver&) = delete;

  // Once, before the first byte of the body. false, of both: the transfer ends.
  virtual bool begin(const HttpHead& head) = 0;
  virtual bool take(std::string_view bytes) = 0;
};

enum class HttpEnd : std::uint8_t {
  done,           // as HTTP tells: of a body without a length that is also where the server died
  no_connection,  // no such host, nobody listens, it does not answer in time
  no_trust,       // TLS: nobody who is trusted says that it is this server
  cut,            // the connection ended within the answer
  not_wanted,     // the receiver said so
  stopped,        // is_stopped() said so
};

struct HttpOutcome {
  HttpEnd end = HttpEnd::done;
  std::string words;  // what the library says of it; without paths and names of users
};

// For one thread at a time; keeps its connection for the next call.
class HttpClient {
 public:
  HttpClient() = default;
  virtual ~HttpClient() = default;
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // `accept`: the media types that the answer may have. An exception of the receiver comes through.
  virtual HttpOutcome get(const std::string& url, const std::string& accept,
                          HttpReceiver& receiver) = 0;
};

}  // namespace dcmflow

// What the library exports. nullptr: it cannot begin. The caller owns the client. `is_stopped` is
// asked at least once a second by the thread that gets. REQUIRES: the first call before other
// threads run.
extern "C" dcmflow::HttpClient* dcmflow_begin_http_client(const dcmflow::HttpAccess& access,
                                                          std::function<bool()> is_stopped);
