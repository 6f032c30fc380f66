// What dcmflow diff found, for a person and for a machine.

#include <array>
#include <cstdio>
#include <string_view>

#include "stages/base/counted.h"
#include "stages/base/printable.h"
#include "stages/base/terminal_text.h"
#include "stages/catalog/json_writer.h"
#include "stages/catalog/summary_text.h"
#include "stages/database/diff_outputs.h"

namespace dcmflow {
namespace {

std::string digits(double number) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.6g", number);
  return text.data();
}

// "spacing: [1, 1, 2] and [1, 1, 3], by up to 1"
std::string words_of(const OutputDifference& one) {
  if (one.of == "file") return one.second.empty() ? "only in A" : "only in B";
  std::string words = one.of;
  if (one.voxels)
    words += ": " + std::to_string(*one.voxels) + (*one.voxels == 1 ? " differs" : " differ");
  if (!one.first.empty() && !one.second.empty())
    words += ": " + one.first + " and " + one.second;
  else if (!one.first.empty())
    words += ": in A " + one.first;
  else if (!one.second.empty())
    words += ": in B " + one.second;
  else if (!one.voxels)
    words += " differ";
  if (one.largest) words += ", by up to " + digits(*one.largest);
  return words;
}

class DiffText {
 public:
  explicit DiffText(std::size_t width) : width_(width == 0 ? 0 : std::max(width, least_width)) {}

  // Below the heading where `is_part`.
  void add(std::string_view words, bool is_part) {
    constexpr std::size_t margin = 2;
    auto line = terminal_text(words, Charset::utf8);
    if (width_ > 0) line = wrap(line, width_ - (is_part ? margin : 0), margin);
    if (!is_part) {
      text_ += line + '\n';
      return;
    }
    text_.append(margin, ' ');
    for (const char c : line) {
      text_ += c;
      if (c == '\n') text_.append(margin, ' ');
    }
    text_ += '\n';
  }
  std::string take() { return std::move(text_); }

 private:
  const std::size_t width_;
  std::string text_;
};

}  // namespace

std::string diff_text(const OutputDiff& diff, std::size_t width) {
  constexpr std::size_t most_of_a_file = 20;
  DiffText text(width);
  std::size_t all = diff.differences.size();
  for (const auto& [file, more] : diff.untold) all += more;
  if (all > 0) {
    text.add("A is " + printable(diff.first), false);
    text.add("B is " + printable(diff.second), false);
  }
  const auto& told = diff.differences;
  for (std::size_t i = 0; i < told.size();) {
    std::size_t end = i;
    while (end < told.size() && told[end].file == told[i].file) ++end;
    text.add(printable(told[i].file), false);
    const auto shown = std::min(end, i + most_of_a_file);
    for (std::size_t k = i; k < shown; ++k) text.add(words_of(told[k]), true);
    const auto untold = diff.untold.find(told[i].file);
    const auto more = end - shown + (untold == diff.untold.end() ? 0 : untold->second);
    if (more > 0) text.add("and " + std::to_string(more) + " more", true);
    i = end;
  }
  auto last =
      counted(diff.images, "image") + " and " + counted(diff.files, "other file") + " in both";
  if (diff.rewritten > 0)
    last += ", " + counted(diff.rewritten, "image") + " with other bytes of the same content";
  text.add(last + ": " + (all == 0 ? "nothing differs" : counted(all, "difference")), false);
  return text.take();
}

std::string diff_json(const OutputDiff& diff) {
  auto json = JsonWriter::to_text();
  json.object().member("schema", "urn:dcmflow:schema:diff:1");
  json.member("a", printable(diff.first)).member("b", printable(diff.second));
  json.member("images", diff.images).member("rewritten", diff.rewritten);
  json.member("files", diff.files).key("differences").array();
  for (const auto& one : diff.differences) {
    json.object(JsonWriter::Layout::one_line).member("file", printable(one.file));
    json.member("of", one.of).key("a").value_or_null(one.first);
    json.key("b").value_or_null(one.second);
    if (one.voxels) json.member("voxels", *one.voxels);
    if (one.largest) json.member("largest", *one.largest);
    json.end();
  }
  json.end().key("untold").object();
  for (const auto& [file, count] : diff.untold) json.member(printable(file), count);
  json.end().end();
  return harmless_json(json.take_text());
}

}  // namespace dcmflow
