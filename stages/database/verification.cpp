#include "stages/database/verification.h"

#include "stages/base/printable.h"
#include "stages/catalog/json_writer.h"

namespace dcmflow {

std::string verification_text(const Verification& verification, bool json) {
  if (json) {
    auto writer = JsonWriter::to_text();
    writer.object().member("catalogue", verification.has_catalogue);
    writer.member("images", verification.images).member("files", verification.files);
    writer.member("bytes", verification.bytes).member("hashed", verification.hashed);
    writer.key("differences").array();
    for (const auto& [file, what] : verification.differences)
      writer.object(JsonWriter::Layout::one_line)
          .member("file", printable(file))
          .member("what", what)
          .end();
    writer.end().end();
    return writer.take_text();
  }
  std::string text;
  for (const auto& [file, what] : verification.differences)
    text.append(printable(file)).append(": ").append(what).append("\n");
  const auto count = verification.differences.size();
  text += std::to_string(verification.images) + " images, " + std::to_string(verification.files) +
          " files, " + std::to_string(verification.bytes) + " bytes, " +
          std::to_string(verification.hashed) + " by SHA-256";
  text += verification.has_catalogue ? "" : ", without a catalogue";
  text += count == 0
              ? ": all as it was written\n"
              : ": " + std::to_string(count) + (count == 1 ? " difference\n" : " differences\n");
  return text;
}

}  // namespace dcmflow
