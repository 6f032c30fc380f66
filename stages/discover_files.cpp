#include "stages/discover_files.h"

#include <utility>

#include "stages/base/folder_entry.h"
#include "stages/base/open_path.h"
#include "stages/discovery/hide_name.h"
#include "stages/discovery/input_walk.h"

namespace dcmflow {

DiscoverFiles::DiscoverFiles(std::string input, const std::string& excluded)
    : DiscoverFiles(InputPaths{.given = {std::move(input)}, .listed = {}}, excluded) {}

DiscoverFiles::DiscoverFiles(InputPaths inputs, const std::string& excluded)
    : walk_(std::make_unique<InputWalk>(std::move(inputs), excluded)) {}

DiscoverFiles::~DiscoverFiles() = default;

std::optional<Result<FilePtr>> DiscoverFiles::next() {
  auto found = walk_->next();
  if (!found) return found;
  place_ = *found ? (**found)->name : found->problem().subject;
  return hides_names_ ? with_hidden_name(std::move(*found)) : std::move(*found);
}

std::string root_of_names(const std::string& input) {
  struct stat found {};
  const bool is_file = stat_path(input, found) == 0 && !S_ISDIR(found.st_mode);
  return is_file ? folder_of(input) : input;
}

bool is_of_output(const Problem& problem) { return problem.detail.starts_with(output_not_read); }

void DiscoverFiles::on_folder(std::function<void(const std::string&)> tell) {
  walk_->rules.tell_folder = std::move(tell);
}

void DiscoverFiles::open_archives(std::string spool_folder, std::function<bool()> is_given_up) {
  walk_->spool.emplace(std::move(spool_folder));
  walk_->is_given_up = std::move(is_given_up);
}

void DiscoverFiles::take_slice(InputSlice slice) { walk_->rules.slice = slice; }

void DiscoverFiles::hide_names() { hides_names_ = true; }

void DiscoverFiles::on_threads(LookThreads threads) { walk_->ahead.on_threads(std::move(threads)); }

void DiscoverFiles::leave_threads() { walk_->ahead.leave_threads(); }

FileIdentity DiscoverFiles::identity() const { return walk_->identity; }

bool DiscoverFiles::at_end() const { return walk_->at_end(); }

}  // namespace dcmflow
