// Answers of a server: the boundary in the first line, the body behind it. However the bytes come
// in pieces, the same parts come out; and lists of DICOM JSON.

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "stages/dicomweb/multipart_reader.h"
#include "stages/dicomweb/study_listing.h"
#include "tests/fuzz/fuzz_target.h"

using namespace dcmflow;
using namespace dcmflow::fuzz;

namespace {

class Parts : public PartReceiver {
 public:
  Status begin_part(std::optional<std::uint64_t> bytes) override {
    promise(!is_open_, "a part ends before the next begins");
    is_open_ = true;
    promised_ = bytes;
    whole.emplace_back();
    return Done{};
  }
  Status take(std::string_view bytes) override {
    promise(is_open_ && !bytes.empty(), "bytes are those of a part");
    whole.back() += bytes;
    return Done{};
  }
  Status end_part() override {
    promise(is_open_, "a part begins before it ends");
    promise(!promised_ || *promised_ == whole.back().size(), "a part has the bytes it promised");
    is_open_ = false;
    return Done{};
  }
  std::vector<std::string> whole;

 private:
  bool is_open_ = false;
  std::optional<std::uint64_t> promised_;
};

// Whether all of it was read to its last delimiter.
bool read(std::string_view type, std::string_view body, std::size_t piece, Parts& parts) {
  auto reader = MultipartReader::of(type, parts);
  if (!reader) return false;
  for (; !body.empty(); body.remove_prefix(std::min(piece, body.size())))
    if (!reader->read(body.substr(0, piece))) return false;
  return reader->end().ok();
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(input), size);
  if (text.starts_with('[')) {
    const auto rows = read_listed_rows(text);
    if (rows) {
      const auto listing = make_study_listing(*rows, *rows);
      for (const auto& [series, instances] : listing.series)
        promise(is_uid(series) && std::ranges::all_of(instances, is_uid),
                "what is listed is a UID");
    }
    return 0;
  }
  const auto line = text.substr(0, text.find('\n'));
  const auto body = text.substr(std::min(line.size() + 1, text.size()));
  Parts at_once, in_pieces;
  const bool is_whole = read(line, body, std::max<std::size_t>(body.size(), 1), at_once);
  promise(read(line, body, 3, in_pieces) == is_whole, "pieces change nothing");
  promise(!is_whole || at_once.whole == in_pieces.whole, "pieces change no part");
  return 0;
}
