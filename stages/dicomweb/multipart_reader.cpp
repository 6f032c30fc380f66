#include "stages/dicomweb/multipart_reader.h"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "stages/base/ascii.h"
#include "stages/base/counted.h"
#include "stages/dicomweb/media_type.h"
#include "stages/dicomweb/server_words.h"

namespace dcmflow {
namespace {

constexpr std::size_t longest_boundary = 70;  // RFC 2046 5.1.1
constexpr std::size_t longest_padding = 64;

Problem invalid(std::string what) { return {Reason::answer_invalid, {}, std::move(what)}; }

std::string length_of(std::string_view text) { return counted(text.size(), "character"); }

bool can_be_boundary(std::string_view boundary) {
  const auto is_allowed = [](char c) {
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') ||
           std::string_view("'()+_,-./:=? ").find(c) != std::string_view::npos;
  };
  return !boundary.empty() && boundary.size() <= longest_boundary && !boundary.ends_with(' ') &&
         std::ranges::all_of(boundary, is_allowed);
}

// What the head of a part says; lines that say nothing of interest are passed over.
struct PartHead {
  std::optional<std::uint64_t> bytes{};
  std::optional<Problem> problem{};

  void read_line(std::string_view line);
};

void PartHead::read_line(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) {
    problem =
        invalid("the head of a part has a line of " + length_of(line) + "; expected NAME: VALUE");
    return;
  }
  const auto name = line.substr(0, colon);
  const auto value = trimmed(line.substr(colon + 1), header_blanks);
  if (is_same_word(name, "Content-Length")) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size() || (bytes && *bytes != number))
      problem =
          invalid("a part has a Content-Length of " + length_of(value) + "; expected one number");
    bytes = number;
  } else if (is_same_word(name, "Content-Type") && !is_media_type(value, "application/dicom")) {
    problem = invalid("a part is " + type_words(value) + "; expected application/dicom");
  } else if (is_same_word(name, "Content-Transfer-Encoding") && !is_same_word(value, "binary") &&
             !is_same_word(value, "8bit")) {
    problem = invalid("a part has a Content-Transfer-Encoding of " + length_of(value) +
                      "; expected binary");
  }
}

PartHead read_lines(std::string_view lines) {
  PartHead head;
  while (!lines.empty() && !head.problem) {
    const auto end = std::min(lines.find("\r\n"), lines.size());
    head.read_line(lines.substr(0, end));
    lines.remove_prefix(std::min(end + 2, lines.size()));
  }
  return head;
}

}  // namespace

Result<MultipartReader> MultipartReader::of(std::string_view content_type, PartReceiver& receiver) {
  if (!is_media_type(content_type, "multipart/related"))
    return invalid("the answer is " + type_words(content_type) + "; expected multipart/related");
  const auto boundary = media_parameter(content_type, "boundary");
  if (!can_be_boundary(boundary))
    return invalid("the answer is multipart/related with a boundary of " + length_of(boundary) +
                   "; expected 1 to " + std::to_string(longest_boundary) + " that can be one");
  return MultipartReader(boundary, receiver);
}

Status MultipartReader::read(std::string_view bytes) {
  // Most bytes are those of a part that has said how many they are: they are not copied.
  if (state_ == State::counted_body && left_ > 0 && rest().empty()) {
    const auto direct = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
    if (auto taken = receiver_->take(bytes.substr(0, direct)); !taken) return taken;
    left_ -= direct;
    given_ += direct;
    bytes.remove_prefix(direct);
  }
  pending_.append(bytes);
  for (;;) {
    const auto has_advanced = advance();
    if (!has_advanced) return has_advanced.problem();
    if (!*has_advanced) break;
  }
  pending_.erase(0, at_);
  at_ = 0;
  return Done{};
}

Result<bool> MultipartReader::advance() {
  switch (state_) {
    case State::preamble:
      return pass_preamble();
    case State::delimiter:
      return end_delimiter();
    case State::head:
      return read_head();
    case State::counted_body:
      return read_counted_body();
    case State::body:
      return read_body();
    case State::epilogue:
      break;
  }
  const auto passed = pass_stray(rest().size());
  return passed ? Result<bool>(false) : passed.problem();
}

