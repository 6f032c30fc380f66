#pragma once
// What a sidecar says of a scan and no other file of the output does: read from a file of the image
// once more, so that it is not kept for each file of an archive.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stages/catalog/scan_attributes.h"
#include "stages/dicom/header_plan.h"
#include "stages/dicom_types.h"

namespace dcmflow {

// The values of a file that are too large to be attributes; empty where there are none.
struct ScanBlocks {
  std::vector<std::string> creators;        // of the private blocks of the data set
  std::string csa_image;                    // Siemens' CSA image header
  std::string protocol;                     // Siemens' measurement protocol, as protocol_text()
  std::vector<std::uint8_t> ge_parameters;  // as ge_polarity_is_positive() wants it
  std::string ge_protocol;                  // as ge_protocol_text()
};

enum class Maker : std::uint8_t { other, siemens, ge, philips, uih, canon };

// One frame of the file. Values are DICOM text, as Frame::find() gives it.
class ScanHeader {
 public:
  ScanHeader(Frame frame, std::shared_ptr<const ScanBlocks> blocks)
      : frame_(std::move(frame)), blocks_(std::move(blocks)) {}

  // An attribute of every table or of the scan_attributes; nullopt when absent or empty.
  std::optional<std::string_view> find(AttributeIndex attribute) const {
    return frame_.find(attribute);
  }
  std::optional<double> number(AttributeIndex attribute) const;
  // Whether one of the values of an attribute is the word.
  bool has_word(AttributeIndex attribute, std::string_view word) const;
  // The first value of a CSA image header, and a parameter of the measurement protocol (Siemens).
  std::optional<std::string> csa(std::string_view name) const;
  std::optional<std::string> protocol(std::string_view name) const;
  std::optional<double> protocol_number(std::string_view name) const;

  const ScanBlocks& blocks() const { return *blocks_; }
  const Frame& frame() const { return frame_; }
  // By the private blocks of the file; where it has none, by Manufacturer.
  Maker maker() const;

 private:
  Frame frame_;
  std::shared_ptr<const ScanBlocks> blocks_;
};

// Echo planar, by Scanning Sequence or Echo Pulse Sequence's flag (PS3.3 C.8.13.4.1).
bool is_echo_planar(const ScanHeader& header);

// Reads files once more. For one thread.
class ScanReader {
 public:
  ScanReader() : table_(make_scan_table()), plan_(table_) {}

  // A file that cannot be read any more, or that was changed, gives what the frame says already.
  ScanHeader read(const Frame& frame);
  // Whether there was such a file since this was asked last.
  bool take_failure() { return std::exchange(has_failed_, false); }

 private:
  struct Content {
    InstancePtr instance;
    std::shared_ptr<const ScanBlocks> blocks;
  };
  std::optional<Content> read_file(const FilePtr& file) const;

  AttributeTable table_;
  HeaderPlan plan_;
  // The file that was read last: the images of a multi-frame file come one after the other.
  FilePtr last_file_;
  std::optional<Content> last_;
  bool has_failed_ = false;
};

}  // namespace dcmflow
