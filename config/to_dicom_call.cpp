#include "config/to_dicom_call.h"

#include <algorithm>
#include <utility>

#include "config/shard_words.h"
#include "stages/base/input_paths.h"
#include "stages/base/printable.h"

namespace dcmflow {
namespace {

constexpr std::size_t longest_description = 64;  // LO

Status need(Words& words, const std::string& option, std::string_view value, std::string& to) {
  auto given = take_option(words, option);
  if (!given || given->empty())
    return wrong_words("dcmflow to-dicom needs " + option + ' ' + std::string(value));
  to = std::move(*given);
  return Done{};
}

Status read_description(Words& words, ToDicomCall& call) {
  auto given = take_option(words, "--description");
  if (!given) return Done{};
  const auto is_no_text = [](char c) { return (c >= 0 && c < ' ') || c == '\\' || c == '\x7F'; };
  if (given->size() > longest_description || std::ranges::any_of(*given, is_no_text) ||
      printable(*given) != *given)
    return wrong_words("--description: expected up to 64 bytes of UTF-8 without a backslash");
  call.description = std::move(*given);
  return Done{};
}

Result<ToDicomCall> read_call(Words words, ToDicomCall::Kind kind) {
  const bool is_image = kind == ToDicomCall::Kind::image;
  ToDicomCall call{.kind = kind};
  if (auto read = need(words, "--run", "OUTPUT, the output folder of a run", call.run); !read)
    return read.problem();
  if (!is_image)
    if (auto read = need(words, "--meta", "META, a JSON file that names the segments", call.meta);
        !read)
      return read.problem();
  if (kind == ToDicomCall::Kind::measurements)
    if (auto read = need(words, "--seg", "SEG, a segmentation of the labels", call.segmentation);
        !read)
      return read.problem();
  if (auto read = need(words, "--to", is_image ? "FOLDER" : "FILE", call.to); !read)
    return read.problem();
  call.asked = take_option(words, "--image");
  call.input = take_option(words, "--input");
  if (is_image)
    if (auto read = read_description(words, call); !read) return read.problem();
  call.json = std::erase(words, "--json") > 0;
  const auto option =
      std::ranges::find_if(words, [](const std::string& word) { return word.starts_with('-'); });
  if (option != words.end())
    return wrong_words("dcmflow to-dicom has no option '" + printable(*option) +
                       "', or it lacks its value; dcmflow to-dicom --help");
  if (words.size() != 1)
    return wrong_words(std::string("dcmflow to-dicom needs one ") +
                       (is_image ? "IMAGE" : "LABELS") + ", found " + std::to_string(words.size()) +
                       " of them");
  call.image = words.front();
  call.to = without_trailing_slashes(absolute_path(call.to));
  return call;
}

}  // namespace

std::optional<Result<ToDicomCall>> find_to_dicom_call(const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments[0] != "to-dicom" ||
      std::ranges::find(arguments, "--help") != arguments.end())
    return std::nullopt;
  using enum ToDicomCall::Kind;
  const std::string kind = arguments.size() > 1 ? arguments[1] : "";
  if (kind != "seg" && kind != "image" && kind != "sr")
    return Result<ToDicomCall>(wrong_words("dcmflow to-dicom needs seg, image or sr behind it"));
  return read_call({arguments.begin() + 2, arguments.end()}, kind == "seg"     ? segmentation
                                                             : kind == "image" ? image
                                                                               : measurements);
}

}  // namespace dcmflow
