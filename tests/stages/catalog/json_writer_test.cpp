#include "stages/catalog/json_writer.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

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

}  // namespace
}  // namespace dcmflow
