#include "engine/trace.h"

#include <sys/stat.h>

#include <algorithm>

#include "stages/base/filesystem.h"
#include "stages/base/folder_entry.h"
#include "stages/base/output_file.h"
#include "stages/base/printable.h"
#include "stages/base/thread_number.h"
#include "stages/catalog/json_writer.h"

namespace dcmflow {
namespace {

// Where a chain of links leads, so that what is written takes that name and the links stay.
fs::path end_of_links(fs::path path) {
  constexpr int most_links = 40;  // as the kernel follows
  for (int i = 0; i < most_links; ++i) {
    FileError is_none;
    const auto next = fs::read_symlink(path, is_none);
    if (is_none) break;
    path = next.is_absolute() ? next : path.parent_path() / next;
  }
  return path;
}

// What lies there may be replaced: a regular file, or nothing.
Status check_kind(const std::string& path) {
  struct stat found {};
  if (stat(path.c_str(), &found) != 0 || S_ISREG(found.st_mode)) return Done{};
  return Problem{Reason::output_not_writable, path,
                 "found " + kind_of(found.st_mode) + ", expected a regular file or a new name"};
}

std::string folder_to_write(const fs::path& file) {
  return file.has_parent_path() ? file.parent_path().string() : ".";
}

}  // namespace

Status check_trace(const std::string& path) {
  auto usable = check_kind(path);
  if (usable) {
    const auto file = end_of_links(path);
    const auto probe = OutputFile::create(folder_to_write(file), file.filename().string());
    if (!probe) usable = probe.problem();
  }
  if (usable) return usable;
  return Problem{Reason::bad_settings, "--trace " + printable(path),
                 printable(usable.problem().detail)};
}

void Trace::begin() {
  is_on_ = true;
  static_cast<void>(thread_number());
}

void Trace::add(std::string_view name, Time start, Time end) {
  if (!is_on_) return;
  const Event event{name, start, std::chrono::duration_cast<std::chrono::microseconds>(end - start),
                    thread_number()};
  const Lock lock(mutex_);
  events_.push_back(event);
}

Status Trace::write(const std::string& path) const {
  const Lock lock(mutex_);
  auto events = events_;
  // A phase comes before the steps that it starts with.
  std::ranges::sort(events, {}, [](const Event& event) {
    return std::tuple(event.start, -event.duration, event.thread);
  });
  if (auto usable = check_kind(path); !usable) return usable;
  const auto file = end_of_links(path);
  auto json = JsonWriter::create(folder_to_write(file), file.filename().string());
  if (!json) return json.problem();
  const auto microseconds = [&](Time time) {
    return std::chrono::duration_cast<std::chrono::microseconds>(time - events.front().start)
        .count();
  };
  json->object().member("displayTimeUnit", "ms").key("traceEvents").array();
  for (const auto& event : events) {
    json->object(JsonWriter::Layout::one_line).member("name", event.name).member("ph", "X");
    json->member("ts", microseconds(event.start)).member("dur", event.duration.count());
    json->member("pid", 1).member("tid", event.thread).end();
  }
  json->end().end();
  return json->commit();
}

}  // namespace dcmflow
