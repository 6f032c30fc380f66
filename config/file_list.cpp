#include "config/file_list.h"

#include <algorithm>
#include <utility>

#include "stages/base/printable.h"
#include "stages/base/text_file.h"
#include "stages/dicom/media_directory.h"

namespace dcmflow {
namespace {

// PS3.10 7.1
bool is_dicom(std::string_view text) {
  constexpr std::size_t preamble = 128;
  return text.size() > preamble && text.substr(preamble).starts_with("DICM");
}

// As PowerShell's `>` writes it, with a mark or without: then every other byte is NUL, and there is
// a character that has no place in a list of names of one letter, which stand between NULs, too.
bool is_utf16(std::string_view text) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) return true;
  constexpr std::size_t looked_at = 64;
  text = text.substr(0, looked_at);
  for (const std::size_t first : {0U, 1U}) {
    std::string letters;
    bool is_so = true;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if ((text[i] == '\0') != (i % 2 == first)) is_so = false;
      if (text[i] != '\0') letters += text[i];
    }
    if (is_so && letters.find_first_of("/\\.\r\n") != std::string::npos) return true;
  }
  return false;
}

}  // namespace

std::vector<std::string> parse_file_list(std::string_view text) {
  const bool has_nul = text.find('\0') != std::string_view::npos;
  if (!has_nul) text = without_byte_order_mark(text);
  std::vector<std::string> paths;
  while (!text.empty()) {
    auto line = text.substr(0, text.find(has_nul ? '\0' : '\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (!has_nul && line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) paths.push_back(without_trailing_slashes(std::string(line)));
  }
  std::ranges::sort(paths);
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  return paths;
}

Result<PathList> read_file_list(const std::string& list) {
  const auto source = "--files-from " + printable(list);
  const bool is_input = list == "-";
  if (!is_input && is_media_directory(list)) return PathList();
  const auto text = is_input ? read_standard_input(Reason::no_input, source, longest_file_list)
                             : read_text_file(list, Reason::no_input, source, longest_file_list);
  if (!text) return text.problem();
  if (is_dicom(*text))
    return Problem{Reason::bad_settings, source,
                   std::string("found a DICOM file, expected a list of paths") +
                       (is_input ? "; a DICOMDIR is named by its path, since it lies beside the "
                                   "files that it names"
                                 : " or a DICOMDIR")};
  if (is_utf16(*text))
    return Problem{Reason::no_input, source,
                   "found UTF-16, expected UTF-8: write it as UTF-8 (in PowerShell by `| Out-File "
                   "-Encoding utf8`)"};
  auto paths = parse_file_list(*text);
  if (paths.empty())
    return Problem{
        Reason::no_input, source,
        "found no path in " + std::to_string(text->size()) + " bytes, expected one a line"};
  return PathList(std::make_shared<const std::vector<std::string>>(std::move(paths)));
}

}  // namespace dcmflow
