#pragma once
// Bytes → tokens: finds repetitions in images of 16-bit pixels (or wider ones). One matcher is for
// one thread; no Problems.

#include <array>
#include <cstdint>
#include <span>

#include "stages/base/deflate/last_places.h"
#include "stages/base/deflate/tokens.h"

namespace dcmflow::deflate {

// Method. A CT or MR image is noise: its repetitions are two or three pixels long, and its literals
// are the low bytes. So
// - positions are pixels, byte pairs from the start of the input: half as many as bytes, and where
//   two pixels repeat, a match at an odd byte differs by one byte only. That byte, the high byte of
//   the pixel before, is mostly equal, and then the match takes it back from the literals;
// - a table of the last two places of every (hashed) pair of pixels gives two candidates. (It has
//   as many buckets as there are pixels, up to 2^17.) The longer wins, the nearer if they are
//   equal. Every match is taken: choosing the cheapest sequence of matches and literals instead
//   saved 0.7 % of the size and took twice the time;
// - the table is read and updated for a stretch of pixels at a time, matched or not, with nothing
// to
//   be guessed and no waiting for what was found; only then are its candidates compared. In noise
//   nobody can predict whether a candidate is good, and a wrong guess costs least when the
//   candidate is known at once.
//
// A candidate is never checked for being within the window or the input. The table holds the low 16
// bits of a pixel's number, and its lowest 14 give a distance of 1 to 16,384 pixels: for whatever
// is in the table the place exists, and only equal bytes make a match.
//
// The tokens depend on the input alone: start() forgets everything before.
class PixelMatcher {
 public:
  // Begins with an empty history. `input` must outlive the calls of next().
  void start(std::span<const std::uint8_t> input);

  struct Part {
    std::span<const Token> tokens;  // valid until the next call
    std::span<const std::uint8_t> raw;
  };
  // The next part of the input; empty at its end.
  Part next();

 private:
  // How many tokens share a code: the fewer, the better it fits and the more time goes into codes.
  static constexpr std::size_t part_tokens = 20 << 10;

  void look_up_stretch();
  Token* walk_stretch(Token* token);
  Token* add_literals(Token* token, const std::uint8_t* end);

  const std::uint8_t* begin_ = nullptr;
  const std::uint8_t* end_ = nullptr;
  const std::uint8_t* at_ = nullptr;             // up to here there are tokens
  const std::uint8_t* stretch_begin_ = nullptr;  // candidates are known from here …
  const std::uint8_t* stretch_end_ = nullptr;    // … to here
  const std::uint8_t* search_end_ = nullptr;     // too near to the end for the loads of a search
  bool after_literal_ = false;                   // the last token of this part is a literal

  LastPlaces places_;
  std::array<Pair, stretch_pixels> distances_;
  std::array<Token, part_tokens> tokens_;
};

}  // namespace dcmflow::deflate
