#pragma once
// The labels of entities in the names of BIDS. Pure; no Problems.

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "stages/base/ascii.h"

namespace dcmflow {

// Letters and digits, 64 at most: with a few of them a file name stays one.
inline bool is_bids_label(std::string_view text) {
  constexpr std::size_t most = 64;
  return !text.empty() && text.size() <= most && std::ranges::all_of(text, [](char c) {
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9');
  });
}

// Of the entities whose labels BIDS gives: an index, or one of some words. Empty: any label will
// do.
inline std::string_view labels_of(std::string_view key) {
  if (key == "echo" || key == "flip" || key == "inv" || key == "chunk") return "a number";
  if (key == "part") return " mag phase real imag ";
  return key == "mt" ? " on off " : "";
}

// A label that the specification has for the entity.
inline bool is_label_of(std::string_view key, std::string_view label) {
  const auto labels = labels_of(key);
  if (labels.empty()) return true;
  if (labels == "a number")
    return std::ranges::all_of(label, [](char c) { return c >= '0' && c <= '9'; });
  return labels.find(" " + std::string(label) + " ") != std::string_view::npos;
}

}  // namespace dcmflow
