#include "stages/dicom/open_dataset.h"

#include <utility>

#include "stages/base/archive_kind.h"

namespace dcmflow {

OpenDataset::OpenDataset(FilePtr file, Windows& windows, std::uint64_t budget, std::size_t expected)
    : file_(std::move(file)), windows_(windows), budget_(budget), expected_(expected) {}

Status OpenDataset::open() {
  auto opened = OpenFile::open(file_);
  if (!opened) return opened.problem();
  opened_.emplace(std::move(*opened));
  plain_.emplace(opened_->descriptor(), file_->size, windows_.file, expected_, opened_->begin());
  source_ = &*plain_;
  auto status = find_start();
  if (!status) return Problem{status.problem().reason, file_->name, status.problem().detail};
  return status;
}

Status OpenDataset::find_start() {
  auto start = find_dataset_start(*source_);
  if (!start && is_gzip(*plain_)) {
    unzipped_.emplace(*plain_, 0, windows_.unzipped, InflateSource::Wrapping::gzip, budget_);
    source_ = &*unzipped_;
    start = find_dataset_start(*source_);
    if (!start) return Problem{Reason::not_dicom, {}, "a gzip file, and no DICOM image in it"};
  }
  if (!start) return start.problem();
  start_ = std::move(*start);
  begin_ = start_.offset;
  if (start_.encoding.deflated) {
    inflated_.emplace(*source_, start_.offset, windows_.inflated, InflateSource::Wrapping::raw,
                      budget_);
    source_ = &*inflated_;
    begin_ = 0;
    start_.encoding = recognise_encoding(*source_, 0, start_.encoding);
  }
  start_.encoding.deflated = inflated_ || unzipped_;
  return Done{};
}

std::string OpenDataset::archive_words() {
  if (!plain_) return {};
  std::string kind(archive_kind(plain_->up_to(0, archive_kind_bytes)));
  if (kind != "gzip") return kind;
  if (!unzipped_) return {};
  const std::string within(archive_kind(unzipped_->up_to(0, archive_kind_bytes)));
  return within.empty() ? within : within + " in " + kind;
}

void OpenDataset::allow(std::uint64_t budget) {
  if (unzipped_) unzipped_->allow(budget);
  if (inflated_) inflated_->allow(budget);
}

bool OpenDataset::is_over_budget() const {
  return (unzipped_ && unzipped_->is_over_budget()) || (inflated_ && inflated_->is_over_budget());
}

}  // namespace dcmflow
