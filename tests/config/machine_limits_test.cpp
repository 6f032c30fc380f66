#include "config/machine_limits.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "config/settings.h"

namespace dcmflow {
namespace {

// A file system of its own for each test.
class MachineLimits : public testing::Test {
 protected:
  MachineLimits() {
    std::string pattern = (std::filesystem::temp_directory_path() / "limits_XXXXXX").string();
    root_ = mkdtemp(pattern.data());
  }
  ~MachineLimits() override { std::filesystem::remove_all(root_); }

  void put(const std::string& path, const std::string& text) const {
    const std::filesystem::path file = root_ + path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  const std::string& root() const { return root_; }

 private:
  std::string root_;
};

constexpr const char* mount_v2 =
    "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
    "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";

TEST_F(MachineLimits, WithoutControlGroupsThereIsNoLimit) {
  EXPECT_EQ(cgroup_cores(root()), std::nullopt);
  EXPECT_EQ(cgroup_memory(root()), std::nullopt);
}

TEST_F(MachineLimits, ReadsVersion2InAContainer) {
  put("/proc/self/cgroup", "0::/\n");
  put("/proc/self/mountinfo", mount_v2);
  put("/sys/fs/cgroup/cpu.max", "200000 100000\n");
  put("/sys/fs/cgroup/memory.max", "536870912\n");
  EXPECT_EQ(cgroup_cores(root()), 2U);
  EXPECT_EQ(cgroup_memory(root()), 536870912U);
}

TEST_F(MachineLimits, TheWordMaxIsNoLimit) {
  put("/proc/self/cgroup", "0::/\n");
  put("/proc/self/mountinfo", mount_v2);
  put("/sys/fs/cgroup/cpu.max", "max 100000\n");
  put("/sys/fs/cgroup/memory.max", "max\n");
  EXPECT_EQ(cgroup_cores(root()), std::nullopt);
  EXPECT_EQ(cgroup_memory(root()), std::nullopt);
}

TEST_F(MachineLimits, APartOfACoreIsRoundedUp) {
  put("/proc/self/cgroup", "0::/\n");
  put("/proc/self/mountinfo", mount_v2);
  put("/sys/fs/cgroup/cpu.max", "50000 100000\n");
  EXPECT_EQ(cgroup_cores(root()), 1U);
  put("/sys/fs/cgroup/cpu.max", "250000 100000\n");
  EXPECT_EQ(cgroup_cores(root()), 3U);
}

TEST_F(MachineLimits, TheLeastOfAGroupAndItsParentsHolds) {
  put("/proc/self/cgroup", "0::/slice/job/step\n");
  put("/proc/self/mountinfo", mount_v2);
  put("/sys/fs/cgroup/slice/cpu.max", "400000 100000\n");
  put("/sys/fs/cgroup/slice/job/cpu.max", "300000 100000\n");
  put("/sys/fs/cgroup/slice/job/step/cpu.max", "max 100000\n");
  put("/sys/fs/cgroup/slice/memory.max", "1000\n");
  put("/sys/fs/cgroup/slice/job/step/memory.max", "2000\n");
  EXPECT_EQ(cgroup_cores(root()), 3U);
  EXPECT_EQ(cgroup_memory(root()), 1000U);
}

TEST_F(MachineLimits, ReadsVersion1WithSharedControllers) {
  put("/proc/self/cgroup",
      "9:memory:/docker/abc\n4:cpu,cpuacct:/docker/abc\n1:name=systemd:/docker/abc\n0::/\n");
  // Docker without a namespace mounts the group itself: the fourth field is its path.
  put("/proc/self/mountinfo",
      "40 39 0:30 /docker/abc /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup rw,cpu,cpuacct\n"
      "41 39 0:31 /docker/abc /sys/fs/cgroup/memory ro master:9 - cgroup cgroup rw,memory\n");
  put("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "150000\n");
  put("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
  put("/sys/fs/cgroup/memory/memory.limit_in_bytes", "1073741824\n");
  EXPECT_EQ(cgroup_cores(root()), 2U);
  EXPECT_EQ(cgroup_memory(root()), 1073741824U);
}

TEST_F(MachineLimits, AQuotaOfMinusOneIsNoLimit) {
  put("/proc/self/cgroup", "4:cpu:/\n");
  put("/proc/self/mountinfo", "40 39 0:30 / /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu\n");
  put("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
  put("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(cgroup_cores(root()), std::nullopt);
}

TEST_F(MachineLimits, AGroupOutsideOfTheMountIsTheMountedOne) {
  put("/proc/self/cgroup", "0::/../other\n");
  put("/proc/self/mountinfo", mount_v2);
  put("/sys/fs/cgroup/memory.max", "4096\n");
  EXPECT_EQ(cgroup_memory(root()), 4096U);
}

TEST_F(MachineLimits, MountPointsWithBlanksAreFound) {
  put("/proc/self/cgroup", "0::/\n");
  put("/proc/self/mountinfo", "30 23 0:26 / /my\\040groups rw - cgroup2 cgroup2 rw\n");
  put("/my groups/memory.max", "4096\n");
  EXPECT_EQ(cgroup_memory(root()), 4096U);
}

TEST_F(MachineLimits, DamagedFilesAreNoLimit) {
  put("/proc/self/cgroup", "junk\n0::\n::::\n");
  put("/proc/self/mountinfo", std::string("\n-\n1 2 - cgroup2\n") + mount_v2);
  put("/sys/fs/cgroup/cpu.max", "1 0\n");
  put("/sys/fs/cgroup/memory.max", "99999999999999999999999\n");
  EXPECT_EQ(cgroup_cores(root()), std::nullopt);
  EXPECT_EQ(cgroup_memory(root()), std::nullopt);
}

TEST(AvailableResources, AreThoseOfThisMachine) {
  EXPECT_GE(available_cores(), 1U);
  EXPECT_LE(available_cores(), cgroup_cores().value_or(available_cores()));
  EXPECT_GT(available_memory(), 1U << 20);
  EXPECT_LE(available_memory(), cgroup_memory().value_or(available_memory()));
}

}  // namespace
}  // namespace dcmflow
