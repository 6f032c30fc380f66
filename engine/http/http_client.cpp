#include "engine/http/http_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <exception>
#include <memory>
#include <utility>

#include "stages/base/ascii.h"

namespace dcmflow {
namespace {

constexpr long slowest_bytes_a_second = 100;
constexpr long piece_bytes = 512 << 10;
constexpr unsigned most_connect_seconds = 30;

struct EndRow {
  CURLcode code;
  HttpEnd end;
};
// All others ended within the answer.
constexpr std::array ends{
    EndRow{CURLE_OK, HttpEnd::done},
    EndRow{CURLE_WRITE_ERROR, HttpEnd::not_wanted},
    EndRow{CURLE_ABORTED_BY_CALLBACK, HttpEnd::stopped},
    EndRow{CURLE_UNSUPPORTED_PROTOCOL, HttpEnd::no_connection},
    EndRow{CURLE_URL_MALFORMAT, HttpEnd::no_connection},
    EndRow{CURLE_COULDNT_RESOLVE_PROXY, HttpEnd::no_connection},
    EndRow{CURLE_COULDNT_RESOLVE_HOST, HttpEnd::no_connection},
    EndRow{CURLE_COULDNT_CONNECT, HttpEnd::no_connection},
    EndRow{CURLE_WEIRD_SERVER_REPLY, HttpEnd::no_connection},
    EndRow{CURLE_OPERATION_TIMEDOUT, HttpEnd::no_connection},
    EndRow{CURLE_GOT_NOTHING, HttpEnd::no_connection},
    EndRow{CURLE_SSL_CONNECT_ERROR, HttpEnd::no_trust},
    EndRow{CURLE_SSL_CERTPROBLEM, HttpEnd::no_trust},
    EndRow{CURLE_PEER_FAILED_VERIFICATION, HttpEnd::no_trust},
    EndRow{CURLE_SSL_CACERT_BADFILE, HttpEnd::no_trust},
    EndRow{CURLE_SSL_ISSUER_ERROR, HttpEnd::no_trust},
    EndRow{CURLE_SSL_INVALIDCERTSTATUS, HttpEnd::no_trust},
};

HttpEnd end_of(CURLcode code) {
  const auto* const row = std::ranges::find(ends, code, &EndRow::code);
  return row == ends.end() ? HttpEnd::cut : row->end;
}

std::string text_of(CURL* handle, CURLINFO what) {
  const char* text = nullptr;
  curl_easy_getinfo(handle, what, &text);
  return text ? text : "";
}

// What one call of get() knows while libcurl calls back.
struct Transfer {
  CURL* handle;
  HttpReceiver& receiver;
  const std::function<bool()>& is_stopped;
  std::string location{};
  bool has_begun = false;
  bool is_wanted = true;
  std::exception_ptr thrown{};

  bool take(std::string_view bytes) {
    try {
      if (!has_begun) begin();
      if (is_wanted && !bytes.empty()) is_wanted = receiver.take(bytes);
    } catch (...) {  // libcurl is C
      thrown = std::current_exception();
      is_wanted = false;
    }
    return is_wanted;
  }

