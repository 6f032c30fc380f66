#include "stages/base/input_paths.h"

#include <algorithm>
#include <utility>

namespace dcmflow {
namespace {

// Whether no name of it leads to itself or up again.
bool is_plain(std::string_view path) {
  while (!path.empty()) {
    const auto name = path.substr(0, path.find('/'));
    if (name.empty() || name == "." || name == "..") return false;
    path.remove_prefix(std::min(name.size() + 1, path.size()));
  }
  return true;
}

// By their words alone: whether `path` lies in `folder`.
bool is_within(std::string_view path, std::string_view folder) {
  if (folder == ".") return !path.starts_with('/') && !path.starts_with("..");
  return path == folder ||
         (path.starts_with(folder) && path.substr(folder.size()).starts_with('/'));
}

}  // namespace

std::string without_trailing_slashes(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, std::max<std::size_t>(slash, 1));
}

TakeInputs::TakeInputs(InputPaths inputs) : inputs_(std::move(inputs)) {
  for (auto& input : inputs_.given) input = without_trailing_slashes(std::move(input));
}

const std::string& TakeInputs::take() {
  ++next_;
  return last();
}

const std::string& TakeInputs::last() const {
  const auto at = next_ - 1;
  return is_listed() ? (*inputs_.listed)[at - inputs_.given.size()] : inputs_.given[at];
}

void TakeInputs::walked() {
  if (are_many()) folders_.insert(last());
}

bool TakeInputs::was_walked() const {
  if (!is_listed() || folders_.empty()) return false;
  const std::string_view path = last();
  for (auto end = path.find('/', 1); end != std::string_view::npos; end = path.find('/', end + 1))
    if (folders_.contains(path.substr(0, end)) && is_plain(path.substr(end + 1))) return true;
  return folders_.contains(path);
}

bool TakeInputs::may_name_others() const {
  if (is_listed()) return false;
  const auto& input = last();
  const auto folder = folder_of(input);
  return std::ranges::none_of(inputs_.given, [&](const std::string& other) {
    return other != input && is_within(other, folder);
  });
}

}  // namespace dcmflow
