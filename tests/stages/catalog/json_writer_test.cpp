#include "stages/catalog/json_writer.h"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

TEST(JsonWriter, WritesNullForNumbersThatJsonHasNot) {
  const std::string folder = testing::TempDir();
  auto json = JsonWriter::create(folder, "numbers.txt");
  json->values(std::vector<double>{std::numeric_limits<double>::quiet_NaN(),
                                   std::numeric_limits<double>::infinity(), 1e300, 0.1});
  ASSERT_TRUE(json->commit().ok());
  std::ifstream file(folder + "/numbers.txt");
  std::string line;
  std::getline(file, line);
  EXPECT_EQ(line, "[null, null, 1e+300, 0.1]");
}

TEST(JsonWriter, IndentsLinesAndKeepsOneLineContainersTogether) {
  const std::string folder = testing::TempDir();
  auto json = JsonWriter::create(folder, "layout.txt");
  json->object().key("empty").object().end().key("line").object(JsonWriter::Layout::one_line);
  json->member("a", 1)
      .key("b")
      .array()
      .value("x")
      .value(true)
      .end()
      .end()
      .key("rows")
      .array()
      .null()
      .end()
      .end();
  ASSERT_TRUE(json->commit().ok());
  std::ifstream file(folder + "/layout.txt");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(text,
            "{\n  \"empty\": {},\n  \"line\": {\"a\": 1, \"b\": [\"x\", true]},\n  \"rows\": [\n   "
            " null\n  ]\n}\n");
}

// What `write` makes of both kinds of writer, which must agree.
std::string written(const std::function<void(JsonWriter&)>& write) {
  const TemporaryFolder folder;
  auto json = JsonWriter::create(folder.path(), "file.txt");
  write(*json);
  EXPECT_TRUE(json->commit().ok());
  std::ifstream file(folder / "file.txt", std::ios::binary);
  std::string in_file{std::istreambuf_iterator<char>(file), {}};
  auto text = JsonWriter::to_text();
  write(text);
  EXPECT_EQ(text.take_text(), in_file);
  return in_file;
}

TEST(JsonWriter, GoesBackToAMark) {
  constexpr auto one_line = JsonWriter::Layout::one_line;
  const auto text = written([](JsonWriter& json) {
    json.array(one_line);
    const auto first = json.mark();
    json.object().key("half").array().value(1);
    json.go_back(first);
    json.value(1);
    const auto second = json.mark();
    json.value(2).object().key("half");
    json.go_back(second);
    json.value(3);
    json.go_back(json.mark());
    json.end();
  });
  EXPECT_EQ(text, "[1, 3]\n");
}

// What lies behind the mark has partly reached the file.
TEST(JsonWriter, GoesBackOverMoreThanItsBuffer) {
  const auto text = written([](JsonWriter& json) {
    json.array();
    for (const int kept : {1, 2, 3}) {
      const auto mark = json.mark();
      json.array();
      for (int i = 0; i < 100; ++i) json.value(std::string(10'000, 'x')).array().end();
      json.go_back(mark);
      json.value(kept);
    }
    json.end();
  });
  EXPECT_EQ(text, "[\n  1,\n  2,\n  3\n]\n");
}

TEST(JsonWriter, WritesNoMoreTextThanItMay) {
  auto json = JsonWriter::to_text(1000);
  json.array();
  EXPECT_FALSE(json.is_failed());
  for (int i = 0; i < 1000; ++i) json.array().value(std::string(1000, 'x')).end();
  EXPECT_TRUE(json.is_failed());
  EXPECT_EQ(json.status().problem().reason, Reason::exceeds_memory);
  EXPECT_LT(json.take_text().size(), 300'000U) << "what is behind the limit is not kept";
}

}  // namespace
}  // namespace dcmflow
