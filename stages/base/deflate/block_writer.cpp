#include "stages/base/deflate/block_writer.h"

#include <algorithm>
#include <array>

#include "stages/base/deflate/prefix_code.h"

namespace dcmflow::deflate {
namespace {

static_assert(most_tokens_a_block < 1U << 16, "frequencies are 16 bits wide when they are sorted");

enum class Kind : std::uint8_t { stored, standard, dynamic };
constexpr unsigned kind_bits = 3;  // with the bit that says whether the block is the last
constexpr std::size_t longest_stored = 65'535;

// A bit less than the 15 that are allowed, which costs nothing.
constexpr unsigned longest_code = 14;
constexpr unsigned longest_length_code = 7;
constexpr std::size_t length_code_symbols = 19;
constexpr std::array<std::uint8_t, length_code_symbols> length_code_order{
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};

using Frequencies = std::array<std::uint32_t, symbols>;
using Lengths = std::array<std::uint8_t, symbols>;

constexpr Lengths make_standard_lengths() {
  Lengths lengths{};
  for (std::size_t i = 0; i < first_distance; ++i)
    lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
  for (std::size_t i = 0; i < distance_symbols; ++i) lengths[first_distance + i] = 5;
  return lengths;
}
constexpr Lengths standard_lengths = make_standard_lengths();

// Four tables in turn, since the high bytes of neighbouring pixels are mostly equal and each count
// would wait for the one before.
Frequencies count(std::span<const Token> tokens) {
  std::array<Frequencies, 4> tables{};
  std::size_t i = 0;
  for (; i + 4 <= tokens.size(); i += 4) {
    ++tables[0][tokens[i] & symbol_mask];
    ++tables[1][tokens[i + 1] & symbol_mask];
    ++tables[2][tokens[i + 2] & symbol_mask];
    ++tables[3][tokens[i + 3] & symbol_mask];
  }
  for (; i < tokens.size(); ++i) ++tables[0][tokens[i] & symbol_mask];
  for (std::size_t s = 0; s < symbols; ++s)
    tables[0][s] += tables[1][s] + tables[2][s] + tables[3][s];
  tables[0][end_of_block] = 1;
  return tables[0];
}

std::uint64_t coded_bits(const Frequencies& frequencies, const Lengths& lengths) {
  std::uint64_t bits = 0;
  for (std::size_t s = 0; s < symbols; ++s) bits += frequencies[s] * (lengths[s] + extra_bits[s]);
  return bits;
}

std::uint64_t stored_bits(std::size_t bytes) {
  const std::size_t pieces =
      std::max<std::size_t>(1, (bytes + longest_stored - 1) / longest_stored);
  return 8 * (bytes + 5 * pieces);  // kind and alignment take a byte at most, two lengths take four
}

// The code lengths in the form in which a dynamic block begins (RFC 1951 section 3.2.7).
struct Header {
  struct Item {
    std::uint8_t symbol;
    std::uint8_t extra;
  };
  std::array<Item, symbols> items;
  std::size_t item_count = 0;
  std::size_t literal_lengths = 0;
  std::size_t distances = 0;
  std::array<std::uint32_t, length_code_symbols> frequencies{};
  std::array<std::uint8_t, length_code_symbols> lengths{};
  std::size_t length_count = length_code_symbols;

  explicit Header(const Lengths& codes);
  std::uint64_t bits() const;
  void write(BitWriter& out) const;

