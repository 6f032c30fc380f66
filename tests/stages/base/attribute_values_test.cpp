#include "stages/base/attribute_values.h"

#include <gtest/gtest.h>

namespace dcmflow {
namespace {

TEST(AttributeValuesTest, HoldTextsOfAnyLength) {
  AttributeValues values;
  std::vector<std::string> texts;
  for (const std::size_t length : {0, 1, 254, 255, 256, 65'535, 65'536, 200'000, 3})
    texts.emplace_back(length, static_cast<char>('a' + texts.size()));
  for (std::size_t i = 0; i < texts.size(); ++i)
    values.add(static_cast<AttributeIndex>(1000 * i), texts[i]);
  for (std::size_t i = 0; i < texts.size(); ++i)
    EXPECT_EQ(values.find(static_cast<AttributeIndex>(1000 * i)), texts[i]) << texts[i].size();
  EXPECT_FALSE(values.find(1));
  std::size_t count = 0;
  values.for_each([&](AttributeIndex attribute, std::string_view text) {
    EXPECT_EQ(attribute, 1000 * count);
    EXPECT_EQ(text, texts[count++]);
  });
  EXPECT_EQ(count, texts.size());
}

TEST(AttributeValuesTest, ComeBackFromTheirBytesAndFromNoOthers) {
  AttributeValues values;
  values.add(3, "short");
  values.add(7, std::string(70'000, 'x'));
  values.add(5, "");
  const std::string packed(values.packed());
  EXPECT_EQ(AttributeValues::unpack(packed, 8), values);
  EXPECT_EQ(AttributeValues::unpack("", 8), AttributeValues());
  EXPECT_FALSE(AttributeValues::unpack(packed, 7)) << "attribute 7 is none of seven";
  // But for the beginnings of entries, where there are fewer of them.
  for (std::size_t size = 1; size < packed.size(); size += size < 20 ? 1 : 977)
    if (size != 8) {
      EXPECT_FALSE(AttributeValues::unpack(packed.substr(0, size), 8)) << size;
    }
}

}  // namespace
}  // namespace dcmflow
