#pragma once
// What the kernel tells of a folder that grows, by inotify(7). It tells nothing of what other
// machines do on a network, and may lose events: a hint where to look, never the truth.

#include <string>
#include <unordered_map>
#include <vector>

#include "stages/base/descriptor.h"

namespace dcmflow {

// For one thread; no Problems.
class InputEvents {
 public:
  InputEvents();

  // To wait for; -1: the system tells nothing.
  int descriptor() const { return inotify_.get(); }
  // Whether every folder that it was told of is watched.
  bool is_whole() const { return inotify_ && !has_missed_; }

  // From now on what happens in a folder at `path` is told, as of `name`. May be called again.
  void watch(const std::string& path, const std::string& name);

  struct Events {
    std::vector<std::string> files;  // that were written or came, by name
    bool is_more = false;            // something went, a folder came, or it cannot be said what
  };
  // What happened since the last call, or some of it; does not wait.
  Events take();

 private:
  Descriptor inotify_;
  std::unordered_map<int, std::string> folders_;  // names by watch descriptor
  bool has_missed_ = false;
};

}  // namespace dcmflow
