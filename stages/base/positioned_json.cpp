#include "stages/base/positioned_json.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>

#include "stages/base/text_file.h"

namespace dcmflow {
namespace {

constexpr std::size_t deepest_nesting = 64;
constexpr std::size_t most_members = 10'000;

using Json = nlohmann::json;
using enum JsonValue::Type;

// Hands the text to nlohmann's lexer and tells how far it has read.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, const char** read) : at_(at), read_(read) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    *read_ = ++at_;
    return *this;
  }
  bool operator==(const CountingIterator& other) const { return at_ == other.at_; }
  bool operator!=(const CountingIterator& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  const char** read_;
};

// "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error ..." → "syntax
// error ..."
std::string plain_words(std::string_view words) {
  if (const auto bracket = words.find("] ");
      words.starts_with('[') && bracket != std::string_view::npos)
    words.remove_prefix(bracket + 2);
  if (const auto colon = words.find(": ");
      words.starts_with("parse error at") && colon != std::string_view::npos)
    words.remove_prefix(colon + 2);
  return std::string(words);
}

// Builds the tree from nlohmann's events. A token begins after the end of the one before and the
// separators; the lexer reads one character beyond a number, which is always a separator or a
// closing bracket.
class TreeBuilder {
 public:
  explicit TreeBuilder(std::string_view text) : text_(text), read_(text.data()) {}

  bool parse() {
    return Json::sax_parse(CountingIterator(text_.data(), &read_),
                           CountingIterator(text_.data() + text_.size(), &read_), this);
  }
  JsonValue take() { return std::move(root_); }
  const std::string& error() const { return error_; }

  // nlohmann's interface; false stops the parser.
  bool null() { return add({}); }
  bool boolean(bool value);
  bool number_integer(std::int64_t value) {
    return add(make(number, std::to_string(value), static_cast<double>(value)));
  }
  bool number_unsigned(std::uint64_t value) {
    return add(make(number, std::to_string(value), static_cast<double>(value)));
  }
  bool number_float(double value, const std::string& raw) { return add(make(number, raw, value)); }
  bool string(std::string& value) { return add(make(JsonValue::Type::string, std::move(value))); }
  bool binary(const Json::binary_t&) { return fail("binary values are not JSON"); }
  bool start_object(std::size_t) { return open(make(object)); }
  bool start_array(std::size_t) { return open(make(array)); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& name);
  bool parse_error(std::size_t, const std::string&, const Json::exception& problem);

 private:
  static JsonValue make(JsonValue::Type type, std::string text = {}, double number = 0);
  std::size_t token_begin() const {
    return std::min(text_.find_first_not_of(" \t\r\n,:", token_end_), text_.size());
  }
  TextPosition next_token();
  JsonValue* place(JsonValue value);
  bool add(JsonValue value) { return place(std::move(value)) != nullptr; }
  bool open(JsonValue value);
  bool close();
  bool fail(std::string_view words);
  std::string unclosed() const;
  std::string hint() const;
  TextPosition advance(std::size_t offset);

  std::string_view text_;
  const char* read_;           // how far the lexer is
  std::size_t token_end_ = 0;  // of the token before
  std::size_t counted_ = 0;    // the offset of position_
  TextPosition position_;
  JsonValue root_;
  std::vector<JsonValue*>
      open_;  // a parent does not grow while a child is open, so pointers stay valid
  std::string error_;
};

JsonValue TreeBuilder::make(JsonValue::Type type, std::string text, double number) {
  JsonValue value;
  value.type = type;
  value.text = std::move(text);
  value.number = number;
  return value;
}

bool TreeBuilder::boolean(bool value) {
  JsonValue made = make(JsonValue::Type::boolean);
  made.boolean = value;
  return add(std::move(made));
}

TextPosition TreeBuilder::advance(std::size_t offset) {
  for (; counted_ < offset; ++counted_) {
    const char c = text_[counted_];
    if (c == '\n') {
      ++position_.line;
      position_.column = 1;
    } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
      ++position_.column;
    }
  }
  return position_;
}

