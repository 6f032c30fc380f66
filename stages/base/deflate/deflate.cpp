#include "stages/base/deflate/deflate.h"

#include <memory>

#include "stages/base/deflate/bit_writer.h"
#include "stages/base/deflate/block_writer.h"
#include "stages/base/deflate/pixel_matches.h"

namespace dcmflow::deflate {

std::vector<std::uint8_t> compress(std::span<const std::uint8_t> uncompressed) {
  // A seventh of a megabyte, kept for each thread; start() makes it forget.
  thread_local const auto matcher = std::make_unique<PixelMatcher>();
  BitWriter out(uncompressed.size() / 2);
  matcher->start(uncompressed);
  for (auto part = matcher->next(); !part.raw.empty(); part = matcher->next())
    write_block(part.tokens, part.raw, out);
  write_sync(out);
  return out.take();
}

}  // namespace dcmflow::deflate
