#pragma once
// Words of the command line, as the verbs of a run in shards read them. Called by one thread.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stages/base/result.h"

namespace dcmflow {

using Words = std::vector<std::string>;

// Problem{bad_settings}
Problem wrong_words(const std::string& what);
// How many shards, or which of them; nullopt for what is no number, or too large.
std::optional<std::size_t> shard_count(std::string_view text);
inline constexpr std::size_t most_shards = 100'000;
// Of a scan: a plan has a file of each open.
inline constexpr std::size_t most_parts = 1000;
// Takes `name VALUE` or `name=VALUE` out of the words.
std::optional<std::string> take_option(Words& words, const std::string& name);
// For whoever runs in another folder.
std::string absolute_path(const std::string& path);

}  // namespace dcmflow
