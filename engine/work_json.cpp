#include "engine/work_json.h"

#include <unistd.h>

#include <cerrno>
#include <charconv>

#include "stages/base/positioned_json.h"
#include "stages/base/printable.h"
#include "stages/base/system_words.h"
#include "stages/base/text_file.h"

namespace dcmflow {

Problem damaged(const std::string& path) {
  return {Reason::catalogue_failed, printable(path), "is not what was written"};
}

Result<JsonValue> read_object(const std::string& path) {
  if (access(path.c_str(), R_OK) != 0)
    return Problem{Reason::no_input, printable(path), "cannot be read: " + system_words(errno)};
  const auto text = read_text_file(path, Reason::catalogue_failed, path);
  if (!text) return text.problem();
  auto json = parse_positioned_json(*text, path, Reason::catalogue_failed);
  if (json && !json->is(JsonValue::Type::object)) return damaged(path);
  return json;
}

std::string text_of(const JsonValue& object, std::string_view key) {
  const auto* const value = object.find(key);
  return value == nullptr ? std::string() : value->text;
}

std::vector<std::string> texts_of(const JsonValue& object, std::string_view key) {
  std::vector<std::string> texts;
  if (const auto* const list = object.find(key))
    for (const auto& item : list->items) texts.push_back(item.text);
  return texts;
}

std::uint64_t number_of(const JsonValue& object, std::string_view key) {
  const auto text = text_of(object, key);
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace dcmflow
