#pragma once
// Writes one JSON file as a stream: nothing but a buffer is in memory, and nothing but valid UTF-8
// JSON comes out.
//   json.object().key("a").value(1).key("b").array().value("x").end().end();

#include <concepts>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stages/base/output_file.h"

namespace dcmflow {

// `text` between quotes, escaped; bytes that are no UTF-8 become U+FFFD.
std::string json_text(std::string_view text);

// Two-space indentation; a container in the `one_line` layout stands on one line with all that is
// in it. Numbers are the shortest text that reads back as the same number. Bytes that are no UTF-8
// become U+FFFD. A failed write is kept and returned by commit(). Problems: output_not_writable,
// disk_full; interrupted where the folder gives up; exceeds_memory. For one thread.
class JsonWriter {
 public:
  enum class Layout : std::uint8_t { lines, one_line };

  static Result<JsonWriter> create(const OutputFolder& folder, const std::string& name);
  // JSON that becomes no file: take_text() gives it when every object and array is ended.
  // More than `most` bytes are a failure: Problem{exceeds_memory}.
  static JsonWriter to_text(std::size_t most = std::numeric_limits<std::size_t>::max()) {
    JsonWriter writer;
    writer.most_text_ = most;
    return writer;
  }
  std::string take_text() { return std::move(buffer_.append("\n")); }
  // What stands `depth` containers deep in a file: elements of an array or members of an object,
  // without what separates them from those before. Goes to the sink piece by piece, which says
  // whether it took it; without one it stays here until take_elements().
  using Sink = std::function<bool(std::string_view)>;
  static JsonWriter elements(std::size_t depth, Sink sink = nullptr);
  // What was written since the last call.
  std::string take_elements();
  // Gives the sink the last piece; false when it did not take all.
  bool end_elements();

  JsonWriter& object(Layout layout = Layout::lines) { return begin('{', '}', layout); }
  JsonWriter& array(Layout layout = Layout::lines) { return begin('[', ']', layout); }
  JsonWriter& end();  // of the innermost object or array; REQUIRES: one is open
  JsonWriter& key(std::string_view key);

  JsonWriter& value(std::string_view text);
  JsonWriter& value(const std::string& text) { return value(std::string_view(text)); }
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(double number);  // null when it is not finite: JSON has no such number
  JsonWriter& value(bool truth) { return scalar(truth ? "true" : "false"); }
  template <std::integral Integer>
  JsonWriter& value(Integer number) {
    return scalar(std::to_string(number));
  }
  JsonWriter& value_or_null(std::string_view text) { return text.empty() ? null() : value(text); }
  JsonWriter& null() { return scalar("null"); }
  // One value that is JSON already.
  JsonWriter& raw(std::string_view value_text) { return scalar(value_text); }

  // A place between two values, and the way back to it when what was written behind it turned out
  // wrong. REQUIRES: what was open at the place has not been ended since.
  struct Mark {
    std::uint64_t bytes;
    std::size_t depth;
    bool empty;
  };
  Mark mark();
  void go_back(const Mark& mark);
  // What was written behind the mark, until anything else is. REQUIRES: to_text().
  std::string_view text_since(const Mark& mark) const {
    return std::string_view(buffer_).substr(static_cast<std::size_t>(mark.bytes));
  }

  // An array on one line.
  template <class Range>
  JsonWriter& values(const Range& range) {
    array(Layout::one_line);
    for (const auto& item : range) value(item);
    return end();
  }
  // key(name).value(what)
  template <class Value>
  JsonWriter& member(std::string_view name, const Value& what) {
    return key(name).value(what);
  }

  // Elements that were written elsewhere, for this depth: before the first piece of them, then
  // each.
  JsonWriter& begin_elements() {
    before_value();
    return *this;
  }
  JsonWriter& piece(std::string_view text);

  // Nothing more is written: a write failed, or the folder's is_given_up() said so. A loop over
  // much that asks can end early.
  bool is_failed() const { return !status_; }
  const Status& status() const { return status_; }

  // Ends the file with a line break and gives it its name. REQUIRES: every object and array is
  // ended.
  Status commit();

 private:
  struct Container {
    char close;
    Layout layout;
    bool empty;
  };
  JsonWriter& begin(char open, char close, Layout layout);
  JsonWriter& scalar(std::string_view text);
  void before_value();
  void new_line();
  void flush();

  std::optional<OutputFile> file_;  // none, and no sink: the text stays here
  Sink sink_;
  std::size_t most_bytes_ = std::size_t{256} << 10;  // in the buffer
  std::size_t most_text_ = 0;
  std::function<bool()> is_given_up_;
  Status status_ = Done{};
  std::string buffer_;
  std::vector<Container> open_;
  bool after_key_ = false;
};

}  // namespace dcmflow
