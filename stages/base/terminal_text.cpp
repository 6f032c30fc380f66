#include "stages/base/terminal_text.h"

#include <algorithm>
#include <span>
#include <vector>

#include "stages/base/utf8.h"

namespace dcmflow {
namespace {

struct CodeRange {
  char32_t first;
  char32_t last;
};

// What moves the cursor, turns the direction of writing, or is not seen (categories Cc, Cf, Zl, Zp,
// Co and noncharacters of Unicode 15, and fillers that are blank).
constexpr CodeRange harmful[]{
    {0x0000, 0x001F},   {0x007F, 0x009F},   {0x00AD, 0x00AD},   {0x034F, 0x034F},
    {0x0600, 0x0605},   {0x061C, 0x061C},   {0x06DD, 0x06DD},   {0x070F, 0x070F},
    {0x0890, 0x0891},   {0x08E2, 0x08E2},   {0x115F, 0x1160},   {0x17B4, 0x17B5},
    {0x180B, 0x180F},   {0x200B, 0x200F},   {0x2028, 0x202E},   {0x2060, 0x206F},
    {0x3164, 0x3164},   {0xE000, 0xF8FF},   {0xFDD0, 0xFDEF},   {0xFE00, 0xFE0F},
    {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB},   {0xFFFE, 0xFFFF},
    {0x110BD, 0x110BD}, {0x110CD, 0x110CD}, {0x13430, 0x1343F}, {0x1BCA0, 0x1BCA3},
    {0x1D173, 0x1D17A}, {0x1FFFE, 0x1FFFF}, {0x2FFFE, 0x2FFFF}, {0x3FFFE, 0x10FFFF},
};
// That stand over the character before them (categories Mn and Me) in the scripts of PS3.3
// C.12.1.1.2 and those near them.
constexpr CodeRange accents[]{
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x05BF, 0x05BF}, {0x05C1, 0x05C2},
    {0x05C4, 0x05C5}, {0x05C7, 0x05C7}, {0x0610, 0x061A}, {0x064B, 0x065F}, {0x0670, 0x0670},
    {0x06D6, 0x06DC}, {0x06DF, 0x06E4}, {0x06E7, 0x06E8}, {0x06EA, 0x06ED}, {0x0711, 0x0711},
    {0x0730, 0x074A}, {0x0900, 0x0902}, {0x093C, 0x093C}, {0x0941, 0x0948}, {0x094D, 0x094D},
    {0x0E31, 0x0E31}, {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E}, {0x1AB0, 0x1ACE}, {0x1DC0, 0x1DFF},
    {0x20D0, 0x20F0}, {0x302A, 0x302D}, {0x3099, 0x309A}, {0xFE20, 0xFE2F},
};
// Two columns wide (East_Asian_Width W and F), as terminals draw them.
constexpr CodeRange wide[]{
    {0x1100, 0x115E},   {0x231A, 0x231B},   {0x2329, 0x232A},   {0x23E9, 0x23EC},
    {0x23F0, 0x23F0},   {0x23F3, 0x23F3},   {0x25FD, 0x25FE},   {0x2614, 0x2615},
    {0x2648, 0x2653},   {0x267F, 0x267F},   {0x2693, 0x2693},   {0x26A1, 0x26A1},
    {0x26AA, 0x26AB},   {0x26BD, 0x26BE},   {0x26C4, 0x26C5},   {0x26CE, 0x26CE},
    {0x26D4, 0x26D4},   {0x26EA, 0x26EA},   {0x26F2, 0x26F3},   {0x26F5, 0x26F5},
    {0x26FA, 0x26FA},   {0x26FD, 0x26FD},   {0x2705, 0x2705},   {0x270A, 0x270B},
    {0x2728, 0x2728},   {0x274C, 0x274C},   {0x274E, 0x274E},   {0x2753, 0x2755},
    {0x2757, 0x2757},   {0x2795, 0x2797},   {0x27B0, 0x27B0},   {0x27BF, 0x27BF},
    {0x2B1B, 0x2B1C},   {0x2B50, 0x2B50},   {0x2B55, 0x2B55},   {0x2E80, 0x303E},
    {0x3041, 0x33FF},   {0x3400, 0x4DBF},   {0x4E00, 0xA4CF},   {0xA960, 0xA97F},
    {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE10, 0xFE19},   {0xFE30, 0xFE6F},
    {0xFF01, 0xFF60},   {0xFFE0, 0xFFE6},   {0x16FE0, 0x18CFF}, {0x1AFF0, 0x1B2FF},
    {0x1F004, 0x1F004}, {0x1F0CF, 0x1F0CF}, {0x1F18E, 0x1F18E}, {0x1F191, 0x1F19A},
    {0x1F200, 0x1F320}, {0x1F32D, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F7E0, 0x1F7EB},
    {0x1F90C, 0x1F9FF}, {0x1FA70, 0x1FAFF}, {0x20000, 0x3FFFD},
};

bool is_in(char32_t code, std::span<const CodeRange> ranges) {
  return std::ranges::any_of(
      ranges, [&](const CodeRange& range) { return code >= range.first && code <= range.last; });
}

struct Character {
  std::string_view bytes;
  char32_t code = 0;
  bool is_valid = true;
};

// REQUIRES: `text` is not empty.
Character first_character(std::string_view text) {
  const auto length = utf8_length(text);
  if (length == 0) return {text.substr(0, 1), 0, false};
  constexpr unsigned payload[]{0, 0x7F, 0x1F, 0x0F, 0x07};
  char32_t code = static_cast<unsigned char>(text[0]) & payload[length];
  for (std::size_t i = 1; i < length; ++i)
    code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3FU);
  return {text.substr(0, length), code, true};
}

