// Whatever could change a byte of a file beside the images gives it another fingerprint.

#include "stages/database/side_file.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <set>

namespace dcmflow {
namespace {

InstancePtr instance_of(const File& file) {
  auto instance = share<Instance>();
  instance->file = share(file);
  instance->shared = std::make_shared<SharedHeader>();
  return instance;
}

std::string fingerprint_of(const File& second, const AttributeTable& table = {},
                           bool no_patient = false) {
  const auto root = std::make_shared<std::string>("/in");
  Series series;
  series.instances = {
      instance_of({.root = root, .name = "a/1.dcm", .size = 100, .version = {1, 2, 3}}),
      instance_of(second)};
  const std::vector<const Series*> study{&series};
  return study_fingerprint(study, table, no_patient);
}

const File plain{.root = std::make_shared<std::string>("/in"),
                 .name = "a/2.dcm",
                 .size = 100,
                 .version = {1, 2, 3}};

TEST(StudyFingerprint, FollowsAnArchiveThatMoved) {
  auto moved = plain;
  moved.root = std::make_shared<std::string>("/elsewhere");
  EXPECT_EQ(fingerprint_of(plain), fingerprint_of(moved));
}

TEST(StudyFingerprint, IsAnotherForAnyOtherFileTableOrSetting) {
  std::set<std::string> all{fingerprint_of(plain), fingerprint_of(plain, {}, true)};
  const std::vector<std::function<void(File&)>> changes{
      [](File& file) { file.name = "a/3.dcm"; }, [](File& file) { ++file.size; },
      [](File& file) { ++file.version.modified; }, [](File& file) { ++file.version.changed; }};
  for (const auto& change : changes) {
    auto other = plain;
    change(other);
    all.insert(fingerprint_of(other));
  }
  // What a private element is, and whose.
  for (const auto level : {AttributeLevel::instance, AttributeLevel::patient}) {
    AttributeTable table;
    table.add({.tag = 0x00190010,
               .vr = "LO",
               .level = level,
               .keyword = "Name",
               .private_creator = "SOMEBODY",
               .path = {}});
    all.insert(fingerprint_of(plain, table));
  }
  EXPECT_EQ(all.size(), 2 + changes.size() + 2);
}

TEST(SidecarsFingerprint, IsAnotherForAnyOtherImageOfTheSeries) {
  using Images = std::vector<std::string>;
  const std::set<std::string> all{sidecars_fingerprint(Images{}), sidecars_fingerprint(Images{"a"}),
                                  sidecars_fingerprint(Images{"b"}),
                                  sidecars_fingerprint(Images{"a", "b"}),
                                  sidecars_fingerprint(Images{"ab"})};
  EXPECT_EQ(all.size(), 5U);
}

}  // namespace
}  // namespace dcmflow
