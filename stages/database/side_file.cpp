#include "stages/database/side_file.h"

#include "stages/catalog/sorted.h"
#include "stages/database/fingerprint.h"
#include "stages/database/record_bytes.h"
#include "stages/database/stored_headers.h"

namespace dcmflow {

std::string study_fingerprint(std::span<const Series* const> study, const AttributeTable& table,
                              bool no_patient) {
  RecordWriter out;
  out.text(headers_fingerprint(table));
  out.number(std::uint64_t{no_patient});
  // They say which attributes are a patient's.
  for (const auto& row : table.rows()) out.number(static_cast<std::uint64_t>(row.level));
  for (const Series* series : study)
    for (const auto& instance : sorted_instances(*series)) {
      const File& file = *instance->file;
      out.text(file.name);
      for (const auto number : {file.size, file.version.modified, file.version.changed})
        out.number(number);
    }
  return fingerprint(out.take());
}

std::string sidecars_fingerprint(std::span<const std::string> images) {
  RecordWriter out;
  for (const auto& image : images) out.text(image);
  return fingerprint(out.take());
}

std::string store_side_file(const SideFile& file) {
  RecordWriter out;
  out.text(file.name);
  out.text(file.made_of);
  out.number(file.bytes);
  out.number(static_cast<std::uint64_t>(file.modified_ns));
  return out.take();
}

SideFile load_side_file(std::string_view record) {
  RecordReader in(record_of(record));
  SideFile file;
  file.name = in.text();
  file.made_of = in.text();
  file.bytes = in.number();
  file.modified_ns = static_cast<std::int64_t>(in.number());
  return file;
}

Status add_side_files(const Database& database, const EachSideFile& each) {
  auto insert = database.prepare("INSERT OR REPLACE INTO side_files VALUES (?, ?, ?, ?)");
  if (!insert) return insert.problem();
  return each([&](const SideFile& file) {
    return insert->run(file.name, file.made_of, file.bytes, file.modified_ns);
  });
}

}  // namespace dcmflow
