#include "stages/to_dicom/find_sources.h"

#include <sys/stat.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "stages/base/counted.h"
#include "stages/base/printable.h"
#include "stages/decode_header.h"
#include "stages/dicom/open_file.h"
#include "stages/discover_files.h"

namespace dcmflow {
namespace {

bool leads_out(const std::string& name) {
  return name == ".." || name.starts_with("../") || name.ends_with("/..") ||
         name.find("/../") != std::string::npos;
}

class SourceSearch {
 public:
  SourceSearch(const ImageSources& sources, std::string input)
      : sources_(sources), input_(std::move(input)), plan_(table_), found_(sources.slices.size()) {}

  // By the names that the run has for them.
  void look_by_name() {
    const auto root = std::make_shared<const std::string>(root_of_names(input_));
    for (std::size_t i = 0; i < found_.size(); ++i) {
      const auto& slice = sources_.slices[i];
      // Frames of one file stand together, in any order.
      if (i > 0 && found_[i - 1] && slice.file == sources_.slices[i - 1].file)
        take(found_[i - 1], i);
      else if (const auto instance = open(root, slice.file))
        take(instance, i);
    }
  }

  Status look_everywhere(const std::string& spool_folder, const std::function<bool()>& is_stopped) {
    DiscoverFiles files(input_, "");
    files.open_archives(spool_folder, is_stopped);
    while (missing() > 0) {
      if (is_stopped()) return Problem{Reason::interrupted, {}, "stopped by a signal"};
      const auto file = files.next();
      if (!file) break;
      if (!*file) continue;
      const auto instance = decode_header(**file, plan_, interner_);
      if (!instance) continue;
      for (std::size_t i = 0; i < found_.size(); ++i)
        if (!found_[i]) take(*instance, i);
    }
    return Done{};
  }

  std::size_t missing() const {
    return static_cast<std::size_t>(std::ranges::count_if(found_, std::logical_not<>()));
  }
  const ImageSources::Slice& first_missing() const {
    const auto first = std::ranges::find_if(found_, std::logical_not<>()) - found_.begin();
    return sources_.slices[static_cast<std::size_t>(first)];
  }
  std::vector<InstancePtr> take_found() { return std::move(found_); }

 private:
  InstancePtr open(const std::shared_ptr<const std::string>& root, const std::string& name) {
    if (leads_out(name)) return nullptr;
    auto file = share(File{.root = root, .name = name});
    struct stat found {};
    if (stat(file->path().c_str(), &found) != 0 || !S_ISREG(found.st_mode)) return nullptr;
    file->size = static_cast<std::uint64_t>(found.st_size);
    file->version = version_of(found);
    const auto instance = decode_header(file, plan_, interner_);
    return instance ? *instance : nullptr;
  }
  void take(const InstancePtr& instance, std::size_t i) {
    const auto& slice = sources_.slices[i];
    if (instance->sop_instance_uid() == slice.sop_instance_uid &&
        instance->shared->series_instance_uid == sources_.series &&
        slice.frame < std::max(instance->pixel_data.number_of_frames, 1U))
      found_[i] = instance;
  }

  const ImageSources& sources_;
  std::string input_;
  AttributeTable table_;
  HeaderPlan plan_;
  HeaderInterner interner_;
  std::vector<InstancePtr> found_;
};

}  // namespace

Result<std::vector<InstancePtr>> find_sources(const ImageSources& sources, const std::string& input,
                                              const std::string& spool_folder,
                                              const std::function<bool()>& is_stopped) {
  SourceSearch search(sources, input);
  search.look_by_name();
  if (search.missing() > 0)
    if (auto looked = search.look_everywhere(spool_folder, is_stopped); !looked)
      return looked.problem();
  if (search.missing() == 0) return search.take_found();
  return Problem{Reason::source_missing, printable(input),
                 std::to_string(search.missing()) + " of " +
                     counted(sources.slices.size(), "source slice") +
                     " are not there, the first of SOP Instance UID " +
                     printable(search.first_missing().sop_instance_uid) +
                     "; --input says where the DICOM files of the run are now"};
}

}  // namespace dcmflow
