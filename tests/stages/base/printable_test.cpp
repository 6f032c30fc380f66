#include "stages/base/printable.h"

#include <gtest/gtest.h>

namespace dcmflow {
namespace {

TEST(Printable, KeepsValidUtf8AndEscapesTheRest) {
  EXPECT_EQ(printable("Kopf_\xC3\xA9_\xE8\x84\x91_\xF0\x9F\xA7\xA0.dcm"),
            "Kopf_\xC3\xA9_\xE8\x84\x91_\xF0\x9F\xA7\xA0.dcm");
  EXPECT_EQ(printable("a\\b"), "a\\\\b");
  EXPECT_EQ(printable(std::string_view("\0\t\x1B\x7F", 4)), "\\x00\\x09\\x1B\\x7F");
  EXPECT_EQ(printable("\xC2\x9B"), "\\xC2\\x9B") << "a C1 control character";
  EXPECT_EQ(printable("\xC2\xA0"), "\xC2\xA0");
  EXPECT_EQ(printable(""), "");
}

TEST(Printable, EscapesEveryKindOfInvalidUtf8) {
  EXPECT_EQ(printable("\x80"), "\\x80") << "a stray continuation byte";
  EXPECT_EQ(printable("\xC0\xAF"), "\\xC0\\xAF") << "an overlong form";
  EXPECT_EQ(printable("\xE0\x80\xAF"), "\\xE0\\x80\\xAF") << "an overlong form";
  EXPECT_EQ(printable("\xF0\x80\x80\xAF"), "\\xF0\\x80\\x80\\xAF") << "an overlong form";
  EXPECT_EQ(printable("\xED\xA0\x80"), "\\xED\\xA0\\x80") << "a surrogate";
  EXPECT_EQ(printable("\xF4\x90\x80\x80"), "\\xF4\\x90\\x80\\x80") << "above U+10FFFF";
  EXPECT_EQ(printable("\xE8\x84"), "\\xE8\\x84") << "cut short";
  EXPECT_EQ(printable("\xE8\x84x"), "\\xE8\\x84x") << "cut short, then text";
  EXPECT_EQ(printable("\xFF\xFE"), "\\xFF\\xFE");
}

}  // namespace
}  // namespace dcmflow
