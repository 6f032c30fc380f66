// Whatever threads look ahead, and when: the walk gives what it gives alone.

#include "stages/discovery/look_ahead.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <random>
#include <set>
#include <stdexcept>
#include <thread>

#include "stages/discover_files.h"
#include "stages/discovery/input_walk.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

namespace fs = std::filesystem;

// Threads that take what they are given in a random order.
class RandomThreads {
 public:
  RandomThreads(std::size_t threads, unsigned seed) : random_(seed) {
    for (std::size_t i = 1; i < threads; ++i) threads_.emplace_back([this] { work(); });
  }
  ~RandomThreads() {
    {
      const std::lock_guard lock(mutex_);
      is_at_end_ = true;
    }
    changed_.notify_all();
    for (auto& thread : threads_) thread.join();
  }

  LookThreads look_threads() {
    return {.others = threads_.size(),
            .spawn = threads_.empty() ? decltype(LookThreads::spawn)()
                                      : [this](auto help) { add(std::move(help)); },
            .wait = [this] { wait(); },
            .around =
                [this](const auto& look, bool) {
                  pause();
                  look();
                  pause();
                },
            .is_given_up = {}};
  }
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return tasks_.empty() && at_work_ == 0; });
  }

 private:
  void add(std::function<void()> task) {
    {
      const std::lock_guard lock(mutex_);
      tasks_.push_back(std::move(task));
    }
    changed_.notify_all();
  }
  void work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [&] { return is_at_end_ || !tasks_.empty(); });
      if (tasks_.empty()) return;
      std::swap(tasks_[random_() % tasks_.size()], tasks_.back());
      const auto task = std::move(tasks_.back());
      tasks_.pop_back();
      ++at_work_;
      lock.unlock();
      task();
      lock.lock();
      --at_work_;
      changed_.notify_all();
    }
  }
  void pause() {
    std::unique_lock lock(mutex_);
    const auto microseconds = random_() % 8 == 0 ? random_() % 200 : 0;
    lock.unlock();
    if (microseconds > 0) std::this_thread::sleep_for(std::chrono::microseconds(microseconds));
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::mt19937 random_;
  std::vector<std::function<void()>> tasks_;
  std::size_t at_work_ = 0;
  bool is_at_end_ = false;
  std::vector<std::thread> threads_;
};

std::string told(const Result<FilePtr>& found) {
  if (!found)
    return std::string(reason_code(found.problem().reason)) + ' ' + found.problem().subject + ": " +
           found.problem().detail;
  const File& file = **found;
  return file.path() + ' ' + std::to_string(file.size) + ' ' + std::to_string(file.version.inode) +
         ' ' + std::to_string(file.version.modified) + ' ' + std::to_string(file.version.changed);
}

using Told = std::vector<std::string>;

class LookAheadTest : public testing::Test {
 protected:
  std::string at(const std::string& name) const { return folder / ("in/" + name); }
  void file(const std::string& name, const std::string& bytes = "dicom") const {
    fs::create_directories(fs::path(at(name)).parent_path());
    std::ofstream(at(name), std::ios::binary) << bytes;
  }
  void files(const std::string& prefix, int count) const {
    for (int i = 0; i < count; ++i) file(prefix + std::to_string(i));
  }
  std::string input() const { return folder / "in"; }

