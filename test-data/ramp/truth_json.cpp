#include <array>
#include <charconv>

#include "test-data/ramp/truth.h"

namespace dcmflow::cases {
namespace {

// JSON by hand: this folder has no JSON library, and the values are numbers and plain words.
class JsonText {
 public:
  JsonText& key(std::string_view name) {
    comma();
    text_.append("\"").append(name).append("\": ");
    after_key_ = true;
    return *this;
  }
  void open(char bracket) {
    comma();
    text_ += bracket;
    first_ = true;
  }
  void close(char bracket) {
    text_ += bracket;
    first_ = false;
  }
  void number(double value) {
    comma();
    std::array<char, 40> digits{};
    text_.append(digits.data(),
                 std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
  }
  void word(std::string_view value) {
    comma();
    text_ += '"';
    for (const char c : value) {
      if (c == '"' || c == '\\') text_ += '\\';
      text_ += c;
    }
    text_ += '"';
  }
  void truth(bool value) {
    comma();
    text_ += value ? "true" : "false";
  }
  template <class Numbers>
  void numbers(const Numbers& values) {
    open('[');
    for (const auto value : values) number(value);
    close(']');
  }
  std::string text() && { return std::move(text_); }

 private:
  void comma() {
    if (!first_ && !after_key_) text_ += ", ";
    first_ = after_key_ = false;
  }
  std::string text_;
  bool first_ = true, after_key_ = false;
};

void write(JsonText& json, const ExpectedImage& image) {
  constexpr std::string_view kinds[] = {"grey", "mask", "colour"};
  json.open('{');
  json.key("size").numbers(image.size);
  json.key("origin").numbers(image.origin);
  json.key("steps").open('[');
  for (const Vector& step : image.steps) json.numbers(step);
  json.close(']');
  json.key("offsets").numbers(image.offsets);
  json.key("scale").number(image.scaling.scale);
  json.key("constant").number(image.scaling.constant);
  json.key("tolerance").number(image.tolerance);
  json.key("kind").word(kinds[static_cast<std::size_t>(image.kind)]);
  json.key("sheared").truth(image.is_sheared);
  json.key("any_slices").truth(image.any_slices);
  json.key("any_order").truth(image.any_order);
  json.key("labelled").numbers(image.labelled);
  json.key("directions").open('[');
  for (const Vector& direction : image.directions) json.numbers(direction);
  json.close(']');
  json.key("verdict").word(image.verdict);
  json.close('}');
}

void write(JsonText& json, const std::vector<ExpectedImage>& images) {
  json.open('[');
  for (const ExpectedImage& image : images) write(json, image);
  json.close(']');
}

void write(JsonText& json, const std::vector<std::string>& words) {
  json.open('[');
  for (const auto& word : words) json.word(word);
  json.close(']');
}

}  // namespace

std::string to_json(const Truth& truth) {
  JsonText json;
  json.open('{');
  json.key("name").word(truth.name);
  json.key("group").word(truth.group);
  json.key("rule").word(truth.rule);
  json.key("images");
  write(json, truth.images);
  json.key("also_right").open('[');
  for (const auto& images : truth.also_right) write(json, images);
  json.close(']');
  json.key("refused").open('[');
  for (const auto& [name, reason] : truth.refused) {
    json.open('{');
    json.key("file").word(name);
    json.key("reason").word(reason);
    json.close('}');
  }
  json.close(']');
  json.key("flags");
  write(json, truth.flags);
  json.key("options");
  write(json, truth.options);
  json.close('}');
  return std::move(json).text() + "\n";
}

}  // namespace dcmflow::cases
