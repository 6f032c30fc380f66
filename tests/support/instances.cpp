#include "tests/support/instances.h"

#include <filesystem>
#include <stdexcept>

#include "stages/base/open_path.h"
#include "stages/decode_header.h"
#include "stages/dicom/open_file.h"
#include "stages/dicom/suv_attributes.h"
#include "stages/group_series.h"

namespace dcmflow {

namespace {

Result<InstancePtr> decode_by(const HeaderPlan& plan, const std::string& path) {
  static HeaderInterner interner;
  const std::filesystem::path file(path);
  auto found = share<File>();
  found->root = std::make_shared<const std::string>(file.parent_path().string());
  found->name = file.filename().string();
  struct stat status {};
  if (stat_path(path, status) != 0) throw std::runtime_error(path + ": not there");
  found->size = static_cast<std::uint64_t>(status.st_size);
  found->version = version_of(status);
  return decode_header(found, plan, interner);
}

InstancePtr taken(const Result<InstancePtr>& instance) {
  if (!instance)
    throw std::runtime_error(std::string(reason_code(instance.problem().reason)) + ": " +
                             instance.problem().detail);
  return *instance;
}

AttributeTable table_with_suv() {
  AttributeTable table;
  add_suv_attributes(table);
  return table;
}

}  // namespace

Result<InstancePtr> decode_path(const std::string& path) {
  static const AttributeTable table;
  static const HeaderPlan plan(table);
  return decode_by(plan, path);
}

InstancePtr decode_built(const DicomBuilder& file, const std::string& path,
                         std::string_view transfer_syntax) {
  file.save(path, transfer_syntax);
  return taken(decode_path(path));
}

InstancePtr decode_for_suv(const DicomBuilder& file, const std::string& path) {
  static const AttributeTable table = table_with_suv();
  static const HeaderPlan plan(table);
  file.save(path);
  return taken(decode_by(plan, path));
}

SeriesPtr series_of(const std::vector<std::string>& paths) {
  GroupSeries groups;
  for (const auto& path : paths) {
    auto instance = decode_path(path);
    if (!instance) throw std::runtime_error(path + ": " + instance.problem().detail);
    groups.add(*instance);
  }
  const auto series = groups.finish();
  if (series.size() != 1)
    throw std::runtime_error("expected 1 series, found " + std::to_string(series.size()));
  return series.front();
}

}  // namespace dcmflow
