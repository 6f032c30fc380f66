#pragma once
// What segmentations and structure sets have in common as data sets. Thread-safe on distinct
// objects.

#include <cstdint>
#include <string>
#include <vector>

#include "stages/dicom/open_dataset.h"
#include "stages/dicom/sequence_items.h"
#include "stages/labels/segment.h"

namespace dcmflow {

// A file whose data set is listed down to its pixels. REQUIRES: open() before all else.
class LabelDataset {
 public:
  LabelDataset(const FilePtr& file, OpenDataset::Windows& windows) : dataset_(file, windows) {}

  // Problems, with the name of the file: those of OpenDataset and of the reader.
  Status open();
  // What `read` returns, with the name of the file where it is a Problem; changed_during_run where
  // the file was written to meanwhile.
  Status finish(const Status& read) const;

  const SequenceItem& top() const { return top_; }
  ByteSource& source() { return dataset_.source(); }
  TextReader& texts() { return *texts_; }

  // Calls `take` for each item of the sequence `tag` of an item.
  Status for_each(const SequenceItem& item, std::uint32_t tag,
                  const std::function<Status(const SequenceItem&)>& take) {
    return for_each_item(source(), item.find(tag), item.encoding, take);
  }
  std::string text(const SequenceItem& item, std::uint32_t tag, Vr code) {
    return text_in(*texts_, item, tag, code);
  }
  // The first item of the code sequence `tag`.
  std::optional<Code> code(const SequenceItem& item, std::uint32_t tag);
  // Appends the UID `tag` of each item of the sequence; what is empty is left out.
  Status add_uids(const SequenceItem& item, std::uint32_t sequence, std::uint32_t tag,
                  std::vector<std::string>& uids);

 private:
  OpenDataset dataset_;
  std::optional<TextReader> texts_;
  SequenceItem top_;
};

// Sorted, each once.
void sort_references(LabelReferences& references);

}  // namespace dcmflow
