#include "engine/input_events.h"

#include <spdlog/spdlog.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <system_error>
#include <utility>

namespace dcmflow {
namespace {

constexpr std::uint32_t comes = IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO;
constexpr std::uint32_t goes = IN_DELETE | IN_MOVED_FROM | IN_DELETE_SELF | IN_MOVE_SELF;
// What a queue of the kernel's usual length holds is taken in a few reads.
constexpr std::size_t buffer_bytes = std::size_t{64} << 10;
// At a time, and about: the kernel keeps the rest.
constexpr std::size_t most_files = 16'384;

}  // namespace

InputEvents::InputEvents() : inotify_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  if (!inotify_)
    spdlog::warn("watch: the system tells of no changes ({}); the folder is looked through instead",
                 std::generic_category().message(errno));
}

// A folder that was renamed keeps its descriptor, and gets its new name.
void InputEvents::watch(const std::string& path, const std::string& name) {
  if (!inotify_) return;
  const int folder = inotify_add_watch(inotify_.get(), path.c_str(), comes | goes | IN_ONLYDIR);
  if (folder >= 0) {
    folders_[folder] = name;
    return;
  }
  if (errno == ENOENT || errno == ENOTDIR || std::exchange(has_missed_, true)) return;
  spdlog::warn(
      "watch: the system tells nothing of some folders ({}; see fs.inotify.max_user_watches); they "
      "are looked through instead",
      std::generic_category().message(errno));
}

InputEvents::Events InputEvents::take() {
  Events events;
  alignas(inotify_event) std::array<char, buffer_bytes> buffer;
  while (events.files.size() < most_files) {
    const ssize_t size = inotify_ ? read(inotify_.get(), buffer.data(), buffer.size()) : 0;
    if (size <= 0) break;
    for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      const char* const name = buffer.data() + at + sizeof event;  // ends with zeros; none: empty
      at += sizeof event + event.len;
      const auto folder = folders_.find(event.wd);
      if ((event.mask & IN_IGNORED) != 0) {
        if (folder != folders_.end()) folders_.erase(folder);
        continue;
      }
      const bool is_file = (event.mask & comes) != 0 && (event.mask & IN_ISDIR) == 0;
      if (!is_file || event.len == 0 || folder == folders_.end())
        events.is_more = true;
      else
        events.files.push_back(folder->second.empty() ? name : folder->second + '/' + name);
    }
  }
  return events;
}

}  // namespace dcmflow
