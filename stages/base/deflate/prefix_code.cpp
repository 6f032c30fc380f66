#include "stages/base/deflate/prefix_code.h"

#include <algorithm>
#include <array>

#include "stages/base/deflate/tokens.h"

namespace dcmflow::deflate {
namespace {

constexpr unsigned most_bits = 15;
// A tree of 286 leaves can be as deep as its leaves are many, before it is limited.
constexpr std::size_t deepest = literal_length_symbols;

// A symbol that occurs: its frequency in the high half, itself in the low.
using Leaf = std::uint32_t;
using Leaves = std::array<Leaf, literal_length_symbols>;

// Counting sort by the frequency's two bytes; stable, so equal frequencies stay in symbol order.
void sort_by_frequency(std::span<Leaf> leaves) {
  Leaves other;
  for (const unsigned shift : {16U, 24U}) {
    std::array<std::uint16_t, 257> start{};
    for (const Leaf leaf : leaves) ++start[((leaf >> shift) & 255) + 1];
    for (std::size_t i = 1; i < start.size(); ++i)
      start[i] = static_cast<std::uint16_t>(start[i] + start[i - 1]);
    for (const Leaf leaf : leaves) other[start[(leaf >> shift) & 255]++] = leaf;
    std::copy_n(other.begin(), leaves.size(), leaves.begin());
  }
}

// How many leaves of Huffman's tree are at each depth. In place as by Moffat and Katajainen: a
// node's weight is replaced by its parent's index, then by its depth.
void count_depths(std::span<const Leaf> leaves, std::span<std::uint32_t> at_depth) {
  std::array<std::uint32_t, literal_length_symbols> node;
  const std::size_t inner = leaves.size() - 1;
  std::size_t leaf = 0;
  std::size_t root = 0;
  for (std::size_t next = 0; next < inner; ++next) {
    const auto take = [&] {
      if (leaf < leaves.size() && (root == next || leaves[leaf] >> 16 <= node[root]))
        return leaves[leaf++] >> 16;
      const std::uint32_t weight = node[root];
      node[root++] = static_cast<std::uint32_t>(next);
      return weight;
    };
    const std::uint32_t first = take();
    node[next] = first + take();
  }
  // Each inner node opens two places one level down; those that no inner node takes are leaves.
  node[inner - 1] = 0;
  at_depth[1] = 2;
  for (std::size_t next = inner - 1; next-- > 0;) {
    node[next] = node[node[next]] + 1;
    --at_depth[node[next]];
    at_depth[node[next] + 1] += 2;
  }
}

// Moves leaves that are too deep up to the limit, then pushes others down until the code fits
// (Kraft's sum is 1 again). Not quite optimal, and so rarely needed that it does not matter.
void limit_depths(std::span<std::uint32_t> at_depth, unsigned longest) {
  std::uint32_t kraft = 0;  // in units of the deepest leaf
  for (std::size_t depth = at_depth.size() - 1; depth > longest; --depth)
    at_depth[longest] += at_depth[depth];
  for (unsigned depth = 1; depth <= longest; ++depth) kraft += at_depth[depth] << (longest - depth);
  for (; kraft > 1U << longest; --kraft) {
    unsigned depth = longest - 1;
    while (at_depth[depth] == 0) --depth;
    // One leaf becomes an inner node; it and a leaf from the bottom are that node's children.
    --at_depth[depth];
    at_depth[depth + 1] += 2;
    --at_depth[longest];
  }
}

}  // namespace

void make_code_lengths(std::span<const std::uint32_t> frequencies, unsigned longest,
                       std::span<std::uint8_t> lengths) {
  Leaves storage;
  std::size_t count = 0;
  for (std::size_t symbol = 0; symbol < frequencies.size(); ++symbol)
    if (frequencies[symbol] > 0)
      storage[count++] = frequencies[symbol] << 16 | static_cast<Leaf>(symbol);
  std::ranges::fill(lengths, std::uint8_t{0});
  if (count < 2) {
    const std::size_t symbol = count == 0 ? 0 : storage[0] & 0xffff;
    lengths[symbol] = 1;
    lengths[symbol == 0 ? 1 : 0] = 1;
    return;
  }
  const std::span leaves(storage.data(), count);
  sort_by_frequency(leaves);
  std::array<std::uint32_t, deepest + 1> at_depth{};
  count_depths(leaves, at_depth);
  limit_depths(at_depth, longest);
  std::size_t rarest = 0;
  for (unsigned depth = longest; depth > 0; --depth)
    for (std::uint32_t i = 0; i < at_depth[depth]; ++i)
      lengths[leaves[rarest++] & 0xffff] = static_cast<std::uint8_t>(depth);
}

void make_codes(std::span<const std::uint8_t> lengths, std::span<std::uint16_t> codes) {
  std::array<std::uint32_t, most_bits + 2> next{};
  for (const std::uint8_t length : lengths) ++next[length + 1];
  next[1] = 0;  // a length of 0 is no code
  std::uint32_t code = 0;
  for (unsigned length = 1; length <= most_bits; ++length) {
    code = (code + next[length]) << 1;
    next[length] = code;
  }
  for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
    const unsigned length = lengths[symbol];
    if (length == 0) continue;
    std::uint32_t bits = next[length]++;
    bits = (bits & 0x5555) << 1 | (bits >> 1 & 0x5555);  // reversed by halves, quarters, …
    bits = (bits & 0x3333) << 2 | (bits >> 2 & 0x3333);
    bits = (bits & 0x0f0f) << 4 | (bits >> 4 & 0x0f0f);
    bits = (bits & 0x00ff) << 8 | (bits >> 8 & 0x00ff);
    codes[symbol] = static_cast<std::uint16_t>(bits >> (16 - length));
  }
}

}  // namespace dcmflow::deflate