Status MultipartReader::pass_stray(std::size_t bytes) {
  at_ += bytes;
  stray_ += bytes;
  if (stray_ <= most_stray_bytes) return Done{};
  return invalid("more than " + std::to_string(most_stray_bytes) +
                 " bytes outside of all parts; expected none");
}

Result<bool> MultipartReader::pass_preamble() {
  const auto found = rest().find(delimiter_);
  const bool is_found = found != std::string_view::npos;
  const auto kept = std::min(rest().size(), delimiter_.size() - 1);
  const auto passed = pass_stray(is_found ? found : rest().size() - kept);
  if (!passed) return passed.problem();
  if (!is_found) return false;
  at_ += delimiter_.size();
  stray_ = 0;
  state_ = State::delimiter;
  return true;
}

// Behind the boundary stands "--" where it is the last, else the end of the line.
Result<bool> MultipartReader::end_delimiter() {
  if (rest().size() < 2) return false;
  if (rest().starts_with("--")) {
    at_ += 2;
    state_ = State::epilogue;
    return true;
  }
  const auto padding = std::min(rest().find_first_not_of(header_blanks), rest().size());
  const auto behind = rest().substr(padding, 2);
  if (padding > longest_padding || !std::string_view("\r\n").starts_with(behind))
    return invalid("a delimiter has more behind it than the end of a line");
  if (behind.size() < 2) return false;
  at_ += padding;  // the head begins with the end of this line, so that it may be empty
  state_ = State::head;
  return true;
}

Result<bool> MultipartReader::read_head() {
  const auto end = rest().find("\r\n\r\n");
  if (std::min(end, rest().size()) > most_head_bytes)
    return invalid("the head of a part has more than " + std::to_string(most_head_bytes) +
                   " bytes");
  if (end == std::string_view::npos) return false;
  const auto head = read_lines(rest().substr(2, std::max<std::size_t>(end, 2) - 2));
  if (head.problem) return *head.problem;
  at_ += end + 4;
  ++parts_;
  given_ = 0;
  left_ = head.bytes.value_or(0);
  state_ = head.bytes ? State::counted_body : State::body;
  const auto begun = receiver_->begin_part(head.bytes);
  return begun ? Result<bool>(true) : begun.problem();
}

Status MultipartReader::give(std::size_t bytes) {
  const auto given = rest().substr(0, bytes);
  at_ += bytes;
  given_ += bytes;
  return given.empty() ? Status(Done{}) : receiver_->take(given);
}

Result<bool> MultipartReader::read_counted_body() {
  const auto bytes = static_cast<std::size_t>(std::min<std::uint64_t>(left_, rest().size()));
  if (const auto given = give(bytes); !given) return given.problem();
  left_ -= bytes;
  if (left_ > 0) return false;
  const auto behind = rest().substr(0, delimiter_.size());
  if (!std::string_view(delimiter_).starts_with(behind))
    return invalid("a part said that it has " + std::to_string(given_) +
                   " bytes, and no delimiter is behind them");
  return behind.size() < delimiter_.size() ? Result<bool>(false) : end_body();
}

Result<bool> MultipartReader::read_body() {
  const auto found = rest().find(delimiter_);
  const bool is_found = found != std::string_view::npos;
  const auto kept = std::min(rest().size(), delimiter_.size() - 1);
  const auto given = give(is_found ? found : rest().size() - kept);
  if (!given) return given.problem();
  return is_found ? end_body() : Result<bool>(false);
}

Result<bool> MultipartReader::end_body() {
  at_ += delimiter_.size();
  state_ = State::delimiter;
  const auto ended = receiver_->end_part();
  return ended ? Result<bool>(true) : ended.problem();
}

Status MultipartReader::end() const {
  if (state_ == State::epilogue) return Done{};
  const bool is_inside = state_ == State::counted_body || state_ == State::body;
  return Problem{
      Reason::transfer_cut,
      {},
      "the answer ended " +
          (is_inside ? std::to_string(given_) + " bytes into part " + std::to_string(parts_)
                     : "behind " + std::to_string(parts_) + " parts") +
          "; expected its last delimiter"};
}

}  // namespace dcmflow
