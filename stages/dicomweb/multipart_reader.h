#pragma once
// The parts of an answer of multipart/related (RFC 2046 5.1, RFC 2387; PS3.18 8.7.5.1), as its
// bytes come. What a server sends is hostile: no length is believed, nothing is kept but a few KB.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "stages/base/result.h"

namespace dcmflow {

// A Problem of any of them ends the reading, and is that of MultipartReader::read().
class PartReceiver {
 public:
  PartReceiver() = default;
  virtual ~PartReceiver() = default;
  PartReceiver(const PartReceiver&) = delete;
  PartReceiver& operator=(const PartReceiver&) = delete;

  // `bytes`: how long the part says that it is.
  virtual Status begin_part(std::optional<std::uint64_t> bytes) = 0;
  virtual Status take(std::string_view bytes) = 0;
  // It is whole: the next delimiter is there, and as many bytes as it said.
  virtual Status end_part() = 0;
};

// Not thread-safe.
class MultipartReader {
 public:
  // `content_type` is that of the answer. Problem{answer_invalid}: it is no multipart/related, or
  // has no boundary that can be one. No Problem quotes what the server says.
  static Result<MultipartReader> of(std::string_view content_type, PartReceiver& receiver);

  // The next bytes of the body. Problem{answer_invalid}: they break the rules, a part is no
  // application/dicom, or its length is another than it said; after a Problem it is not called
  // again.
  Status read(std::string_view bytes);
  // The body has ended. Problem{transfer_cut}: before its last delimiter. An answer without a
  // length that was cut looks whole to HTTP: this alone tells.
  Status end() const;

  static constexpr std::size_t most_head_bytes = std::size_t{16} << 10;
  // Before the first delimiter, and behind the last.
  static constexpr std::size_t most_stray_bytes = std::size_t{64} << 10;

 private:
  enum class State : std::uint8_t { preamble, delimiter, head, counted_body, body, epilogue };

  MultipartReader(std::string_view boundary, PartReceiver& receiver)
      : receiver_(&receiver), delimiter_("\r\n--" + std::string(boundary)) {}

  // Each goes on as far as it can: false when it needs more bytes.
  Result<bool> advance();
  Result<bool> pass_preamble();
  Result<bool> end_delimiter();
  Result<bool> read_head();
  Result<bool> read_counted_body();
  Result<bool> read_body();
  Result<bool> end_body();
  Status give(std::size_t bytes);
  Status pass_stray(std::size_t bytes);
  std::string_view rest() const { return std::string_view(pending_).substr(at_); }

  PartReceiver* receiver_;
  std::string delimiter_;
  State state_ = State::preamble;
  // The first delimiter may lack the line end before it.
  std::string pending_ = "\r\n";
  std::size_t at_ = 0;       // what lies before it in pending_ is done
  std::size_t stray_ = 0;    // bytes of preamble or epilogue
  std::uint64_t left_ = 0;   // bytes of a counted body
  std::uint64_t given_ = 0;  // bytes of this part
  std::uint64_t parts_ = 0;  // that have begun
};

}  // namespace dcmflow