std::vector<Character> characters_of(std::string_view text) {
  std::vector<Character> characters;
  while (!text.empty()) {
    characters.push_back(first_character(text));
    text.remove_prefix(characters.back().bytes.size());
  }
  return characters;
}

std::size_t width_of(const Character& character) {
  if (character.code < 0x80) return 1;
  if (is_in(character.code, accents)) return 0;
  return is_in(character.code, wide) ? 2 : 1;
}

std::string_view ellipsis(Charset charset) { return charset == Charset::utf8 ? "…" : "~"; }

}  // namespace

std::string terminal_text(std::string_view text, Charset charset) {
  constexpr int most_accents = 2;
  const std::string_view unseen = charset == Charset::utf8 ? "\uFFFD" : "?";
  std::string line;
  bool is_space = false;
  int stacked = most_accents;  // nothing stands before the first character
  for (const Character& character : characters_of(text)) {
    const bool is_accent = character.is_valid && is_in(character.code, accents);
    if (is_accent && charset == Charset::utf8 && stacked++ >= most_accents) continue;
    const char32_t code = character.code;
    if (character.is_valid && (code == ' ' || (code >= '\t' && code <= '\r') || code == 0xA0)) {
      is_space = true;
      stacked = most_accents;
      continue;
    }
    if (is_space && !line.empty()) line += ' ';
    is_space = false;
    if (!is_accent) stacked = 0;
    const bool is_shown =
        character.is_valid && !is_in(code, harmful) && (charset == Charset::utf8 || code < 0x80);
    line += is_shown ? character.bytes : unseen;
  }
  return line;
}

std::string harmless_json(std::string_view json) {
  constexpr char32_t first_of_pairs = 0x10000;
  std::string text;
  const auto escape = [&](char32_t unit) {
    constexpr std::string_view digits = "0123456789abcdef";
    text += "\\u";
    for (const int shift : {12, 8, 4, 0}) text += digits[unit >> shift & 15];
  };
  for (const Character& character : characters_of(json)) {
    const char32_t code = character.code;
    if (code < 0x7F || !is_in(code, harmful)) {
      text += character.bytes;
    } else if (code < first_of_pairs) {
      escape(code);
    } else {
      escape(0xD800 + ((code - first_of_pairs) >> 10));
      escape(0xDC00 + ((code - first_of_pairs) & 0x3FF));
    }
  }
  return text;
}

std::size_t terminal_width(std::string_view text) {
  std::size_t columns = 0;
  for (const Character& character : characters_of(text)) columns += width_of(character);
  return columns;
}

std::string cut_end(std::string_view text, std::size_t columns, Charset charset) {
  if (terminal_width(text) <= columns) return std::string(text);
  std::string kept;
  std::size_t used = 1;
  for (const Character& character : characters_of(text)) {
    used += width_of(character);
    if (used > columns) break;
    kept += character.bytes;
  }
  return columns == 0 ? std::string() : kept.append(ellipsis(charset));
}

std::string cut_start(std::string_view text, std::size_t columns, Charset charset) {
  if (terminal_width(text) <= columns) return std::string(text);
  const auto characters = characters_of(text);
  auto first = characters.size();
  for (std::size_t used = 1; first > 0; --first) {
    used += width_of(characters[first - 1]);
    if (used > columns) break;
  }
  std::string kept(columns == 0 ? std::string_view() : ellipsis(charset));
  for (; columns > 0 && first < characters.size(); ++first) kept += characters[first].bytes;
  return kept;
}

std::string pad_right(std::string text, std::size_t columns) {
  const auto width = terminal_width(text);
  return std::move(text.append(columns - std::min(columns, width), ' '));
}

std::string pad_left(const std::string& text, std::size_t columns) {
  const auto width = terminal_width(text);
  return std::string(columns - std::min(columns, width), ' ') + text;
}

std::string wrap(std::string_view text, std::size_t columns, std::size_t indent) {
  std::string lines;
  std::string word;
  std::size_t used = 0;   // of the line
  std::size_t width = 0;  // of the word
  bool is_first = true;   // word of its line
  const auto new_line = [&] {
    lines.append("\n").append(indent, ' ');
    used = indent;
    is_first = true;
  };
  const auto end_word = [&] {
    if (word.empty()) return;
    if (!is_first && used + 1 + width > columns) new_line();
    if (!is_first) lines += ' ';
    used += width + (is_first ? 0 : 1);
    lines += word;
    word.clear();
    width = 0;
    is_first = false;
  };
  for (const Character& character : characters_of(text)) {
    if (character.code == ' ') {
      end_word();
      continue;
    }
    const auto more = width_of(character);
    // A word that no line holds is broken.
    if (indent + width + more > columns) {
      end_word();
      new_line();
    }
    word += character.bytes;
    width += more;
  }
  end_word();
  return lines;
}

}  // namespace dcmflow
