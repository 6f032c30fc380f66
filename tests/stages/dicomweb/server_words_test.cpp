#include "stages/dicomweb/server_words.h"

#include <gmock/gmock.h>

namespace dcmflow {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ServerWords, OfAPlaceSchemeAndHostAreTold) {
  EXPECT_EQ(place_words("http://127.0.0.1:8042/dicom-web/Doe?name=Doe"), "http://127.0.0.1:8042");
  EXPECT_EQ(place_words("HTTPS://Doe:x@pacs.example.org#Doe"), "HTTPS://pacs.example.org");
  EXPECT_EQ(place_words("https://[::1]:8042"), "https://[::1]:8042");
}

TEST(ServerWords, OfWhatIsNoPlaceTheLength) {
  EXPECT_EQ(place_words("/Doe^John"), "a Location of 9 characters");
  for (const std::string& url : {std::string("Doe"), std::string("https://Doe^John/"),
                                 std::string("https:///Doe"), std::string("Doe://host/"),
                                 std::string("https://\nDoe"), "http://" + std::string(300, 'D')})
    EXPECT_THAT(place_words(url), HasSubstr("a Location of ")) << url;
}

TEST(ServerWords, OfATypeItsNameWhereItIsKnown) {
  EXPECT_EQ(type_words("Text/HTML; charset=Doe"), "text/html");
  EXPECT_EQ(type_words("application/dicom+json"), "application/dicom+json");
  EXPECT_EQ(type_words(""), "of no type");
  EXPECT_EQ(type_words("text/Doe"), "of a type of 8 characters");
  EXPECT_THAT(type_words("Doe; text/html"), Not(HasSubstr("Doe")));
}

}  // namespace
}  // namespace dcmflow
