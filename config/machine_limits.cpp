// /proc/self/cgroup says which group the process is in, /proc/self/mountinfo where the group's
// files are (proc(5), cgroups(7)). A limit of a parent group holds too, so the files are read from
// the group up to the mount point.

#include "config/machine_limits.h"

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <limits>
#include <memory>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

#include "config/settings.h"
#include "stages/base/filesystem.h"

namespace dcmflow {
namespace {

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

bool contains(const std::vector<std::string>& values, std::string_view value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// One at least, as split() gives it: "" where there is no file.
std::vector<std::string> words_of_file(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return split(line, ' ');
}

// mountinfo writes blanks and backslashes as \ooo.
std::string unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    int code = 0;
    const char* const digits = text.data() + i + 1;
    if (text[i] == '\\' && i + 3 < text.size() &&
        std::from_chars(digits, digits + 3, code, 8).ptr == digits + 3) {
      plain += static_cast<char>(code);
      i += 3;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

struct Hierarchy {
  bool is_v2 = false;
  std::string mount_point;
  std::string group;  // below the mount point: "" or "/a/b"
};

// The group of a controller ("" for v2) by /proc/self/cgroup lines `id:controllers:path`.
std::optional<std::string> group_path(const std::string& root, const std::string& controller) {
  std::ifstream file(root + "/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    const std::vector<std::string> fields = split(line, ':');
    if (fields.size() < 3) continue;
    if (contains(split(fields[1], ','), controller))
      return line.substr(fields[0].size() + fields[1].size() + 2);
  }
  return std::nullopt;
}

// What is mounted may be a part of the hierarchy (a container without a namespace of its own): the
// group's path is then taken from that part on, and a group outside of it is the mounted one
// itself.
std::string below_mount(const std::string& group, const std::string& mounted) {
  const std::string prefix = mounted == "/" ? "" : mounted;
  const bool inside =
      group.starts_with(prefix) && (group.size() == prefix.size() || group[prefix.size()] == '/');
  if (!inside || group.find("/..") != std::string::npos) return "";
  const std::string path = group.substr(prefix.size());
  return path == "/" ? "" : path;
}

// mountinfo: `id parent device root mount-point options [tags] - type source super-options`.
std::vector<Hierarchy> hierarchies(const std::string& root, const std::string& controller) {
  std::vector<Hierarchy> found;
  std::ifstream file(root + "/proc/self/mountinfo");
  for (std::string line; std::getline(file, line);) {
    const std::vector<std::string> fields = split(line, ' ');
    const auto dash = std::find(fields.begin(), fields.end(), "-");
    if (fields.size() < 6 || fields.end() - dash < 4) continue;
    const bool is_v2 = dash[1] == "cgroup2";
    const bool is_v1 = dash[1] == "cgroup" && contains(split(dash[3], ','), controller);
    if (!is_v2 && !is_v1) continue;
    if (const auto group = group_path(root, is_v2 ? "" : controller))
      found.push_back({is_v2, unescaped(fields[4]), below_mount(*group, unescaped(fields[3]))});
  }
  return found;
}

// The least that `read` gives for the folders of the group and its parents, in every hierarchy.
template <class Read>
auto least(const std::string& root, const std::string& controller, const Read& read) {
  decltype(read(true, root)) best;
  for (const Hierarchy& hierarchy : hierarchies(root, controller)) {
    std::string group = hierarchy.group;
    for (;;) {
      const auto limit = read(hierarchy.is_v2, root + hierarchy.mount_point + group + '/');
      if (limit && (!best || *limit < *best)) best = limit;
      if (group.empty()) break;
      group.resize(std::min(group.rfind('/'), group.size() - 1));
    }
  }
  return best;
}

std::optional<std::size_t> read_cores(bool is_v2, const std::string& folder) {
  std::vector<std::string> words = words_of_file(folder + (is_v2 ? "cpu.max" : "cpu.cfs_quota_us"));
  if (!is_v2) words.push_back(words_of_file(folder + "cpu.cfs_period_us").front());
  if (words.size() < 2) return std::nullopt;
  const auto quota = number(words[0]);  // "max" and -1 are no numbers: no limit
  const auto period = number(words[1]);
  if (!quota || !period || *period == 0) return std::nullopt;
  return std::max<std::size_t>(1, *quota / *period + (*quota % *period != 0 ? 1 : 0));
}

std::optional<std::uint64_t> read_memory(bool is_v2, const std::string& folder) {
  return number(words_of_file(folder + (is_v2 ? "memory.max" : "memory.limit_in_bytes")).front());
}

// The kernel's mask may be wider than cpu_set_t: it says EINVAL until the set is wide enough.
std::size_t affinity_cores() {
  for (int width = CPU_SETSIZE; width <= 1 << 20; width *= 2) {
    const std::unique_ptr<cpu_set_t, void (*)(cpu_set_t*)> set(
        CPU_ALLOC(width), [](cpu_set_t* allocated) { CPU_FREE(allocated); });
    const std::size_t bytes = CPU_ALLOC_SIZE(width);
    if (set && sched_getaffinity(0, bytes, set.get()) == 0)
      return static_cast<std::size_t>(std::max(1, CPU_COUNT_S(bytes, set.get())));
  }
  return 1;
}

std::uint64_t page_bytes() { return static_cast<std::uint64_t>(sysconf(_SC_PAGE_SIZE)); }

// Bytes that this process has mapped (0), or that are resident (1): proc(5), statm.
std::uint64_t own_memory(std::size_t field) {
  const auto pages = words_of_file("/proc/self/statm");
  return pages.size() > field ? number(pages[field]).value_or(0) * page_bytes() : 0;
}

// RLIMIT_AS.
std::optional<std::uint64_t> address_limit() {
  struct rlimit limit {};
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return std::nullopt;
  return limit.rlim_cur;
}

}  // namespace

std::optional<std::size_t> cgroup_cores(const std::string& root) {
  return least(root, "cpu", read_cores);
}

std::optional<std::uint64_t> cgroup_memory(const std::string& root) {
  return least(root, "memory", read_memory);
}

std::size_t available_cores() {
  const std::size_t cores = affinity_cores();
  return std::min(cores, cgroup_cores().value_or(cores));
}

std::uint64_t available_memory() {
  const long pages = sysconf(_SC_PHYS_PAGES);
  const auto physical = static_cast<std::uint64_t>(std::max(pages, 1L)) * page_bytes();
  return std::min(
      {physical, cgroup_memory().value_or(physical), address_limit().value_or(physical)});
}

std::uint64_t free_memory() {
  const auto limit = available_memory();
  const auto left = limit - std::min(limit, own_memory(1));
  return std::min(left, free_addresses().value_or(left));
}

std::optional<std::uint64_t> free_addresses() {
  const auto limit = address_limit();
  if (!limit) return std::nullopt;
  return *limit - std::min(*limit, own_memory(0));
}

std::uint64_t thread_stack_bytes() {
  constexpr std::uint64_t without_limit = 2 << 20;
  struct rlimit limit {};
  if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return without_limit;
  return limit.rlim_cur;
}

namespace {

// Nearly always a few; so many where /proc does not tell.
std::size_t used_descriptors() {
  constexpr std::size_t usual = 16;
  FileError error;
  fs::directory_iterator each("/proc/self/fd", error);
  if (error) return usual;
  std::size_t used = 0;
  for (const fs::directory_iterator end; each != end && !error; each.increment(error)) ++used;
  return used;
}

}  // namespace

std::size_t available_descriptors() {
  struct rlimit limit {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  if (limit.rlim_cur < limit.rlim_max) {
    const auto before = std::exchange(limit.rlim_cur, limit.rlim_max);
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = before;
  }
  return static_cast<std::size_t>(limit.rlim_cur) -
         std::min<std::size_t>(used_descriptors(), limit.rlim_cur);
}

}  // namespace dcmflow
