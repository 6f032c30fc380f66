#include "config/shard_words.h"

#include <charconv>
#include <system_error>

#include "stages/base/filesystem.h"

namespace dcmflow {

Problem wrong_words(const std::string& what) {
  return {Reason::bad_settings, "command line", what};
}

std::optional<std::size_t> shard_count(std::string_view text) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number > most_shards)
    return std::nullopt;
  return number;
}

std::optional<std::string> take_option(Words& words, const std::string& name) {
  for (auto at = words.begin(); at != words.end(); ++at) {
    if (at->starts_with(name + "=")) {
      auto value = at->substr(name.size() + 1);
      words.erase(at);
      return value;
    }
    if (*at != name || at + 1 == words.end()) continue;
    auto value = at[1];
    words.erase(at, at + 2);
    return value;
  }
  return std::nullopt;
}

std::string absolute_path(const std::string& path) {
  FileError error;
  const auto whole = fs::system_complete(path, error).lexically_normal();
  if (error) return path;
  return (whole.filename_is_dot() ? whole.parent_path() : whole).string();  // a/ is a
}

}  // namespace dcmflow
