#include "stages/dicomweb/multipart_reader.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace dcmflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr auto content_type = "multipart/related; type=\"application/dicom\"; boundary=b";

// Keeps the parts that are whole.
class Parts : public PartReceiver {
 public:
  Status begin_part(std::optional<std::uint64_t> bytes) override {
    lengths.push_back(bytes);
    text.clear();
    return Done{};
  }
  Status take(std::string_view bytes) override {
    text += bytes;
    if (text.size() > most) return Problem{Reason::disk_full, {}, "no more"};
    return Done{};
  }
  Status end_part() override {
    whole.push_back(text);
    return Done{};
  }

  std::size_t most = 1'000'000;
  std::string text;
  std::vector<std::string> whole;
  std::vector<std::optional<std::uint64_t>> lengths;
};

// Reads the body in pieces of so many bytes; how it ended.
Status read(Parts& parts, const std::string& body, std::size_t piece,
            const char* type = content_type) {
  auto reader = MultipartReader::of(type, parts);
  if (!reader) return reader.problem();
  for (std::size_t at = 0; at < body.size(); at += piece)
    if (auto status = reader->read(std::string_view(body).substr(at, piece)); !status)
      return status;
  return reader->end();
}

std::string part(const std::string& text, const std::string& head = "") {
  return "\r\n--b\r\nContent-Type: application/dicom\r\n" + head + "\r\n" + text;
}
std::string counted_part(const std::string& text) {
  return part(text, "content-length: " + std::to_string(text.size()) + "\r\n");
}
const std::string last = "\r\n--b--";

TEST(MultipartReader, GivesEachPartWhateverThePiecesAre) {
  const std::string body = "preamble" + part("one\r\n--") + counted_part("two\r\n--b\r\n") +
                           part("") + counted_part("") + last + "\r\nepilogue";
  for (std::size_t piece = 1; piece <= body.size(); ++piece) {
    Parts parts;
    EXPECT_TRUE(read(parts, body, piece).ok()) << piece;
    EXPECT_THAT(parts.whole, ElementsAre("one\r\n--", "two\r\n--b\r\n", "", "")) << piece;
  }
}

TEST(MultipartReader, TellsTheLengthThatAPartPromises) {
  Parts parts;
  EXPECT_TRUE(read(parts, part("a") + counted_part("bc") + last, 7).ok());
  EXPECT_THAT(parts.lengths, ElementsAre(std::nullopt, std::optional<std::uint64_t>(2)));
}

TEST(MultipartReader, TakesWhatTheStandardsLeaveOpen) {
  for (const auto* type :
       {"Multipart/Related; boundary=b", "multipart/related;boundary=\"b\"; type=\"x; boundary=c\"",
        "multipart/related; type=\"application/dicom\"; start=\"a\\\"\"; BOUNDARY = b"}) {
    Parts parts;
    EXPECT_TRUE(read(parts, "--b \t\r\n\r\nx" + last, 3, type).ok()) << type;
    EXPECT_THAT(parts.whole, ElementsAre("x")) << type;
  }
  Parts none;
  EXPECT_TRUE(read(none, "--b--", 2).ok());
  EXPECT_THAT(none.whole, IsEmpty());
}

TEST(MultipartReader, NoticesACutAtEveryByte) {
  const std::string body = part("one") + counted_part("two") + last;
  for (std::size_t size = 0; size < body.size(); ++size) {
    Parts parts;
    const auto status = read(parts, body.substr(0, size), 5);
    ASSERT_FALSE(status.ok()) << size;
    EXPECT_EQ(status.problem().reason, Reason::transfer_cut) << size;
  }
}

TEST(MultipartReader, RefusesWhatBreaksTheRules) {
  const std::string long_text(100'000, 'x');
  for (const auto& [body, words] : std::vector<std::pair<std::string, std::string>>{
           {part("abc", "Content-Length: 2\r\n") + last, "no delimiter is behind them"},
           {part("abc", "Content-Length: 4\r\n") + last + "\r\n--b--", "no delimiter"},
           {part("", "Content-Length: -1\r\n"), "expected one number"},
           {part("", "Content-Length: 99999999999999999999\r\n"), "expected one number"},
           {part("", "Content-Length: 1\r\nContent-Length: 2\r\n"), "expected one number"},
           {part("", "nonsense\r\n"), "expected NAME: VALUE"},
           {part("", "Content-Transfer-Encoding: base64\r\n"), "expected binary"},
           {"--b\r\nContent-Type: application/dicom+json\r\n\r\n", "expected application/dicom"},
           {"--bc\r\n\r\n", "more behind it"},
           {"--b-\r\n\r\n", "more behind it"},
           {"--b" + std::string(80, ' ') + "\r\n\r\n", "more behind it"},
           {part("", "A: " + long_text), "head of a part has more"},
           {long_text, "outside of all parts"},
           {part("x") + last + long_text, "outside of all parts"}}) {
    for (const std::size_t piece : {1, 13, 1'000'000}) {
      Parts parts;
      const auto status = read(parts, body, piece);
      ASSERT_FALSE(status.ok()) << body.substr(0, 90);
      EXPECT_EQ(status.problem().reason, Reason::answer_invalid) << body.substr(0, 90);
      EXPECT_THAT(status.problem().detail, HasSubstr(words));
    }
  }
}

TEST(MultipartReader, RefusesAnswersThatAreNoMultipart) {
  Parts parts;
  for (const std::string& type :
       {std::string(""), std::string("text/html"), std::string("multipart/mixed; boundary=b"),
        std::string("multipart/related"), std::string("multipart/related; boundary=\"\""),
        std::string("multipart/related; boundary=\"a\x01\""),
        std::string("multipart/related; boundary=\"a \""),
        "multipart/related; boundary=" + std::string(71, 'b')}) {
    const auto reader = MultipartReader::of(type, parts);
    ASSERT_FALSE(reader.ok()) << type;
    EXPECT_EQ(reader.problem().reason, Reason::answer_invalid);
  }
}

TEST(MultipartReader, NoProblemQuotesTheServer) {
  for (const auto& body :
       {part("", "Doe\r\n"), part("", "Content-Length: Doe\r\n"),
        part("", "Content-Transfer-Encoding: Doe\r\n"),
        std::string("--b\r\nContent-Type: Doe\r\n\r\n"), std::string("--bDoe\r\n\r\n")}) {
    Parts parts;
    const auto status = read(parts, body, 7);
    ASSERT_FALSE(status.ok()) << body;
    EXPECT_THAT(status.problem().detail, Not(HasSubstr("Doe"))) << body;
  }
  for (const auto* type : {"Doe", "text/html; Doe", "multipart/related; boundary=\"Doe^John\""}) {
    Parts parts;
    const auto status = read(parts, "", 1, type);
    ASSERT_FALSE(status.ok()) << type;
    EXPECT_THAT(status.problem().detail, Not(HasSubstr("Doe"))) << type;
  }
}

TEST(MultipartReader, EndsWithTheProblemOfWhoReceives) {
  Parts parts;
  parts.most = 10;
  for (const auto& body : {part(std::string(20, 'x')), counted_part(std::string(20, 'x'))}) {
    const auto status = read(parts, body + last, 6);
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.problem().reason, Reason::disk_full);
  }
}

}  // namespace
}  // namespace dcmflow