 private:
  void add(std::size_t symbol, std::size_t extra = 0) {
    items[item_count++] = {static_cast<std::uint8_t>(symbol), static_cast<std::uint8_t>(extra)};
    ++frequencies[symbol];
  }
  void add_run(std::size_t length, std::size_t run);
  static unsigned extra_bits_of(std::size_t symbol) {
    return symbol < 16 ? 0 : symbol == 16 ? 2 : symbol == 17 ? 3 : 7;
  }
};

void Header::add_run(std::size_t length, std::size_t run) {
  if (length == 0) {
    for (; run >= 11; run -= std::min<std::size_t>(run, 138))
      add(18, std::min<std::size_t>(run, 138) - 11);
    if (run >= 3) {
      add(17, run - 3);
      run = 0;
    }
  } else {
    add(length);
    for (--run; run >= 3; run -= std::min<std::size_t>(run, 6))
      add(16, std::min<std::size_t>(run, 6) - 3);
  }
  for (; run > 0; --run) add(length);
}

Header::Header(const Lengths& codes) {
  literal_lengths = literal_length_symbols;
  while (literal_lengths > first_length && codes[literal_lengths - 1] == 0) --literal_lengths;
  distances = distance_symbols;
  while (distances > 1 && codes[first_distance + distances - 1] == 0) --distances;

  std::array<std::uint8_t, symbols> all;  // both codes as one list: runs may cross the border
  auto* const border = std::copy_n(codes.begin(), literal_lengths, all.begin());
  auto* const end = std::copy_n(codes.begin() + first_distance, distances, border);
  for (const auto* at = all.begin(); at != end;) {
    const auto* const next = std::find_if(at, static_cast<const std::uint8_t*>(end),
                                          [at](std::uint8_t length) { return length != *at; });
    add_run(*at, static_cast<std::size_t>(next - at));
    at = next;
  }
  make_code_lengths(frequencies, longest_length_code, lengths);
  while (length_count > 4 && lengths[length_code_order[length_count - 1]] == 0) --length_count;
}

std::uint64_t Header::bits() const {
  std::uint64_t bits = 5 + 5 + 4 + 3 * length_count;
  for (std::size_t s = 0; s < length_code_symbols; ++s)
    bits += frequencies[s] * (lengths[s] + extra_bits_of(s));
  return bits;
}

void Header::write(BitWriter& out) const {
  out.put(literal_lengths - 257, 5);
  out.put(distances - 1, 5);
  out.put(length_count - 4, 4);
  for (std::size_t i = 0; i < length_count; ++i) out.put(lengths[length_code_order[i]], 3);
  std::array<std::uint16_t, length_code_symbols> codes{};
  make_codes(lengths, codes);
  for (std::size_t i = 0; i < item_count; ++i) {
    const auto [symbol, extra] = items[i];
    out.put(codes[symbol], lengths[symbol]);
    out.put(extra, extra_bits_of(symbol));
  }
}

void write_kind(Kind kind, BitWriter& out) {
  out.put(static_cast<unsigned>(kind) << 1, kind_bits);  // the low bit: not the last block
}

void write_stored(std::span<const std::uint8_t> raw, BitWriter& out) {
  do {
    const auto piece = raw.first(std::min(raw.size(), longest_stored));
    raw = raw.subspan(piece.size());
    write_kind(Kind::stored, out);
    out.align_to_byte();
    out.put(piece.size(), 16);
    out.put(piece.size() ^ 0xffff, 16);
    out.put_bytes(piece);
  } while (!raw.empty());
}

// A symbol's code, its length, and its length with the extra bits: 16, 8 and 8 bits of one word,
// one load a token.
std::array<std::uint32_t, symbols> make_entries(const Lengths& lengths) {
  std::array<std::uint16_t, symbols> codes{};
  // The standard's code counts two symbols that never occur, 286 and 287.
  make_codes(std::span(lengths).first<first_distance>(), codes);
  make_codes(std::span(lengths).subspan<first_distance>(),
             std::span(codes).subspan<first_distance>());
  std::array<std::uint32_t, symbols> entries;
  for (std::size_t s = 0; s < symbols; ++s)
    entries[s] = codes[s] | static_cast<std::uint32_t>(lengths[s]) << 16 |
                 static_cast<std::uint32_t>(lengths[s] + extra_bits[s]) << 24;
  return entries;
}

// Two tokens at once: the widest pair is a match, (14 + 5) + (14 + 13) bits, or two distances'
// worth at worst, which still fits.
static_assert(2 * (15 + 13) <= BitWriter::most_bits_at_once);

void write_tokens(std::span<const Token> tokens, const Lengths& lengths, BitWriter& shared) {
  const auto entries = make_entries(lengths);
  const auto add = [&entries](Token token, BitWriter& out) {
    const std::uint32_t entry = entries[token & symbol_mask];
    const std::uint64_t extra = token >> symbol_bits;
    out.add((entry & 0xffff) | extra << (entry >> 16 & 31), entry >> 24);
  };
  BitWriter out = std::move(shared);  // its own, so that its members can stay in registers
  std::size_t i = 0;
  for (; i + 2 <= tokens.size(); i += 2) {
    add(tokens[i], out);
    add(tokens[i + 1], out);
    out.flush();
  }
  if (i < tokens.size()) add(tokens[i], out);
  out.flush();
  add(end_of_block, out);
  out.flush();
  shared = std::move(out);
}

}  // namespace

void write_block(std::span<const Token> tokens, std::span<const std::uint8_t> raw, BitWriter& out) {
  const Frequencies frequencies = count(tokens);
  Lengths lengths{};
  make_code_lengths(std::span(frequencies).first<literal_length_symbols>(), longest_code,
                    std::span(lengths).first<literal_length_symbols>());
  make_code_lengths(std::span(frequencies).subspan<first_distance>(), longest_code,
                    std::span(lengths).subspan<first_distance>());
  const Header header(lengths);

  const std::uint64_t dynamic = kind_bits + header.bits() + coded_bits(frequencies, lengths);
  const std::uint64_t standard = kind_bits + coded_bits(frequencies, standard_lengths);
  const std::uint64_t stored = stored_bits(raw.size());
  out.make_room(std::min({dynamic, standard, stored}));
  if (stored <= std::min(dynamic, standard)) {
    write_stored(raw, out);
  } else if (standard <= dynamic) {
    write_kind(Kind::standard, out);
    write_tokens(tokens, standard_lengths, out);
  } else {
    write_kind(Kind::dynamic, out);
    header.write(out);
    write_tokens(tokens, lengths, out);
  }
}

void write_sync(BitWriter& out) {
  out.make_room(stored_bits(0));
  write_stored({}, out);
}

}  // namespace dcmflow::deflate