TextPosition TreeBuilder::next_token() {
  const TextPosition begin = advance(token_begin());
  token_end_ = static_cast<std::size_t>(read_ - text_.data());
  return begin;
}

// Puts a value where it belongs: into the open array, into the member that waits for it, or at the
// root.
JsonValue* TreeBuilder::place(JsonValue value) {
  value.position = next_token();
  if (open_.empty()) {
    root_ = std::move(value);
    return &root_;
  }
  if (open_.back()->is(array)) return &open_.back()->items.emplace_back(std::move(value));
  JsonValue& waiting = open_.back()->members.back().value;
  waiting = std::move(value);
  return &waiting;
}

bool TreeBuilder::open(JsonValue value) {
  if (open_.size() >= deepest_nesting) return fail("nested more than 64 levels deep");
  open_.push_back(place(std::move(value)));
  return true;
}

bool TreeBuilder::close() {
  next_token();
  open_.pop_back();
  return true;
}

bool TreeBuilder::key(std::string& name) {
  auto& members = open_.back()->members;
  if (members.size() >= most_members) return fail("more than 10,000 members in one object");
  const auto earlier = std::ranges::find(members, name, &JsonMember::key);
  const bool repeated = earlier != members.end();
  if (repeated) members.erase(earlier);
  const TextPosition position = next_token();
  members.push_back({std::move(name), position, repeated, {}});
  return true;
}

bool TreeBuilder::fail(std::string_view words) {
  error_ = to_string(advance(token_begin())) + ": " + std::string(words);
  return false;
}

bool TreeBuilder::parse_error(std::size_t, const std::string&, const Json::exception& problem) {
  const bool at_end = token_begin() == text_.size();
  if (!at_end || open_.empty()) return fail(plain_words(problem.what()) + hint());
  const std::size_t end = text_.find_last_not_of(" \t\r\n") + 1;
  error_ = to_string(advance(std::max(end, counted_))) + ": unexpected end of input, " + unclosed();
  return false;
}

// About what people write who know other kinds of JSON.
std::string TreeBuilder::hint() const {
  const std::string_view rest = text_.substr(token_begin());
  if (rest.starts_with("//") || rest.starts_with("/*") || rest.starts_with('#'))
    return "; JSON has no comments, a key that begins with \"_\" may hold one";
  const bool closes = rest.starts_with('}') || rest.starts_with(']');
  const std::string_view before = text_.substr(0, token_begin());
  const auto last = before.find_last_not_of(" \t\r\n");
  if (closes && last != std::string_view::npos && before[last] == ',')
    return "; the comma before it is one too many";
  return {};
}

std::string TreeBuilder::unclosed() const {
  std::string missing;
  std::string opened;
  for (auto value = open_.rbegin(); value != open_.rend(); ++value) {
    const bool is_array = (*value)->is(array);
    missing.append(missing.empty() ? "" : " ").append(is_array ? "]" : "}");
    opened.append(opened.empty() ? "" : ", ").append(is_array ? "\"[\" of " : "\"{\" of ");
    opened += to_string((*value)->position);
  }
  return "missing \"" + missing + "\" to close the " + opened;
}

}  // namespace

Result<JsonValue> parse_positioned_json(std::string_view text, std::string_view source,
                                        Reason reason) {
  text = without_byte_order_mark(text);
  const auto problem = [&](std::string detail) {
    return Problem{reason, std::string(source), std::move(detail)};
  };
  // The lexer would take a zero byte for the end of the text.
  if (const auto zero = text.find('\0'); zero != std::string_view::npos)
    return problem("not JSON: byte " + std::to_string(zero) + " is zero, expected UTF-8 text");
  TreeBuilder builder(text);
  try {
    if (!builder.parse()) return problem(builder.error());
  } catch (const Json::exception& error) {
    return problem("not JSON: " + plain_words(error.what()));
  }
  return builder.take();
}

}  // namespace dcmflow