  // Folders in folders with whatever may lie there, by chance.
  void grow(std::mt19937& random, const std::string& prefix, int depth) const {
    fs::create_directories(at(prefix));
    const auto entries = random() % 16 == 0 ? 130 : random() % 12;
    for (unsigned i = 0; i < entries; ++i) {
      const auto name =
          prefix + std::string(1, static_cast<char>('a' + random() % 26)) + std::to_string(i);
      const auto path = at(name);
      switch (random() % 14) {
        case 0:
          file(name, "");
          break;
        case 1:
          ASSERT_EQ(mkfifo(path.c_str(), 0666), 0);
          break;
        case 2:
          fs::create_symlink("nowhere", path);
          break;
        case 3:
          fs::create_symlink(random() % 2 == 0 ? "." : "..", path);
          break;
        case 4:
          fs::create_symlink(input() + "/shared", path);
          break;
        case 5:
          fs::create_symlink(input() + "/one", path);
          break;
        case 6:
          fs::create_hard_link(input() + "/one", path);
          break;
        case 7:
          fs::create_directory(path);
          file(name + "/x");
          fs::permissions(path, fs::perms::none);
          break;
        case 8:
        case 9:
        case 10:
          if (depth > 0) grow(random, name + '/', depth - 1);
          break;
        default:
          file(name);
          break;
      }
    }
  }
  void grow_hostile_tree(unsigned seed) const {
    std::mt19937 random(seed);
    file("one");
    files("shared/", 70);
    files("out/", 3);
    fs::create_symlink("shared", at("shared/self"));
    std::string deep = "deep/";
    for (int i = 0; i < 60; ++i) deep += "d/";
    file(deep + "bottom");
    grow(random, "tree/", 3);
  }
  void TearDown() override {
    for (const auto& entry : fs::recursive_directory_iterator(
             folder.path(), fs::directory_options::skip_permission_denied))
      if (entry.is_directory() && !entry.is_symlink())
        fs::permissions(entry.path(), fs::perms::owner_all);
  }

  Told walk(const LookThreads& threads, std::optional<InputSlice> slice = {}) const {
    DiscoverFiles discovery(input(), at("out"));
    if (slice) discovery.take_slice(*slice);
    discovery.on_threads(threads);
    Told all;
    while (const auto found = discovery.next()) all.push_back(told(*found));
    EXPECT_TRUE(discovery.at_end());
    discovery.leave_threads();
    return all;
  }

  TemporaryFolder folder;
};

TEST_F(LookAheadTest, GivesWhatOneThreadGivesOfAnyTree) {
  for (unsigned seed = 0; seed < 12; ++seed) {
    fs::remove_all(input());
    grow_hostile_tree(seed);
    const auto alone = walk({});
    const auto slice = InputSlice{.part = 1, .parts = 3};
    const auto alone_of_slice = walk({}, slice);
    ASSERT_GT(alone.size(), 70U);
    for (const std::size_t count : {1, 2, 8})
      for (unsigned order = 0; order < 3; ++order) {
        RandomThreads threads(count, seed * 31 + order);
        EXPECT_EQ(walk(threads.look_threads()), alone) << seed << ' ' << count;
        EXPECT_EQ(walk(threads.look_threads(), slice), alone_of_slice) << seed << ' ' << count;
      }
    TearDown();
  }
}

TEST_F(LookAheadTest, ThreadsComeAndGoDuringTheWalk) {
  grow_hostile_tree(3);
  const auto alone = walk({});
  for (unsigned seed = 0; seed < 20; ++seed) {
    RandomThreads few(2, seed), many(8, seed);
    std::mt19937 random(seed);
    DiscoverFiles discovery(input(), at("out"));
    Told all;
    while (const auto found = discovery.next()) {
      all.push_back(told(*found));
      if (random() % 20 != 0) continue;
      discovery.leave_threads();
      if (const auto which = random() % 3; which > 0)
        discovery.on_threads((which == 1 ? few : many).look_threads());
    }
    EXPECT_EQ(all, alone) << seed;
  }
}

TEST_F(LookAheadTest, OfAMediumAndOfSeveralInputsToo) {
  grow_hostile_tree(5);
  const auto walk_all = [&](const LookThreads& threads) {
    DiscoverFiles discovery(
        InputPaths{.given = {at("shared"), at("tree"), at("one"), at("deep"), at("tree/none")},
                   .listed = {}},
        "");
    discovery.on_threads(threads);
    Told all;
    while (const auto found = discovery.next()) all.push_back(told(*found));
    return all;
  };
  const auto alone = walk_all({});
  RandomThreads threads(4, 1);
  EXPECT_EQ(walk_all(threads.look_threads()), alone);
}

