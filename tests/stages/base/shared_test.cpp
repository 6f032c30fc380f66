#include "stages/base/shared.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace dcmflow {
namespace {

int alive = 0;

struct Life {
  Life() { ++alive; }
  Life(const Life&) { ++alive; }
  Life& operator=(const Life&) = default;
  ~Life() { --alive; }
};

struct Thing : Shared<Thing> {
  std::string text;
  Life life;
};

TEST(SharedPtr, TakesEightBytesAndItsCountFour) {
  static_assert(sizeof(SharedPtr<Thing>) == 8);
  static_assert(sizeof(Shared<Thing>) == 4);
}

TEST(SharedPtr, DropsTheObjectWithItsLastHolder) {
  SharedPtr<const Thing> last;
  {
    const SharedPtr<Thing> first = share(Thing{.text = "a"});
    last = first;
    EXPECT_EQ(first, last);
  }
  EXPECT_EQ(alive, 1);
  EXPECT_EQ(last->text, "a");
  last.reset();
  EXPECT_EQ(alive, 0);
}

TEST(SharedPtr, HoldsACopyApartFromWhatWasCopied) {
  const SharedPtr<const Thing> one = share(Thing{.text = "a"});
  {
    const std::vector<SharedPtr<const Thing>> held{one};
    const SharedPtr<Thing> other = share(*one);
    other->text = "b";
    *other = *one;  // the holders stay its own
    EXPECT_EQ(other->text, "a");
  }
  EXPECT_EQ(alive, 1);
}

TEST(SharedPtr, IsCopiedAndDroppedByManyThreads) {
  {
    const SharedPtr<const Thing> one = share<Thing>();
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread)
      threads.emplace_back([held = one] {
        for (int i = 0; i < 1'000; ++i) const std::vector<SharedPtr<const Thing>> copies(10, held);
      });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(alive, 1);
  }
  EXPECT_EQ(alive, 0);
}

}  // namespace
}  // namespace dcmflow
