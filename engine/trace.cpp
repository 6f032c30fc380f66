#include "engine/trace.h"

#include <algorithm>
#include <atomic>

#include "stages/base/filesystem.h"
#include "stages/catalog/json_writer.h"

namespace dcmflow {
namespace {

std::uint32_t number_of_this_thread() {
  static std::atomic<std::uint32_t> threads = 0;
  thread_local const std::uint32_t number = threads++;
  return number;
}

}  // namespace

void Trace::add(std::string_view name, Time start, Time end) {
  if (!is_on_) return;
  const Event event{name, start, std::chrono::duration_cast<std::chrono::microseconds>(end - start),
                    number_of_this_thread()};
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
  const fs::path file(path);
  const std::string folder = file.has_parent_path() ? file.parent_path().string() : ".";
  auto json = JsonWriter::create(folder, file.filename().string());
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
