#include "stages/database/stored_headers.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "stages/database/fingerprint.h"
#include "stages/database/record_bytes.h"

namespace dcmflow {
namespace {

// What the interner makes the header of.
void write_shared(RecordWriter& out, const SharedHeader& header, bool has_tiles) {
  out.text(header.values.packed());
  out.text(header.transfer_syntax_uid);
  for (const bool flag : {header.encoding.explicit_vr, header.encoding.big_endian,
                          header.encoding.deflated, header.has_modality_lut})
    out.number(std::uint64_t{flag});
  out.number(std::uint64_t{has_tiles ? header.layout.rows : std::uint16_t{0}});
  out.number(std::uint64_t{has_tiles ? header.layout.columns : std::uint16_t{0}});
  out.number(std::uint64_t{header.referenced_instances});
  out.text(header.study_uid_is_made ? std::string_view(header.study_instance_uid) : "");
}

SharedHeaderSource read_shared(RecordReader& in, std::size_t attributes) {
  constexpr std::uint16_t most = 0xFFFF;
  SharedHeaderSource source;
  source.values = in.values(attributes);
  source.transfer_syntax_uid = in.text();
  for (bool* const flag : {&source.encoding.explicit_vr, &source.encoding.big_endian,
                           &source.encoding.deflated, &source.has_modality_lut})
    *flag = in.flag();
  source.tile_rows = in.number_up_to(most);
  source.tile_columns = in.number_up_to(most);
  source.referenced_instances = in.number_up_to(std::uint32_t{0xFFFFFFFF});
  source.made_study_uid = in.text();
  return source;
}

void write_pixel_data(RecordWriter& out, const PixelData& pixels) {
  for (const std::uint64_t number :
       {pixels.offset, pixels.length, std::uint64_t{pixels.number_of_frames},
        static_cast<std::uint64_t>(pixels.kind), std::uint64_t{pixels.in_words},
        std::uint64_t{pixels.tiles_across}})
    out.number(number);
}

PixelData read_pixel_data(RecordReader& in) {
  PixelData pixels;
  pixels.offset = in.number();
  pixels.length = in.number();
  pixels.number_of_frames = in.number_up_to(std::uint32_t{0xFFFFFFFF});
  pixels.kind = static_cast<PixelData::Kind>(
      in.number_up_to(static_cast<std::uint8_t>(PixelData::Kind::float64)));
  pixels.in_words = in.flag();
  pixels.tiles_across = in.number_up_to(std::uint16_t{0xFFFF});
  return pixels;
}

void write_instance(RecordWriter& out, const Instance& instance, std::size_t shared) {
  write_file(out, *instance.file);
  out.number(std::uint64_t{shared});
  out.text(instance.values.packed());
  write_pixel_data(out, instance.pixel_data);
  out.number(std::uint64_t{instance.frames() != nullptr});
  if (instance.frames()) {
    out.number(std::uint64_t{instance.frames()->size()});
    for (const auto& frame : *instance.frames()) out.text(frame.packed());
  }
  out.number(std::uint64_t{instance.defect() != nullptr});
  if (instance.defect()) write_problem(out, *instance.defect());
}

void write_digests(RecordWriter& out, const FrameDigests& digests, const Instance& instance) {
  const auto found = digests.find(&instance);
  const auto count = found == digests.end() ? 0 : found->second.size();
  out.number(std::uint64_t{count});
  for (std::size_t i = 0; i < count; ++i) {
    const auto& [number, sha256] = found->second[i];
    out.number(std::uint64_t{number});
    out.text({reinterpret_cast<const char*>(sha256.data()), sha256.size()});
  }
}

std::vector<FrameDigest> read_digests(RecordReader& in) {
  std::vector<FrameDigest> digests(in.count());
  for (auto& digest : digests) {
    digest.number = in.number_up_to(std::uint32_t{0xFFFFFFFF});
    const auto bytes = in.text();
    if (bytes.size() == digest.sha256.size())
      std::ranges::copy(bytes, digest.sha256.begin());
    else
      in.fail();
  }
  return digests;
}

using Headers = std::vector<std::shared_ptr<const SharedHeader>>;

SharedPtr<Instance> read_instance(RecordReader& in, const Headers& headers, std::size_t attributes,
                                  const std::shared_ptr<const std::string>& root) {
  auto instance = share<Instance>();
  instance->file = read_file(in, root);
  const auto shared = in.number();
  if (shared < headers.size())
    instance->shared = headers[shared];
  else
    in.fail();
  instance->values = in.values(attributes);
  instance->pixel_data = read_pixel_data(in);
  if (in.flag()) {
    std::vector<AttributeValues> frames(in.count());
    for (auto& frame : frames) frame = in.values(attributes);
    instance->extras.made().frames =
        std::make_unique<const std::vector<AttributeValues>>(std::move(frames));
  }
  if (in.flag())
    instance->extras.made().defect =
        std::make_unique<const Problem>(read_problem(in, instance->file->name));
  return instance;
}

}  // namespace

std::string headers_fingerprint(const AttributeTable& table) {
  std::string text = DCMFLOW_VERSION;
  for (const auto& row : table.rows()) {
    text +=
        '\n' + std::to_string(row.tag) + row.vr + std::to_string(row.repeats) + row.private_creator;
    for (const auto& step : row.path)
      text += '/' + std::to_string(step.tag) + '[' + std::to_string(step.item);
  }
  return fingerprint(text);
}

std::string store_headers(std::span<const InstancePtr> instances, const FrameDigests& digests) {
  std::unordered_map<const SharedHeader*, std::size_t> places;
  std::vector<const Instance*> firsts;  // the first instance of each header
  for (const auto& instance : instances)
    if (places.emplace(instance->shared.get(), places.size()).second)
      firsts.push_back(instance.get());
  RecordWriter out;
  out.number(std::uint64_t{firsts.size()});
  for (const auto* first : firsts)
    write_shared(out, *first->shared, first->pixel_data.tiles_across != 0);
  out.number(std::uint64_t{instances.size()});
  for (const auto& instance : instances) {
    write_instance(out, *instance, places.at(instance->shared.get()));
    write_digests(out, digests, *instance);
  }
  return out.take();
}

Result<StoredHeaders> load_headers(std::span<const std::uint8_t> bytes,
                                   const std::shared_ptr<const std::string>& root,
                                   const AttributeTable& table, HeaderInterner& interner) {
  RecordReader in(bytes);
  const auto attributes = table.rows().size();
  Headers headers(in.count());
  for (auto& header : headers) header = interner.intern(read_shared(in, attributes));
  StoredHeaders stored;
  stored.instances.resize(in.count());
  for (auto& instance : stored.instances) {
    instance = read_instance(in, headers, attributes, root);
    if (auto digests = read_digests(in); !digests.empty())
      stored.digests.emplace(instance.get(), std::move(digests));
  }
  if (in.failed() || !in.at_end())
    return Problem{Reason::catalogue_failed, {}, "its headers are not what was stored"};
  return stored;
}

}  // namespace dcmflow
