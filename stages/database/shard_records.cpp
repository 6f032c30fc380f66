#include "stages/database/shard_records.h"

#include <algorithm>

#include "stages/base/output_place.h"
#include "stages/base/plain_name.h"
#include "stages/database/fingerprint.h"
#include "stages/database/record_bytes.h"

namespace dcmflow {
namespace {

Problem other_bytes() {
  return {Reason::catalogue_failed, {}, "a record of a shard is not what was stored"};
}

void write_problems(RecordWriter& out, std::span<const Problem> problems) {
  out.number(std::uint64_t{problems.size()});
  for (const auto& problem : problems) write_whole_problem(out, problem);
}

std::vector<Problem> read_problems(RecordReader& in) {
  const auto count = in.count();
  std::vector<Problem> problems;
  problems.reserve(count);
  for (std::size_t i = 0; i < count && !in.failed(); ++i)
    problems.push_back(read_whole_problem(in));
  return problems;
}

}  // namespace

std::string store_planned_series(std::string_view headers, std::span<const ShardImage> images,
                                 SeriesSize size) {
  RecordWriter out;
  out.number(size.instances);
  out.number(size.name_bytes);
  out.number(std::uint64_t{images.size()});
  for (const auto& image : images) {
    out.text(image.stem);
    out.number(std::uint64_t{image.is_chosen});
  }
  out.text(headers);
  return out.take();
}

Result<std::string_view> load_planned_images(std::string_view bytes, GivenInput& input) {
  RecordReader in(record_of(bytes));
  ++input.all.series;
  input.all.size.instances += in.number();
  input.all.size.name_bytes += in.number();
  auto& images = input.images.emplace_back(in.count());
  input.all.images += images.size();
  for (auto& image : images) {
    image.stem = in.text();
    input.all.stem_bytes += image.stem.size();
    image.is_chosen = in.flag();
    if (!is_plain_path(image.stem)) return other_bytes();
  }
  const auto headers = in.text();
  if (in.failed() || !in.at_end()) return other_bytes();
  return headers;
}

Status load_planned_headers(std::string_view headers,
                            const std::shared_ptr<const std::string>& root,
                            const AttributeTable& table, HeaderInterner& interner,
                            GivenInput& input) {
  auto loaded = load_headers(record_of(headers), root, table, interner);
  if (!loaded) return loaded.problem();
  std::ranges::move(loaded->instances, std::back_inserter(input.instances));
  input.digests.merge(loaded->digests);
  return Done{};
}

std::string store_found_files(const FoundFiles& found) {
  RecordWriter out;
  out.number(found.files);
  out.number(found.began_ns);
  out.text(found.fingerprint);
  out.number(std::uint64_t{found.others.size()});
  for (const auto& file : found.others) write_file(out, *file);
  write_problems(out, found.problems);
  write_problems(out, found.naming);
  return out.take();
}

Result<FoundFiles> load_found_files(std::span<const std::uint8_t> bytes,
                                    const std::shared_ptr<const std::string>& root) {
  RecordReader in(bytes);
  FoundFiles found;
  found.files = in.number();
  found.began_ns = in.number();
  found.fingerprint = in.text();
  found.others.resize(in.count());
  for (auto& file : found.others) file = read_file(in, root);
  found.problems = read_problems(in);
  found.naming = read_problems(in);
  if (in.failed() || !in.at_end()) return other_bytes();
  return found;
}

std::string store_images(std::span<const TriedImage> images, std::span<const SideFile> sidecars) {
  RecordWriter out;
  out.number(std::uint64_t{images.size()});
  for (const auto& image : images) {
    out.text(image.stem);
    out.text(image.made_of);
    out.number(std::uint64_t{image.file != nullptr});
    if (image.file != nullptr)
      out.text(store_image(*image.file, image.made_of, image.overview));
    else
      write_whole_problem(out, *image.problem);
    write_problems(out, image.unreadable);
  }
  out.number(std::uint64_t{sidecars.size()});
  for (const auto& sidecar : sidecars) {
    out.text(sidecar.name);
    out.text(sidecar.made_of);
    out.number(sidecar.bytes);
    out.number(static_cast<std::uint64_t>(sidecar.modified_ns));
  }
  return out.take();
}

// A sidecar is called as its image, with one of three extensions.
Result<std::vector<std::pair<std::string, std::string>>> split_images(
    std::span<const std::uint8_t> bytes) {
  RecordReader in(bytes);
  std::vector<std::pair<std::string, std::string>> split;
  const auto images = in.count();
  for (std::size_t i = 0; i < images && !in.failed(); ++i) {
    RecordWriter out;
    out.number(std::uint64_t{1});
    const std::string stem(in.text());
    out.text(stem);
    out.text(in.text());
    const bool is_made = in.flag();
    out.number(std::uint64_t{is_made});
    if (is_made)
      out.text(in.text());
    else
      write_whole_problem(out, read_whole_problem(in));
    write_problems(out, read_problems(in));
    out.number(std::uint64_t{0});
    split.emplace_back(stem, out.take());
  }
  const auto sidecars = in.count();
  for (std::size_t i = 0; i < sidecars && !in.failed(); ++i) {
    RecordWriter out;
    out.number(std::uint64_t{0});
    out.number(std::uint64_t{1});
    const std::string name(in.text());
    out.text(name);
    out.text(in.text());
    out.number(in.number());
    out.number(in.number());
    split.emplace_back(name.substr(0, name.rfind('.')), out.take());
  }
  if (in.failed() || !in.at_end()) return other_bytes();
  return split;
}

Status MadeImages::load(std::span<const std::uint8_t> bytes, const std::string& folder) {
  RecordReader in(bytes);
  const auto count = in.count();
  for (std::size_t i = 0; i < count && !in.failed(); ++i) {
    std::string stem(in.text());
    std::string made_of(in.text());
    Row row;
    row.folder = folder;
    if (in.flag()) {
      row.image = load_image(record_of(in.text()));
      if (!row.image || !std::ranges::all_of(row.image->file.file_names, is_plain_path))
        return other_bytes();
    } else {
      row.problem = read_whole_problem(in);
    }
    row.unreadable = read_problems(in);
    rows_.emplace(std::pair(std::move(stem), std::move(made_of)), std::move(row));
  }
  const auto sidecars = in.count();
  for (std::size_t i = 0; i < sidecars && !in.failed(); ++i) {
    SideFile file;
    file.name = in.text();
    file.made_of = in.text();
    file.bytes = in.number();
    file.modified_ns = static_cast<std::int64_t>(in.number());
    if (!is_plain_path(file.name)) return other_bytes();
    const auto name = file.name;
    sidecars_.emplace(name, Sidecar{std::move(file), folder});
  }
  if (in.failed() || !in.at_end()) return other_bytes();
  return Done{};
}

const MadeImages::Row* MadeImages::find(const std::string& stem, const std::string& made_of) const {
  const auto found = rows_.find({stem, made_of});
  return found == rows_.end() ? nullptr : &found->second;
}

bool MadeImages::has_tried(const std::string& stem) const {
  const auto first = rows_.lower_bound({stem, {}});
  return first != rows_.end() && first->first.first == stem;
}

std::vector<const MadeImages::Row*> MadeImages::images() const {
  std::vector<const Row*> images;
  for (const auto& [key, row] : rows_)
    if (row.image) images.push_back(&row);
  return images;
}

const MadeImages::Sidecar* MadeImages::find_sidecar(const std::string& name,
                                                    const std::string& made_of) const {
  const auto found = sidecars_.find(name);
  const bool is_there = found != sidecars_.end() && found->second.file.made_of == made_of;
  return is_there ? &found->second : nullptr;
}

std::string find_changed(const MadeImages::Sidecar& sidecar) {
  const auto& [name, made_of, bytes, modified_ns] = sidecar.file;
  const bool is_same = is_as_written(sidecar.folder, name, bytes, modified_ns);
  return is_same ? std::string() : sidecar.folder + '/' + name;
}

std::string find_changed(const MadeImages::Row& row) {
  const auto& file = row.image->file;
  std::string path;
  for (std::size_t i = 0; i < file.file_names.size(); ++i) {
    path = row.folder + '/' + file.file_names[i];
    if (!is_as_written(row.folder, file.file_names[i], file.file_bytes[i], file.modified_ns[i]))
      return path;
  }
  if (file.sha256.empty()) return {};
  // The voxels' file is the last.
  const auto found = fingerprint_of_file(path);
  return found && *found == file.sha256 ? std::string() : path;
}

}  // namespace dcmflow
