#pragma once
// What the system says of a folder: its names, and what each of them is; a part of them at a time.

#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "stages/base/input_slice.h"
#include "stages/base/list_folder.h"
#include "stages/dicom_types.h"

namespace dcmflow {

// What is asked for; DiscoverFiles has what they mean. Not changed while anybody looks.
struct LookRules {
  std::string excluded;
  std::optional<InputSlice> slice;
  std::function<void(const std::string&)> tell_folder;

  // By identity, not by name: the output may be named through a link. Asked each time, since it may
  // be made during the walk.
  bool excludes(const struct stat& found) const;
};

struct LookedFolder;

// Links are followed.
struct LookedEntry {
  int error = 0;         // of the system: then nothing is known but is_link
  bool is_link = false;  // that leads nowhere, or to a folder
  bool is_excluded = false;
  mode_t mode = 0;
  FileIdentity identity;                 // of a file as a slice wants it
  FilePtr file;                          // of a regular one, empty or not
  std::shared_ptr<LookedFolder> folder;  // of a folder that is not excluded
};

// How many entries are known ahead of the walk: what one part adds, until it is taken or dropped.
class Booking {
 public:
  Booking() = default;
  Booking(std::atomic<std::size_t>& total, std::size_t entries)
      : total_(&total), entries_(entries) {
    total += entries;
  }
  Booking(Booking&& other) noexcept
      : total_(std::exchange(other.total_, nullptr)), entries_(other.entries_) {}
  Booking& operator=(Booking&& other) noexcept {
    std::swap(total_, other.total_);
    std::swap(entries_, other.entries_);
    return *this;
  }
  ~Booking() {
    if (total_ != nullptr) *total_ -= entries_;
  }

 private:
  std::atomic<std::size_t>* total_ = nullptr;
  std::size_t entries_ = 0;
};

// A part of a folder that somebody is to look at.
struct LookUnit {
  std::weak_ptr<LookedFolder> folder;
  std::size_t part = 0;
};

// A part belongs to the thread that made it `taken`; once it is `done` to the walker. So `state`
// alone, stored with release and loaded with acquire, keeps threads from each other.
struct LookedPart {
  enum class State : std::uint8_t { free, taken, done };
  std::atomic<State> state = State::free;
  std::vector<LookedEntry> entries;
  Booking booking;
  std::optional<std::list<LookUnit>::iterator> place;  // see LookAhead: under its lock
};

// The names belong to whoever has the first part.
struct LookedFolder {
  static constexpr std::size_t names_of_part = 32;

  LookedFolder(std::shared_ptr<const std::string> its_root, std::string its_name)
      : root(std::move(its_root)), name(std::move(its_name)) {}
  // Names that are known, in their order: nothing is listed.
  LookedFolder(std::shared_ptr<const std::string> its_root, std::string its_name,
               std::vector<std::string> names);

  std::string path() const { return File{.root = root, .name = name, .version = {}}.path(); }
  std::string relative(const std::string& entry) const {
    return name.empty() ? entry : name + '/' + entry;
  }
  std::size_t parts() const {
    return std::max<std::size_t>((listing.names.size() + names_of_part - 1) / names_of_part, 1);
  }
  LookedPart& part(std::size_t i) { return i == 0 ? first : rest[i - 1]; }

  const std::shared_ptr<const std::string> root;
  const std::string name;  // relative to root; empty for root itself
  bool is_listed = false;
  int open_error = 0;  // of the system: there are no names
  FolderListing listing;
  LookedPart first;
  std::unique_ptr<LookedPart[]> rest;
};

// Lists the folder, if the part is the first, and looks at the entries of the part. Returns how
// often the storage was asked; nullopt when it was given up (asked before each entry; may be
// empty). Then, and when it throws, it may be done again. REQUIRES: the part is taken by this
// thread.
std::optional<std::size_t> look_at_part(LookedFolder& folder, std::size_t part,
                                        const LookRules& rules,
                                        const std::function<bool()>& is_given_up);

}  // namespace dcmflow
