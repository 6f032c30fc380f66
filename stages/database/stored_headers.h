#pragma once
// Instances ↔ bytes: what was read of the headers of a series' files, as the catalogue keeps it, so
// that a later run need not open a file that did not change.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "stages/dicom/attribute_table.h"
#include "stages/dicom/header_interner.h"
#include "stages/dicom_types.h"
#include "stages/pixels/pixel_digests.h"

namespace dcmflow {

// Of headers that were read for one table nothing can be said for another, or by another release:
// equal texts, equal meaning.
std::string headers_fingerprint(const AttributeTable& table);

// Headers that repeat are kept once, and with them what was found of their frames' pixels. A digest
// of all bytes stands at the end. Pure.
std::string store_headers(std::span<const InstancePtr> instances, const FrameDigests& digests);

struct StoredHeaders {
  std::vector<SharedPtr<Instance>> instances;  // in the order of then
  FrameDigests digests;
};

// What store_headers() was given, of files below `root`. REQUIRES: the table's fingerprint is the
// one of then. Problem{catalogue_failed} (subject left empty): these are other bytes. Thread-safe.
Result<StoredHeaders> load_headers(std::span<const std::uint8_t> bytes,
                                   const std::shared_ptr<const std::string>& root,
                                   const AttributeTable& table, HeaderInterner& interner);

}  // namespace dcmflow
