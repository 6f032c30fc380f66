// Each call of the kernel that writing a file makes fails in turn: that is told, and nothing
// remains.

#include "stages/base/output_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

#include "tests/faults/system_calls.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

namespace fs = std::filesystem;
using faults::Call;
using faults::Plan;

class OutputFileFaults : public testing::Test {
 protected:
  Status write_file() const {
    auto file = OutputFile::create(folder.path(), "image.raw");
    if (!file) return file.problem();
    for (int part = 0; part < 3; ++part)
      if (auto done = file->append(text); !done) return done;
    return file->commit();
  }

  // What a plan makes of it.
  Status write_under(const Plan& plan) const {
    faults::begin(plan);
    auto status = write_file();
    faults::end();
    return status;
  }

  std::uint64_t calls(Call call) const {
    faults::begin({});
    EXPECT_TRUE(write_file().ok());
    const auto counts = faults::end();
    fs::remove(folder / "image.raw");
    return counts.of[static_cast<std::size_t>(call)];
  }

  void expect_each_is_told(Call call) const {
    const auto made = calls(call);
    ASSERT_GT(made, 0U);
    for (std::uint64_t n = 1; n <= made; ++n) {
      const auto status = write_under({.kind = Plan::Kind::one, .call = call, .n = n});
      EXPECT_FALSE(status.ok()) << "no. " << n << " of " << made;
      EXPECT_TRUE(fs::is_empty(folder.path())) << "no. " << n << " of " << made;
    }
  }

  const std::string text = std::string(5000, 'x');
  const TemporaryFolder folder;
};

TEST_F(OutputFileFaults, OpeningIsTold) { expect_each_is_told(Call::open); }
TEST_F(OutputFileFaults, WritingIsTold) { expect_each_is_told(Call::write); }
TEST_F(OutputFileFaults, RenamingIsTold) { expect_each_is_told(Call::rename); }
// Network file systems tell of a full disk as late as this.
TEST_F(OutputFileFaults, ClosingIsTold) {
  EXPECT_FALSE(write_under({.kind = Plan::Kind::one, .call = Call::close, .n = 1}).ok());
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST_F(OutputFileFaults, PartsOfAWriteAreGoneOnWith) {
  for (std::uint64_t seed = 1; seed < 30; ++seed) {
    ASSERT_TRUE(
        write_under({.kind = Plan::Kind::partial, .call = Call::write, .n = 2, .seed = seed}).ok())
        << seed;
    std::ifstream file(folder / "image.raw", std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    EXPECT_TRUE(bytes == text + text + text) << seed;
  }
}

}  // namespace
}  // namespace dcmflow
