#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "stages/codecs/codecs.h"

namespace dcmflow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Bytes = std::vector<std::uint8_t>;

void append_u32(Bytes& bytes, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) {
    bytes.push_back(static_cast<std::uint8_t>(value >> shift));
  }
}

Bytes offset_table(const std::vector<std::uint32_t>& offsets) {
  Bytes table;
  for (const auto offset : offsets) append_u32(table, offset);
  return table;
}

void append_item(Bytes& value, const Bytes& contents) {
  append_u32(value, 0xE000FFFE);
  append_u32(value, static_cast<std::uint32_t>(contents.size()));
  value.insert(value.end(), contents.begin(), contents.end());
}

// A Basic Offset Table, the fragments and the sequence delimiter.
Bytes encapsulate(const std::vector<std::uint32_t>& offsets, const std::vector<Bytes>& fragments) {
  Bytes value;
  append_item(value, offset_table(offsets));
  for (const Bytes& fragment : fragments) append_item(value, fragment);
  append_u32(value, 0xE0DDFFFE);
  append_u32(value, 0);
  return value;
}

class MemorySource : public ByteSource {
 public:
  // A small window, so that it moves.
  MemorySource(const Bytes& bytes, std::vector<std::uint8_t>& window)
      : ByteSource(window, bytes.size(), 16, 16), bytes_(bytes) {}

 protected:
  std::ptrdiff_t read(std::uint64_t offset, std::uint8_t* into, std::size_t count) override {
    count = std::min(count, bytes_.size() - offset);
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), count, into);
    return static_cast<std::ptrdiff_t>(count);
  }

 private:
  const Bytes& bytes_;
};

// `value` is that of the pixel data of a file that has other bytes before it.
Result<std::vector<FrameFragments>> frames_in(const Bytes& value, std::uint32_t number_of_frames) {
  constexpr std::size_t before = 20;
  Bytes file(before + value.size());
  std::ranges::copy(value, file.begin() + before);
  std::vector<std::uint8_t> window;
  MemorySource source(file, window);
  return find_frames(source, {.offset = before,
                              .length = value.size(),
                              .number_of_frames = number_of_frames,
                              .kind = PixelData::Kind::encapsulated});
}

// The frames' bytes, fragments joined, or the problem's code and text.
std::vector<std::string> frames_of(const Bytes& value, std::uint32_t number_of_frames) {
  const Bytes exact(value.begin(), value.end());
  const auto frames = frames_in(exact, number_of_frames);
  if (!frames) {
    return {std::string(reason_code(frames.problem().reason)) + ": " + frames.problem().detail};
  }
  std::vector<std::string> texts;
  for (const FrameFragments& fragments : *frames) {
    std::string& text = texts.emplace_back();
    for (const Fragment& fragment : fragments) {
      if (!text.empty()) text += '+';
      const auto bytes = std::span(exact).subspan(fragment.offset, fragment.length);
      text.append(bytes.begin(), bytes.end());
    }
  }
  return texts;
}

Bytes bytes_of(std::string_view text) { return Bytes(text.begin(), text.end()); }

const Bytes ab = bytes_of("ab");
const Bytes cdef = bytes_of("cdef");
const Bytes gh = bytes_of("gh");

TEST(FindFrames, TakesAFragmentAFrameWhenTheCountsAgree) {
  EXPECT_THAT(frames_of(encapsulate({}, {ab, cdef, gh}), 3), ElementsAre("ab", "cdef", "gh"));
}

TEST(FindFrames, TakesAllFragmentsForASingleFrame) {
  EXPECT_THAT(frames_of(encapsulate({}, {ab, cdef, gh}), 1), ElementsAre("ab+cdef+gh"));
  EXPECT_THAT(frames_of(encapsulate({7, 7}, {ab, cdef}), 1), ElementsAre("ab+cdef"));
}

TEST(FindFrames, FollowsTheBasicOffsetTable) {
  EXPECT_THAT(frames_of(encapsulate({0, 10}, {ab, cdef, gh}), 2), ElementsAre("ab", "cdef+gh"));
  EXPECT_THAT(frames_of(encapsulate({0, 22}, {ab, cdef, gh}), 2), ElementsAre("ab+cdef", "gh"));
}

TEST(FindFrames, IgnoresAnOffsetTableThatPointsBetweenFragments) {
  EXPECT_THAT(frames_of(encapsulate({0, 9}, {ab, cdef}), 2), ElementsAre("ab", "cdef"));
  EXPECT_THAT(frames_of(encapsulate({10, 0}, {ab, cdef}), 2), ElementsAre("ab", "cdef"));
  EXPECT_THAT(frames_of(encapsulate({0, 0xFFFFFFF0}, {ab, cdef}), 2), ElementsAre("ab", "cdef"));
  EXPECT_THAT(frames_of(encapsulate({0}, {ab, cdef}), 2), ElementsAre("ab", "cdef"));
}

