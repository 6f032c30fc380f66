#include "stages/base/deflate/pixel_matches.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace dcmflow::deflate {
namespace {

static_assert(std::endian::native == std::endian::little,
              "loads take the first byte as the lowest");

constexpr std::size_t pixels_at_once = 4;          // in 64 bits
constexpr std::size_t longest_pixels = 128;        // with the byte before: 257 bytes
constexpr std::size_t first_searched = 2 * pixel;  // the earliest candidate has a byte before it
// A search loads 16 bytes, and no match may end beyond the input.
constexpr std::size_t search_margin = 16;

template <typename Word>
Word load(const std::uint8_t* bytes) {
  Word word;
  std::memcpy(&word, bytes, sizeof(word));
  return word;
}

void store_two(Token* to, std::uint64_t first, std::uint64_t second) {
  const std::uint64_t both = first | second << 32;
  std::memcpy(to, &both, sizeof(both));
}

// How many pixels of a difference's four are equal; three when all are.
unsigned equal_pixels(std::uint64_t difference) {
  return static_cast<unsigned>(std::countr_zero(difference | std::uint64_t{1} << 63)) / 16;
}

// REQUIRES: the first four pixels are equal. 4…longest_pixels, at most up to `end`.
std::size_t match_pixels(const std::uint8_t* from, const std::uint8_t* at,
                         const std::uint8_t* end) {
  const std::size_t most = std::min(longest_pixels, static_cast<std::size_t>(end - at) / pixel);
  std::size_t equal = pixels_at_once;
  while (equal + pixels_at_once <= most) {
    const auto difference =
        load<std::uint64_t>(at + pixel * equal) ^ load<std::uint64_t>(from + pixel * equal);
    if (difference != 0) return equal + static_cast<std::size_t>(std::countr_zero(difference)) / 16;
    equal += pixels_at_once;
  }
  return equal;
}

}  // namespace

void PixelMatcher::start(std::span<const std::uint8_t> input) {
  begin_ = input.data();
  end_ = begin_ + input.size();
  at_ = begin_;
  const std::size_t searched = input.size() / pixel * pixel;
  search_end_ =
      searched > first_searched + search_margin ? begin_ + searched - search_margin : begin_;
  stretch_begin_ = stretch_end_ = begin_ + std::min(first_searched, input.size());
  after_literal_ = false;
  places_.start(input.size() / pixel);
}

void PixelMatcher::look_up_stretch() {
  stretch_begin_ = stretch_end_;
  const auto count = static_cast<std::uint32_t>(
      std::min(stretch_pixels, static_cast<std::size_t>(search_end_ - stretch_begin_) / pixel));
  stretch_end_ = stretch_begin_ + pixel * count;
  const auto first =
      static_cast<std::uint32_t>(static_cast<std::size_t>(stretch_begin_ - begin_) / pixel);
  places_.look_up(stretch_begin_, first, count, distances_.data());
}

// Tokens from at_ to the end of the stretch, or beyond it by a match, or until the part is full.
Token* PixelMatcher::walk_stretch(Token* token) {
  const std::uint8_t* at = at_;
  const std::uint8_t* const stretch_end = stretch_end_;
  const auto* const distances =
      reinterpret_cast<const std::uint8_t*>(distances_.data());  // two bytes of them for each byte
  const Token* const full = tokens_.data() + tokens_.size() - 1;
  bool after_literal = after_literal_;
  while (at < stretch_end && token < full) {
    const auto pair = load<Pair>(distances + 2 * (at - stretch_begin_));
    const std::size_t near = pair % 65'536 * pixel;
    const std::size_t far = pair / 65'536 * pixel;
    const auto pixels = load<std::uint32_t>(at);
    if (pixels != load<std::uint32_t>(at - near) && pixels != load<std::uint32_t>(at - far)) {
      store_two(token, pixels & 0xff, pixels >> 8 & 0xff);
      token += 2;
      at += pixel;
      after_literal = true;
      continue;
    }
    const auto four = load<std::uint64_t>(at);
    const auto near_difference = load<std::uint64_t>(at - near) ^ four;
    const auto far_difference = load<std::uint64_t>(at - far) ^ four;
    std::size_t near_equal = equal_pixels(near_difference);
    std::size_t far_equal = equal_pixels(far_difference);
    if (near_difference == 0 || far_difference == 0) [[unlikely]] {
      if (near_difference == 0) near_equal = match_pixels(at - near, at, end_);
      if (far_difference == 0) far_equal = match_pixels(at - far, at, end_);
    }
    const std::size_t distance = near_equal >= far_equal ? near : far;
    const std::size_t equal = std::max(near_equal, far_equal);
    const std::size_t back = (after_literal & (at[-1] == (at - distance)[-1])) ? 1 : 0;
    token -= back;
    store_two(token, length_tokens[pixel * equal + back],
              distance_token(static_cast<std::uint32_t>(distance)));
    token += 2;
    at += pixel * equal;
    after_literal = false;
  }
  at_ = at;
  after_literal_ = after_literal;
  return token;
}

Token* PixelMatcher::add_literals(Token* token, const std::uint8_t* end) {
  while (at_ < end) *token++ = *at_++;
  return token;
}

PixelMatcher::Part PixelMatcher::next() {
  const std::uint8_t* const from = at_;
  after_literal_ = false;  // what was written is out of reach
  Token* token = tokens_.data();
  if (at_ < stretch_begin_) token = add_literals(token, stretch_begin_);
  const Token* const full = tokens_.data() + tokens_.size() - search_margin - 2;
  while (at_ < search_end_ && token < full) {
    if (at_ >= stretch_end_) look_up_stretch();
    token = walk_stretch(token);
  }
  if (at_ >= search_end_ && token < full) token = add_literals(token, end_);
  return {{tokens_.data(), token}, {from, at_}};
}

}  // namespace dcmflow::deflate
