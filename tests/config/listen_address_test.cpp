#include "config/listen_address.h"

#include <gtest/gtest.h>

namespace dcmflow {
namespace {

TEST(ListenAddress, IsReadAndSaidAgain) {
  for (const auto* text : {"127.0.0.1:9400", "[::1]:0", "localhost:65535", "0.0.0.0:1"}) {
    const auto address = read_listen_address(text);
    ASSERT_TRUE(address.ok()) << text;
    EXPECT_EQ(listen_text(*address), text);
  }
}

TEST(ListenAddress, OfThisMachineAloneAreNumbersOf127) {
  for (const auto* host : {"127.0.0.1", "127.9.9.9", "::1", "localhost"})
    EXPECT_TRUE(is_loopback(host)) << host;
  for (const auto* host : {"0.0.0.0", "::", "128.0.0.1", "127.example", "127.0.0.1.example",
                           "localhost.example", "127.1", ""})
    EXPECT_FALSE(is_loopback(host)) << host;
}

}  // namespace
}  // namespace dcmflow