TEST(FindFrames, TellsFramesApartByTheStartOfEachCodestream) {
  const Bytes start = {0xFF, 0xD8, 'x', 'y'};
  const auto frames = frames_in(encapsulate({}, {start, ab, start, ab, cdef}), 2);
  ASSERT_TRUE(frames.ok());
  EXPECT_EQ(frames.value().at(0).size(), 2U);
  EXPECT_EQ(frames.value().at(1).size(), 3U);
}

TEST(FindFrames, TellsFramesApartByTheEndOfEachCodestream) {
  const Bytes end = {'z', 0xFF, 0xD9, 0};
  const auto frames = frames_in(encapsulate({}, {ab, cdef, end, ab, end}), 2);
  ASSERT_TRUE(frames.ok());
  EXPECT_EQ(frames.value().at(0).size(), 3U);
  EXPECT_EQ(frames.value().at(1).size(), 2U);
}

TEST(FindFrames, DropsEmptyFragmentsWhenTheyAreTooMany) {
  EXPECT_THAT(frames_of(encapsulate({}, {ab, {}, cdef}), 2), ElementsAre("ab", "cdef"));
}

TEST(FindFrames, RefusesFragmentsThatNothingTellsApart) {
  EXPECT_THAT(frames_of(encapsulate({}, {ab, cdef, gh}), 2),
              ElementsAre(HasSubstr("malformed: 3 fragments for 2 frames")));
}

TEST(FindFrames, RefusesFewerFragmentsThanFrames) {
  EXPECT_THAT(frames_of(encapsulate({}, {ab}), 4000000000U),
              ElementsAre(HasSubstr("pixel_data_short: 1 fragments for 4000000000 frames")));
  EXPECT_THAT(frames_of(encapsulate({}, {}), 1), ElementsAre(HasSubstr("0 fragments for 1")));
}

TEST(FindFrames, ToleratesAMissingDelimiterAndTrailingBytes) {
  Bytes value = encapsulate({}, {ab, cdef});
  value.erase(value.end() - 8, value.end());
  EXPECT_THAT(frames_of(value, 2), ElementsAre("ab", "cdef"));
  for (const int byte : {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}) value.push_back(static_cast<uint8_t>(byte));
  EXPECT_THAT(frames_of(value, 2), ElementsAre("ab", "cdef"));
}

TEST(FindFrames, ReadsFragmentsOfOddLength) {
  EXPECT_THAT(frames_of(encapsulate({}, {bytes_of("abc"), gh}), 2), ElementsAre("abc", "gh"));
}

TEST(FindFrames, StepsOverAPaddingByteThatWasNotCounted) {
  Bytes value;
  append_item(value, {});
  append_item(value, bytes_of("abc"));
  value.push_back(0);
  append_item(value, gh);
  EXPECT_THAT(frames_of(value, 2), ElementsAre("abc", "gh"));
}

TEST(FindFrames, RefusesAFragmentThatLeavesTheValue) {
  Bytes value = encapsulate({}, {ab, cdef});
  value.erase(value.end() - 9, value.end());
  EXPECT_THAT(frames_of(value, 2),
              ElementsAre("pixel_data_short: a fragment of 4 bytes at offset 18 of the pixel data, "
                          "where 3 bytes are left"));
  value.resize(8);
  value[4] = 0xFF;
  EXPECT_THAT(frames_of(value, 1), ElementsAre(HasSubstr("pixel_data_short: a fragment of 255")));
}

TEST(FindFrames, RefusesAValueThatIsNotEncapsulated) {
  EXPECT_THAT(frames_of({}, 1), ElementsAre(HasSubstr("malformed: encapsulated pixel data of 0")));
  EXPECT_THAT(frames_of(Bytes(100, 7), 1), ElementsAre(HasSubstr("malformed")));
}

TEST(FindFrames, KeepsEveryFragmentInsideADamagedValue) {
  const Bytes start = {0xFF, 0xD8, 1, 2};
  const Bytes value = encapsulate({0, 24}, {start, cdef, start, gh, start});
  std::mt19937 random(7);
  for (int i = 0; i < 5000; ++i) {
    Bytes damaged = value;
    damaged.resize(1 + random() % value.size());
    for (auto n = random() % 5; n > 0; --n) {
      damaged[random() % damaged.size()] = static_cast<std::uint8_t>(random());
    }
    const auto frames = frames_in(damaged, static_cast<std::uint32_t>(random() % 6));
    if (!frames) continue;
    for (const FrameFragments& fragments : *frames) {
      for (const Fragment& fragment : fragments) {
        ASSERT_LE(fragment.offset, damaged.size());
        ASSERT_LE(fragment.length, damaged.size() - fragment.offset);
      }
    }
  }
}

}  // namespace
}  // namespace dcmflow
