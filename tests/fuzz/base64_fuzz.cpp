// Base64 and numbers of bytes, as they come in the environment and on the command line.

#include <nettle/base64.h>

#include <string>

#include "config/byte_size.h"
#include "stages/base/base64.h"
#include "tests/fuzz/fuzz_target.h"

using namespace dcmflow;
using namespace dcmflow::fuzz;

namespace {

// By Nettle: standard alphabet, padded, one line.
std::string encoded(const std::string& bytes) {
  std::string text(BASE64_ENCODE_RAW_LENGTH(bytes.size()), '\0');
  base64_encode_raw(text.data(), bytes.size(), reinterpret_cast<const std::uint8_t*>(bytes.data()));
  return text;
}

// What decode_base64() leaves out of account: white space, padding, the alphabet.
std::string canonical(const std::string& text) {
  std::string kept;
  for (const char c : text)
    if (std::string_view(" \t\r\n\v\f=").find(c) == std::string_view::npos)
      kept += c == '-' ? '+' : c == '_' ? '/' : c;
  return kept;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(input), size);
  promise(decode_base64(encoded(text)) == text, "what Nettle encodes is decoded");
  if (const auto bytes = decode_base64(text))
    promise(canonical(encoded(*bytes)) == canonical(text), "what is decoded encodes to the same");
  if (const auto bytes = parse_bytes(text); bytes && !text.empty())
    promise(text[0] >= '0' && text[0] <= '9', "a number of bytes begins with a digit");
  return 0;
}
