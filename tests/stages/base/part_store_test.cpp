#include "stages/base/part_store.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

std::string read(const PartStore& store, const StoredText& text, std::size_t piece_bytes = 1000) {
  PartReader reader(store, text, piece_bytes);
  std::string whole;
  for (;;) {
    const auto piece = reader.next();
    EXPECT_TRUE(piece.ok());
    if (!piece || piece->empty()) return whole;
    EXPECT_LE(piece->size(), piece_bytes);
    whole += *piece;
  }
}

TEST(PartStore, GivesBackTextsFromMemoryAndDisk) {
  const TemporaryFolder folder;
  PartStore store(folder.path(), 10, 1 << 20);
  StoredText first, second;
  std::string first_whole, second_whole;
  for (int i = 0; i < 500; ++i) {
    const auto a = "<" + std::to_string(i) + ">";
    const auto b = std::string(static_cast<std::size_t>(i), 'b') + '\0';
    ASSERT_TRUE(store.add(first, a));
    ASSERT_TRUE(store.add(second, b));
    first_whole += a;
    second_whole += b;
  }
  EXPECT_EQ(read(store, first), first_whole);
  EXPECT_EQ(read(store, second), second_whole);
  EXPECT_EQ(read(store, second, 7), second_whole);
  EXPECT_EQ(read(store, {}), "");
}

TEST(PartStore, LeavesNoNameInTheFolder) {
  const TemporaryFolder folder;
  PartStore store(folder.path(), 0, 100);
  StoredText text;
  ASSERT_TRUE(store.add(text, "on the disk"));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  EXPECT_EQ(read(store, text), "on the disk");
}

TEST(PartStore, TakesNoMoreThanItMay) {
  const TemporaryFolder folder;
  PartStore store(folder.path(), 4, 5);
  StoredText text;
  EXPECT_TRUE(store.add(text, "1234"));   // memory
  EXPECT_TRUE(store.add(text, "12345"));  // disk
  EXPECT_TRUE(store.add(text, ""));
  EXPECT_FALSE(store.add(text, "x"));
  EXPECT_EQ(read(store, text), "123412345");
}

TEST(PartStore, HasNoRoomWhereTheFolderCannotBeWritten) {
  PartStore store("/proc/self/status", 4, 1 << 20);
  StoredText text;
  EXPECT_FALSE(store.add(text, "more than memory takes"));
  EXPECT_TRUE(store.add(text, "less"));
  EXPECT_EQ(read(store, text), "less");
}

// A limit of the file's size ends a write in its middle, as a disk does that is full. In a child:
// gtest's own output is limited, too.
TEST(PartStore, GivesBackWhatTheDiskTookBeforeItWasFull) {
  const TemporaryFolder folder;
  const pid_t child = fork();
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limits{10'000, 10'000};
    PartStore store(folder.path(), 0, 1 << 20);
    StoredText taken, lost;
    const bool held = setrlimit(RLIMIT_FSIZE, &limits) == 0 &&
                      store.add(taken, std::string(9'000, 'a')) &&
                      !store.add(lost, std::string(2'000, 'b')) && !store.add(lost, "c") &&
                      read(store, taken) == std::string(9'000, 'a');
    _exit(held ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST(PartStore, IsFilledByManyThreadsAtOnce) {
  const TemporaryFolder folder;
  PartStore store(folder.path(), 1000, 1 << 20);
  std::vector<StoredText> texts(4);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < texts.size(); ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 1000; ++i) store.add(texts[t], std::to_string(t) + ',');
    });
  for (auto& thread : threads) thread.join();
  for (std::size_t t = 0; t < texts.size(); ++t) {
    std::string expected;
    for (int i = 0; i < 1000; ++i) expected += std::to_string(t) + ',';
    EXPECT_EQ(read(store, texts[t]), expected);
  }
}

}  // namespace
}  // namespace dcmflow