TEST_F(LookAheadTest, WhatIsRemovedMeanwhileIsToldOnceAndEndsNothing) {
  for (unsigned seed = 0; seed < 10; ++seed) {
    for (int i = 0; i < 40; ++i) files("a" + std::to_string(i) + "/", 3);
    files("z/", 200);
    RandomThreads threads(4, seed);
    DiscoverFiles discovery(input(), "");
    discovery.on_threads(threads.look_threads());
    std::set<std::string> names;
    std::size_t left = 0;
    while (const auto found = discovery.next()) {
      if (names.empty())
        for (int i = 10; i < 30; ++i) fs::remove_all(at("a" + std::to_string(i)));
      const auto& name = *found ? (**found)->name : found->problem().subject;
      EXPECT_TRUE(names.insert(name).second) << name;
      if (*found && name.starts_with("z/")) ++left;
      EXPECT_TRUE(*found || found->problem().reason == Reason::unreadable) << name;
    }
    EXPECT_EQ(left, 200U);
  }
}

// Where nothing is taken, threads come to an end.
TEST_F(LookAheadTest, KnowsABoundedNumberOfEntriesAhead) {
  files("many/", 12'000);
  for (int i = 0; i < 1000; ++i) file("folders/" + std::to_string(i) + "/x");
  for (const auto* const name : {"many", "folders"}) {
    RandomThreads threads(8, 1);
    InputWalk walk(InputPaths{.given = {at(name)}, .listed = {}}, "");
    walk.ahead.on_threads(threads.look_threads());
    std::size_t files = 0;
    for (; walk.next(); ++files) {
      if (files % 1000 != 0) continue;
      threads.wait();
      EXPECT_GT(walk.ahead.ahead(), 0U);
      EXPECT_LE(walk.ahead.ahead(), LookAhead::most_ahead + 8 * 3 * LookedFolder::names_of_part);
    }
    EXPECT_EQ(files, name == std::string("many") ? 12'000U : 1000U);
    walk.ahead.leave_threads();
    EXPECT_EQ(walk.ahead.ahead(), 0U);
  }
}

TEST_F(LookAheadTest, WhatAThreadCannotDoTheWalkerDoes) {
  files("a/", 300);
  files("b/", 300);
  const auto alone = walk({});
  RandomThreads threads(4, 7);
  auto throwing = threads.look_threads();
  std::atomic<int> thrown = 0;
  throwing.around = [&](const auto& look, bool by_walker) {
    if (!by_walker && ++thrown % 2 == 0) throw std::bad_alloc();
    look();
    if (!by_walker && thrown % 3 == 0) throw std::runtime_error("behind the look");
  };
  EXPECT_EQ(walk(throwing), alone);
}

TEST_F(LookAheadTest, WhatWasGivenUpGoesOnLater) {
  files("a/", 300);
  const auto alone = walk({});
  RandomThreads threads(4, 7);
  std::atomic<bool> stop = false;
  auto giving_up = threads.look_threads();
  giving_up.is_given_up = [&] { return stop.load(); };
  DiscoverFiles discovery(input(), "");
  Told all;
  for (const bool is_stopped : {true, false}) {
    discovery.on_threads(giving_up);
    if (all.empty()) all.push_back(told(*discovery.next()));
    stop = is_stopped;
    while (const auto found = discovery.next()) all.push_back(told(*found));
    EXPECT_TRUE(is_stopped || discovery.at_end());
    discovery.leave_threads();
  }
  EXPECT_EQ(all, alone);
  DiscoverFiles none(input(), "");
  stop = true;
  none.on_threads(giving_up);
  EXPECT_FALSE(none.next());
  EXPECT_FALSE(none.at_end());
}

}  // namespace
}  // namespace dcmflow
