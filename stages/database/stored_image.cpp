#include "stages/database/stored_image.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "stages/database/fingerprint.h"
#include "stages/database/record_bytes.h"

namespace dcmflow {
namespace {

void write_vector(RecordWriter& out, const Vector3& vector) {
  for (const double number : vector) out.number(number);
}

void write_texts(RecordWriter& out, const std::vector<std::string>& texts) {
  out.number(std::uint64_t{texts.size()});
  for (const auto& text : texts) out.text(text);
}

std::vector<std::string> read_texts(RecordReader& in) {
  std::vector<std::string> texts(in.count());
  for (auto& text : texts) text = in.text();
  return texts;
}

void write_grid(RecordWriter& out, const Grid& grid) {
  for (const auto size : grid.size) out.number(std::uint64_t{size});
  for (const auto& vector :
       {grid.spacing, grid.origin, grid.direction[0], grid.direction[1], grid.direction[2]})
    write_vector(out, vector);
  out.number(std::uint64_t{grid.is_sheared});
  out.number(std::uint64_t{grid.is_placed});
}

void write_frame(RecordWriter& out, const Frame& frame) {
  const File& file = *frame.instance->file;
  out.text(file.name);
  for (const auto number : {file.size, file.version.modified, file.version.changed})
    out.number(number);
  out.number(std::uint64_t{frame.number});
  out.number(static_cast<std::uint64_t>(frame.table));
  write_vector(out, frame.position);
  out.number(frame.slope);
  out.number(frame.intercept);
  out.number(std::uint64_t{frame.is_turned});
}

void write_key(RecordWriter& out, const VolumeKey& key) {
  out.text(key.value);
  out.number(std::uint64_t{key.time.has_value()});
  out.number(key.time.value_or(0));
  out.number(std::uint64_t{key.diffusion.has_value()});
  if (!key.diffusion) return;
  out.number(key.diffusion->b_value);
  out.number(std::uint64_t{key.diffusion->direction.has_value()});
  write_vector(out, key.diffusion->direction.value_or(Vector3{}));
}

void write_recipe(RecordWriter& out, const SliceRecipe& recipe) {
  out.number(std::uint64_t{recipe.lower});
  out.number(std::uint64_t{recipe.upper});
  out.number(recipe.upper_weight);
  for (const double shift : recipe.shift) out.number(shift);
}

template <class Range, class Write>
void write_all_of(RecordWriter& out, const Range& range, Write&& write) {
  out.number(std::uint64_t{range.size()});
  for (const auto& one : range) write(out, one);
}

// What was seen of the voxels.
void write_values(RecordWriter& out, const ValueRange& values) {
  out.number(values.least);
  out.number(values.greatest);
  for (const bool flag : {values.integral, values.rounded, values.recoloured, values.masked})
    out.number(std::uint64_t{flag});
}

ValueRange read_values(RecordReader& in) {
  ValueRange values;
  values.least = in.real();
  values.greatest = in.real();
  for (bool* const flag : {&values.integral, &values.rounded, &values.recoloured, &values.masked})
    *flag = in.flag();
  return values;
}

void write_overview(RecordWriter& out, const Overview& overview) {
  out.number(std::uint64_t{overview.pictures.size()});
  for (const Picture& picture : overview.pictures) {
    out.text(picture.plane);
    for (const double size : picture.size_mm) out.number(size);
    for (const auto& letters : picture.letters) out.text(letters);
    out.text(picture.png);
  }
  for (const double value : overview.window) out.number(value);
  out.number(std::uint64_t{overview.window_of_header});
  for (const double value : overview.range) out.number(value);
  out.number(std::uint64_t{overview.histogram.size()});
  for (const auto count : overview.histogram) out.number(std::uint64_t{count});
}

OverviewPtr read_overview(RecordReader& in) {
  Overview overview;
  overview.pictures.resize(in.count());
  for (Picture& picture : overview.pictures) {
    picture.plane = in.text();
    for (double& size : picture.size_mm) size = in.real();
    for (auto& letters : picture.letters) letters = in.text();
    picture.png = in.text();
  }
  for (double& value : overview.window) value = in.real();
  overview.window_of_header = in.flag();
  for (double& value : overview.range) value = in.real();
  overview.histogram.resize(in.count());
  for (auto& count : overview.histogram)
    count = in.number_up_to(std::numeric_limits<std::uint32_t>::max());
  return std::make_shared<const Overview>(std::move(overview));
}

}  // namespace

std::string image_fingerprint(const Stack& stack, std::string_view format, bool with_sha256) {
  RecordWriter out;
  for (const auto text : {std::string_view(DCMFLOW_VERSION), format,
                          std::string_view(stack.image_stem), std::string_view(stack.dimension)})
    out.text(text);
  out.number(std::uint64_t{with_sha256});
  write_grid(out, stack.grid);
  out.number(std::uint64_t{stack.volumes});
  out.number(stack.background);
  out.number(static_cast<std::uint64_t>(stack.first_type));
  out.number(std::uint64_t{stack.kept_stored.has_value()});
  const auto stored = stack.kept_stored.value_or(Rescale{});
  out.number(stored.slope);
  out.number(stored.intercept);
  // They do not change voxels; what stands in the record with them is to be true, though.
  out.number(static_cast<std::uint64_t>(stack.verdict));
  write_texts(out, stack.flags);
  write_all_of(out, stack.frames, write_frame);
  write_all_of(out, stack.volume_keys, write_key);
  write_all_of(out, stack.recipes, write_recipe);
  return fingerprint(out.take());
}

std::string store_image(const ImageFile& image, std::string_view made_of,
                        const OverviewPtr& overview) {
  RecordWriter out;
  out.text(made_of);
  out.number(static_cast<std::uint64_t>(image.type));
  write_values(out, image.values);
  out.text(image.name);
  out.text(image.sha256);
  write_texts(out, image.file_names);
  for (const auto bytes : image.file_bytes) out.number(bytes);
  for (const auto time : image.modified_ns) out.number(static_cast<std::uint64_t>(time));
  out.number(static_cast<std::uint64_t>(image.stack->verdict));
  write_texts(out, image.stack->flags);
  if (overview) write_overview(out, *overview);
  return out.take();
}

std::optional<StoredImage> load_image(std::span<const std::uint8_t> stored) {
  RecordReader in(stored);
  StoredImage image;
  image.made_of = in.text();
  image.file.type =
      static_cast<VoxelType>(in.number_up_to(static_cast<std::uint8_t>(VoxelType::rgb24)));
  image.file.values = read_values(in);
  image.file.name = in.text();
  image.file.sha256 = in.text();
  image.file.file_names = read_texts(in);
  for (std::size_t i = 0; i < image.file.file_names.size(); ++i)
    image.file.file_bytes.push_back(in.number());
  for (std::size_t i = 0; i < image.file.file_names.size(); ++i)
    image.file.modified_ns.push_back(static_cast<std::int64_t>(in.number()));
  image.verdict =
      static_cast<Verdict>(in.number_up_to(static_cast<std::uint8_t>(Verdict::partial)));
  image.flags = read_texts(in);
  if (!in.failed() && !in.at_end()) image.overview = read_overview(in);
  if (in.failed() || !in.at_end()) return std::nullopt;
  return image;
}

ImageFile StoredImage::of(const StackPtr& stack) const {
  auto image = file;
  image.stack = stack;
  if (verdict == stack->verdict && flags == stack->flags) return image;
  auto made = *stack;
  made.verdict = verdict;
  made.flags = flags;
  image.stack = std::make_shared<const Stack>(std::move(made));
  return image;
}

}  // namespace dcmflow
