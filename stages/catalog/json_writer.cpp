#include "stages/catalog/json_writer.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

namespace dcmflow {
namespace {

bool is_plain(char c) { return c >= ' ' && c < 0x7F && c != '"' && c != '\\'; }

void append_string(std::string& out, std::string_view text) {
  if (std::ranges::all_of(text, is_plain)) {
    out.append(1, '"').append(text).append(1, '"');
    return;
  }
  out += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

std::string json_text(std::string_view text) {
  std::string quoted;
  append_string(quoted, text);
  return quoted;
}

Result<JsonWriter> JsonWriter::create(const OutputFolder& folder, const std::string& name) {
  auto file = OutputFile::create(folder, name);
  if (!file) return file.problem();
  JsonWriter writer;
  writer.file_ = std::move(file.value());
  writer.is_given_up_ = folder.is_given_up;
  return writer;
}

JsonWriter JsonWriter::elements(std::size_t depth, Sink sink) {
  JsonWriter writer;
  writer.sink_ = std::move(sink);
  writer.most_bytes_ = std::size_t{64} << 10;
  writer.most_text_ = std::numeric_limits<std::size_t>::max();
  writer.open_.assign(depth, {' ', Layout::lines, false});
  writer.after_key_ = true;  // nothing stands before the first
  return writer;
}

std::string JsonWriter::take_elements() {
  after_key_ = true;
  return std::exchange(buffer_, {});
}

bool JsonWriter::end_elements() {
  flush();
  return !is_failed();
}

JsonWriter& JsonWriter::piece(std::string_view text) {
  buffer_ += text;
  if (buffer_.size() >= most_bytes_) flush();
  return *this;
}

JsonWriter& JsonWriter::begin(char open, char close, Layout layout) {
  before_value();
  const bool inside_line = !open_.empty() && open_.back().layout == Layout::one_line;
  open_.push_back({close, inside_line ? Layout::one_line : layout, true});
  buffer_ += open;
  return *this;
}

JsonWriter& JsonWriter::end() {
  const Container ended = open_.back();
  open_.pop_back();
  if (ended.layout == Layout::lines && !ended.empty) new_line();
  buffer_ += ended.close;
  if (buffer_.size() >= most_bytes_) flush();
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view key) {
  before_value();
  append_string(buffer_, key);
  buffer_ += ": ";
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
  before_value();
  append_string(buffer_, text);
  return *this;
}

JsonWriter& JsonWriter::value(double number) {
  if (!std::isfinite(number)) return null();
  char text[32];
  const auto [end, error] = std::to_chars(std::begin(text), std::end(text), number);
  return error == std::errc{} ? scalar({text, static_cast<std::size_t>(end - text)}) : null();
}

JsonWriter& JsonWriter::scalar(std::string_view text) {
  before_value();
  buffer_ += text;
  return *this;
}

// What stands between the last thing and a key or a value.
void JsonWriter::before_value() {
  if (std::exchange(after_key_, false) || open_.empty()) return;
  const bool first = std::exchange(open_.back().empty, false);
  if (!first) buffer_ += ',';
  if (open_.back().layout == Layout::lines)
    new_line();
  else if (!first)
    buffer_ += ' ';
}

void JsonWriter::new_line() { buffer_.append(1, '\n').append(2 * open_.size(), ' '); }

void JsonWriter::flush() {
  if (sink_) {
    if (status_ && !sink_(buffer_))
      status_ = Problem{Reason::exceeds_memory, {}, "there is no room for more JSON"};
    buffer_.clear();
    return;
  }
  if (!file_ && buffer_.size() > most_text_ && status_)
    status_ = Problem{
        Reason::exceeds_memory, {}, "more than " + std::to_string(most_text_) + " bytes of JSON"};
  if (!file_ && status_) return;
  if (status_ && file_ && is_given_up_ && is_given_up_())
    status_ = Problem{Reason::interrupted, file_->name(), "stopped by a signal"};
  if (status_) status_ = file_->append(std::string_view(buffer_));
  buffer_.clear();
}

JsonWriter::Mark JsonWriter::mark() {
  flush();
  return {file_ ? file_->appended_bytes() : buffer_.size(), open_.size(),
          open_.empty() || open_.back().empty};
}

void JsonWriter::go_back(const Mark& mark) {
  buffer_.resize(file_ ? 0 : static_cast<std::size_t>(mark.bytes));
  if (file_) file_->append_from(mark.bytes);
  open_.resize(std::min(open_.size(), mark.depth));
  if (!open_.empty()) open_.back().empty = mark.empty;
  after_key_ = false;
}

Status JsonWriter::commit() {
  buffer_ += '\n';
  flush();
  return status_ && file_ ? file_->commit() : status_;
}

}  // namespace dcmflow
