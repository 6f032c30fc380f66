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

// "a" for "./a".
std::string without_dot(const std::string& path) {
  return path.starts_with("./") ? path.substr(2) : path;
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
  if (are_many()) given_.insert(inputs_.given.begin(), inputs_.given.end());
}

const std::string& TakeInputs::take() {
  ++next_;
  const auto& path = last();
  is_repeated_ = is_listed() ? taken_.contains(path) : are_many() && !taken_.insert(path).second;
  return path;
}

bool TakeInputs::has(const std::string& path) const {
  if (!are_many()) return false;
  return given_.contains(path) ||
         (inputs_.listed && std::ranges::binary_search(*inputs_.listed, path));
}

const std::string& TakeInputs::last() const {
  const auto at = next_ - 1;
  return is_listed() ? (*inputs_.listed)[at - inputs_.given.size()] : inputs_.given[at];
}

void TakeInputs::walked() {
  if (are_many()) folders_.insert(last());
}

bool TakeInputs::was_walked() const {
  if (folders_.empty()) return false;
  const std::string_view path = last();
  for (auto end = path.find('/', 1); end != std::string_view::npos; end = path.find('/', end + 1))
    if (folders_.contains(path.substr(0, end)) && is_plain(path.substr(end + 1))) return true;
  return folders_.contains(path);
}

bool TakeInputs::may_name_others() const {
  if (is_listed()) return false;
  const auto& input = last();
  const auto folder = folder_of(input);
  return std::ranges::none_of(inputs_.given,
                              [&](const std::string& other) {
                                return other != input && is_within(other, folder);
                              }) &&
         !lists_another(input, folder);
}

bool TakeInputs::lists_another(const std::string& input, const std::string& folder) const {
  if (!inputs_.listed) return false;
  const auto& listed = *inputs_.listed;
  // They stand together, but for those of the working folder.
  const auto begins = [&](const std::string& start) {
    auto at = std::ranges::lower_bound(listed, start);
    if (at != listed.end() && *at == input) ++at;
    return at != listed.end() && at->starts_with(start);
  };
  const auto bare = without_dot(folder);
  if (bare == ".")
    return std::ranges::any_of(
        listed, [&](const auto& path) { return path != input && is_within(path, "."); });
  return std::ranges::any_of(std::vector{bare, "./" + bare}, [&](const std::string& start) {
    return std::ranges::binary_search(listed, start) || begins(start + '/');
  });
}

}  // namespace dcmflow
