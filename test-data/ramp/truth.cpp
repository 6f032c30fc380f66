#include "test-data/ramp/truth.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

namespace dcmflow::cases {
namespace {

// A frame with what its file says of it.
struct Slice {
  const File* file;
  const Frame* frame;
  double distance;  // along the normal
  bool is_there;
};

constexpr double same_position = 1e-6;
constexpr double gradient = 6.2;       // of 2x + 3y + 5z: sqrt(38) a mm
constexpr double float_affine = 0.01;  // of the ramp: NIfTI holds its affine as 32-bit floats

std::vector<Slice> slices_of(const Scene& scene, int image) {
  std::vector<Slice> slices;
  for (const File& file : scene.files)
    for (const Frame& frame : file.frames)
      if (frame.image == image)
        slices.push_back({&file, &frame, dot(frame.position, cross(file.row, file.column)),
                          file.is_written && file.refused.empty()});
  std::ranges::stable_sort(slices, {}, &Slice::distance);
  return slices;
}

// One of each position.
std::vector<Slice> positions(const std::vector<Slice>& slices) {
  std::vector<Slice> result;
  for (const Slice& slice : slices)
    if (result.empty() || slice.distance - result.back().distance > same_position)
      result.push_back(slice);
    else
      result.back().is_there = result.back().is_there || slice.is_there;
  return result;
}

double median_gap(const std::vector<Slice>& slices) {
  std::vector<double> gaps;
  for (std::size_t k = 1; k < slices.size(); ++k)
    gaps.push_back(slices[k].distance - slices[k - 1].distance);
  std::ranges::sort(gaps);
  return gaps[gaps.size() / 2];
}

Kind kind_of(const File& file) {
  if (file.storage.cell == Cell::bit) return Kind::mask;
  return file.storage.colour == Colour::none ? Kind::grey : Kind::colour;
}

// The grid over these positions, which are in order; offsets and tolerance are left.
ExpectedImage grid_over(const std::vector<Slice>& slices) {
  const File& file = *slices.front().file;
  const Vector& first = slices.front().frame->position;
  const Vector normal = cross(file.row, file.column);
  ExpectedImage image{.origin = first, .kind = kind_of(file)};
  unsigned count = 1;
  Vector step = along({}, file.gap, normal);
  if (slices.size() > 1) {
    const double length = slices.back().distance - slices.front().distance;
    count = static_cast<unsigned>(std::lround(length / median_gap(slices))) + 1;
    step = along({}, 1.0 / (count - 1), along(slices.back().frame->position, -1, first));
  }
  image.size = {file.columns, file.rows, count};
  image.steps = {along({}, file.column_spacing, file.row), along({}, file.row_spacing, file.column),
                 step};
  const Vector drift = along(step, -dot(step, normal), normal);
  image.is_sheared = dot(drift, drift) > 1e-6;
  return image;
}

ExpectedImage image_of(const Scene& scene, const Scaling& scaling, const Facts& facts,
                       const std::vector<Slice>& all) {
  ExpectedImage image = grid_over(positions(all));
  image.scaling = scaling;
  image.any_slices = facts.any_slices;
  image.any_order = facts.any_order;
  image.verdict = facts.verdict;
  double step = 0;  // between stored values
  std::map<unsigned, double> offsets;
  for (const Slice& slice : all) {
    offsets[slice.frame->volume] = slice.frame->offset;
    if (slice.file->storage.cell == Cell::integer)
      step = std::max(step, std::abs(slice.frame->slope));
  }
  for (const auto& [volume, offset] : offsets) image.offsets.push_back(offset);
  image.tolerance = step / 2 + facts.tolerance_values + 1e-3 * step +
                    scaling.scale * (float_affine + gradient * facts.tolerance_mm);
  if (facts.is_interpolated || image.is_sheared) image.tolerance += 0.51;
  if (image.kind == Kind::colour) image.tolerance += 1;
  static_cast<void>(scene);
  return image;
}

// Runs of slices that are there with equal gaps: what a program writes that splits instead of
// repairing.
std::vector<ExpectedImage> pieces_of(const Scene& scene, const Scaling& scaling, const Facts& facts,
                                     const std::vector<Slice>& all) {
  std::vector<std::vector<Slice>> runs;
  for (const Slice& slice : all) {
    if (!slice.is_there) {
      if (!runs.empty() && !runs.back().empty()) runs.emplace_back();
      continue;
    }
    if (runs.empty()) runs.emplace_back();
    auto& run = runs.back();
    const auto places = positions(run);
    const auto count = places.size();
    if (count >= 2) {
      const double gap = places[1].distance - places[0].distance;
      const double next = slice.distance - places.back().distance;
      if (next > same_position && std::abs(next - gap) > gap / 100) {
        runs.push_back({slice});
        continue;
      }
    }
    run.push_back(slice);
  }
  std::vector<ExpectedImage> pieces;
  for (const auto& run : runs)
    if (!run.empty()) pieces.push_back(image_of(scene, scaling, facts, run));
  return pieces;
}

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

Truth truth_of(const Scene& scene, const Scaling& scaling) {
  Truth truth{.flags = scene.flags, .options = scene.options};
  std::set<int> images;
  for (const File& file : scene.files) {
    for (const Frame& frame : file.frames)
      if (frame.image != no_image) images.insert(frame.image);
    const auto& reason = scene.refused.empty() ? file.refused : scene.refused;
    if (file.is_written && !reason.empty()) truth.refused.push_back({file.name, reason});
  }
  std::vector<ExpectedImage> pieces;
  bool is_in_pieces = false;
  for (const int number : images) {
    const auto slices = slices_of(scene, number);
    const auto facts = scene.facts.contains(number) ? scene.facts.at(number) : Facts{};
    truth.images.push_back(image_of(scene, scaling, facts, slices));
    auto parts = pieces_of(scene, scaling, facts, slices);
    is_in_pieces = is_in_pieces || parts.size() != 1;
    pieces.insert(pieces.end(), parts.begin(), parts.end());
  }
  if (is_in_pieces && !pieces.empty()) truth.also_right.push_back(std::move(pieces));
  if (!scene.refused.empty()) {
    truth.also_right.push_back(std::move(truth.images));
    truth.images.clear();
  }
  return truth;
}

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