 private:
  void begin() {
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    has_begun = true;
    is_wanted = receiver.begin({.status = static_cast<int>(status),
                                .type = text_of(handle, CURLINFO_CONTENT_TYPE),
                                .location = location});
  }
};

extern "C" std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* transfer) {
  const std::size_t all = size * count;
  return static_cast<Transfer*>(transfer)->take({bytes, all}) ? all : 0;
}

// A line of a head; each head begins anew, as that behind one of status 100.
extern "C" std::size_t on_head(char* bytes, std::size_t size, std::size_t count, void* transfer) {
  constexpr std::string_view name = "location:";
  const std::string_view line(bytes, size * count);
  auto& location = static_cast<Transfer*>(transfer)->location;
  if (line.starts_with("HTTP/")) location.clear();
  if (std::ranges::equal(line.substr(0, name.size()), name, {}, lower))
    location = trimmed(line.substr(name.size()), " \t\r\n");
  return line.size();
}

extern "C" int on_progress(void* transfer, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Transfer*>(transfer)->is_stopped() ? 1 : 0;
}

struct FreeHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

class CurlClient : public HttpClient {
 public:
  CurlClient(const HttpAccess& access, std::function<bool()> is_stopped)
      : handle_(curl_easy_init()), is_stopped_(std::move(is_stopped)) {
    if (!handle_) return;
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 0L);  // whoever it is has not been asked for
    set(CURLOPT_USERAGENT, "dcmflow/" DCMFLOW_VERSION);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_BUFFERSIZE, piece_bytes);
    set(CURLOPT_CONNECTTIMEOUT,
        static_cast<long>(std::min(access.stall_seconds, most_connect_seconds)));
    set(CURLOPT_LOW_SPEED_LIMIT, slowest_bytes_a_second);
    set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(access.stall_seconds));
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, on_progress);
    set(CURLOPT_WRITEFUNCTION, on_body);
    set(CURLOPT_HEADERFUNCTION, on_head);
    set(CURLOPT_ERRORBUFFER, words_.data());
    if (!access.ca_file.empty()) set(CURLOPT_CAINFO, access.ca_file.c_str());
    set_credentials(access);
  }

  bool is_ready() const { return handle_ && is_set_; }

  HttpOutcome get(const std::string& url, const std::string& accept,
                  HttpReceiver& receiver) override {
    Transfer transfer{handle_.get(), receiver, is_stopped_};
    const std::unique_ptr<curl_slist, FreeList> headers(
        curl_slist_append(nullptr, ("Accept: " + accept).c_str()));
    words_.fill('\0');
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_HTTPHEADER, headers.get());
    set(CURLOPT_WRITEDATA, &transfer);
    set(CURLOPT_HEADERDATA, &transfer);
    set(CURLOPT_XFERINFODATA, &transfer);
    const CURLcode code = curl_easy_perform(handle_.get());
    set(CURLOPT_HTTPHEADER, nullptr);
    if (code == CURLE_OK) transfer.take({});  // an answer without a body has a head, too
    if (transfer.thrown) std::rethrow_exception(transfer.thrown);
    if (!transfer.is_wanted) return {HttpEnd::not_wanted, {}};
    return {end_of(code), words_.front() ? words_.data() : curl_easy_strerror(code)};
  }

 private:
  template <class Value>
  void set(CURLoption option, Value value) {
    is_set_ = curl_easy_setopt(handle_.get(), option, value) == CURLE_OK && is_set_;
  }

  void set_credentials(const HttpAccess& access) {
    set(CURLOPT_HTTPAUTH,
        static_cast<long>(access.token.empty() ? CURLAUTH_BASIC : CURLAUTH_BEARER));
    if (!access.token.empty()) {
      set(CURLOPT_XOAUTH2_BEARER, access.token.c_str());
    } else if (!access.user.empty()) {
      set(CURLOPT_USERNAME, access.user.c_str());
      set(CURLOPT_PASSWORD, access.password.c_str());
    } else {
      set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_OPTIONAL));
    }
  }

  std::unique_ptr<CURL, FreeHandle> handle_;
  const std::function<bool()> is_stopped_;
  std::array<char, CURL_ERROR_SIZE> words_{};
  bool is_set_ = true;
};

}  // namespace
}  // namespace dcmflow

dcmflow::HttpClient* dcmflow_begin_http_client(const dcmflow::HttpAccess& access,
                                               std::function<bool()> is_stopped) {
  static const bool has_begun = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  if (!has_begun) return nullptr;
  auto client = std::make_unique<dcmflow::CurlClient>(access, std::move(is_stopped));
  return client->is_ready() ? client.release() : nullptr;
}
