#pragma once
// Where the data set of a file starts and how it is encoded (PS3.10 section 7). Thread-safe on
// distinct sources.

#include <string>

#include "stages/dicom/byte_source.h"
#include "stages/dicom_types.h"

namespace dcmflow {

struct DatasetStart {
  std::uint64_t offset = 0;         // of the first element behind the File Meta Information
  DatasetEncoding encoding;         // as the content shows it; `deflated` as declared
  std::string transfer_syntax_uid;  // as declared; the uncompressed one that fits when the file
                                    // declares none
  std::string sop_class_uid;        // Media Storage SOP Class and Instance UID
  std::string sop_instance_uid;
  bool has_preamble = false;
};

// Problem{not_dicom} when the content is no DICOM; truncated, malformed for a damaged meta header;
// unreadable. A file without preamble passes when its first bytes make a plausible first element.
Result<DatasetStart> find_dataset_start(ByteSource& file);

// The encoding of the data set that starts at `offset`, from its first element; `declared` where
// the bytes leave it open.
DatasetEncoding recognise_encoding(ByteSource& dataset, std::uint64_t offset,
                                   DatasetEncoding declared);

}  // namespace dcmflow
