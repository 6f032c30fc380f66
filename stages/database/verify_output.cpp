#include "stages/database/verify_output.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "stages/base/printable.h"
#include "stages/catalog/json_writer.h"
#include "stages/catalog/result_claims.h"
#include "stages/database/catalogue_schema.h"
#include "stages/database/fingerprint.h"
#include "stages/database/query_catalogue.h"
#include "stages/formats/read_image_header.h"

namespace dcmflow {
namespace {

// What a catalogue says of an image: its files with their sizes, and its hash.
struct CatalogueImage {
  std::map<std::string, std::int64_t> sizes;
  std::string sha256;
  std::int64_t slices = 0;
  std::array<std::int64_t, 4> dimensions{};
  Vector3 spacing{}, origin{};
};

const ImageFormat* format_of(const std::string& file) {
  const ImageFormat* found = nullptr;
  for (const ImageFormat& format : image_formats())
    if (file.ends_with(format.extension) &&
        (!found || format.extension.size() > found->extension.size()))
      found = &format;
  return found;
}

template <class Numbers>
std::string words(const Numbers& numbers) {
  auto json = JsonWriter::to_text();
  json.values(numbers);
  auto text = json.take_text();
  text.pop_back();
  return text;
}

// A header of NIfTI-1 holds floats.
bool is_near(const Vector3& a, const Vector3& b, double scale) {
  constexpr double relative = 1e-5;
  for (std::size_t i = 0; i < 3; ++i)
    if (!(std::abs(a[i] - b[i]) <= relative * std::max(scale, std::abs(b[i])))) return false;
  return true;
}

class Verifier {
 public:
  explicit Verifier(const std::string& folder) : folder_(folder) {}

  Result<Verification> verify();

 private:
  void differs(const std::string& file, std::string what) {
    answer_.differences.push_back({file, std::move(what)});
  }
  template <class Claim>
  std::optional<Claim> take(Result<std::optional<Claim>> read, const char* name);
  Status read_catalogue_images(Database& database);
  void check_catalogue_runs(Database& database, const ReportClaim& report);
  void check_image(const VolumeClaim& claim);
  std::optional<std::uint64_t> check_file(const std::string& name, const CatalogueImage* known);
  void check_header(const VolumeClaim& claim, const ImageFormat& format);
  void check_grid(const VolumeClaim& claim, const ImageHeader& found);
  void check_sha256(const VolumeClaim& claim, const CatalogueImage* known);
  void check_catalogue_image(const VolumeClaim& claim, const CatalogueImage& known);
  void check_lists();
  void check_report(const ReportClaim& report);

  const std::string& folder_;
  Verification answer_;
  std::vector<VolumeClaim> volumes_;
  std::set<std::string> image_names_;
  std::map<std::string, CatalogueImage> catalogue_;
};

template <class Claim>
std::optional<Claim> Verifier::take(Result<std::optional<Claim>> read, const char* name) {
  if (!read) {
    differs(name, "cannot be read: " + read.problem().detail);
    return std::nullopt;
  }
  if (!*read) differs(name, "is not there");
  return std::move(*read);
}

Status Verifier::read_catalogue_images(Database& database) {
  auto images = database.prepare(
      "SELECT i.name, i.sha256, i.columns, i.rows, i.slices, i.volumes, "
      "(SELECT count(*) FROM slices l WHERE l.image = i.id), f.name, f.size, i.column_spacing, "
      "i.row_spacing, i.slice_spacing, i.origin_x, i.origin_y, i.origin_z "
      "FROM images i JOIN image_files f ON f.image = i.id");
  if (!images) return images.problem();
  for (;;) {
    const auto row = images->next();
    if (!row) return row.problem();
    if (!*row) return Done{};
    CatalogueImage& image = catalogue_[images->text(0)];
    image.sha256 = images->text(1);
    for (int i = 0; i < 4; ++i)
      image.dimensions[static_cast<std::size_t>(i)] = images->integer(2 + i);
    image.slices = images->integer(6);
    image.sizes[images->text(7)] = images->integer(8);
    for (int i = 0; i < 3; ++i) {
      image.spacing[static_cast<std::size_t>(i)] = images->real(9 + i);
      image.origin[static_cast<std::size_t>(i)] = images->real(12 + i);
    }
  }
}

// That it is there, a regular file, and as large as the catalogue says; its size.
std::optional<std::uint64_t> Verifier::check_file(const std::string& name,
                                                  const CatalogueImage* known) {
  struct stat found {};
  if (lstat((folder_ + '/' + name).c_str(), &found) != 0) {
    differs(name, "is not there");
    return std::nullopt;
  }
  if (!S_ISREG(found.st_mode)) {
    differs(name, "is no regular file");
    return std::nullopt;
  }
  const auto size = static_cast<std::uint64_t>(found.st_size);
  ++answer_.files;
  answer_.bytes += size;
  if (!known) return size;
  const auto expected = known->sizes.find(name);
  if (expected == known->sizes.end())
    differs(name, "is not in the catalogue");
  else if (static_cast<std::uint64_t>(expected->second) != size)
    differs(name, "has " + std::to_string(size) + " bytes, the catalogue says " +
                      std::to_string(expected->second));
  return size;
}

void Verifier::check_image(const VolumeClaim& claim) {
  ++answer_.images;
  const auto found = catalogue_.find(claim.file);
  const CatalogueImage* const known = found == catalogue_.end() ? nullptr : &found->second;
  if (answer_.has_catalogue && !known) differs(claim.file, "is not in the catalogue");
  bool is_there = !claim.files.empty();
  for (const auto& name : claim.files) {
    if (!image_names_.insert(name).second) differs(name, "is named twice in volumes.json");
    is_there &= check_file(name, known).has_value();
  }
  if (known) check_catalogue_image(claim, *known);
  const ImageFormat* const format = format_of(claim.file);
  if (!format) differs(claim.file, "has the name of no image format");
  if (!is_there || !format) return;
  if (can_read_header(*format)) check_header(claim, *format);
  check_sha256(claim, known);
}

void Verifier::check_catalogue_image(const VolumeClaim& claim, const CatalogueImage& known) {
  const auto& size = claim.grid.size;
  const std::array<std::int64_t, 4> dimensions{size[0], size[1], size[2], claim.volumes};
  if (dimensions != known.dimensions)
    differs(claim.file, "volumes.json says " + words(dimensions) + ", the catalogue " +
                            words(known.dimensions));
  if (!is_near(known.spacing, claim.grid.spacing, 0))
    differs(claim.file, "volumes.json says spacing " + words(claim.grid.spacing) +
                            ", the catalogue " + words(known.spacing));
  if (claim.grid.is_placed && !is_near(known.origin, claim.grid.origin, 1))
    differs(claim.file, "volumes.json says origin " + words(claim.grid.origin) +
                            ", the catalogue " + words(known.origin));
  if (static_cast<std::int64_t>(claim.slices) != known.slices)
    differs(claim.file, "volumes.json lists " + std::to_string(claim.slices) +
                            " frames, the catalogue " + std::to_string(known.slices));
  if (claim.sha256 != known.sha256)
    differs(claim.file, "volumes.json and the catalogue say two SHA-256");
}

void Verifier::check_header(const VolumeClaim& claim, const ImageFormat& format) {
  const auto header = read_image_header(folder_ + '/' + claim.file, format);
  if (!header) return differs(claim.file, header.problem().detail);
  const auto type = voxel_type_name(header->image.type);
  if (type != claim.voxel_type)
    differs(claim.file,
            "its voxels are " + std::string(type) + ", volumes.json says " + claim.voxel_type);
  check_grid(claim, header->image);
  const auto& size = header->image.grid.size;
  const bool is_raw_file = !format.gzip && format.header_place == HeaderPlace::own_file;
  if (is_raw_file && claim.files.size() == 2) {
    if (!header->voxel_file.empty() && header->voxel_file != claim.files[1])
      differs(claim.file, "its voxels are in " + printable(header->voxel_file) +
                              ", volumes.json says " + printable(claim.files[1]));
    const auto expected = std::uint64_t{size[0]} * size[1] * size[2] * header->image.volumes *
                          voxel_bytes(header->image.type);
    struct stat voxels {};
    if (stat((folder_ + '/' + claim.files[1]).c_str(), &voxels) == 0 &&
        static_cast<std::uint64_t>(voxels.st_size) != expected)
      differs(claim.files[1], "has " + std::to_string(voxels.st_size) + " bytes, its header says " +
                                  std::to_string(expected));
  }
}

void Verifier::check_grid(const VolumeClaim& claim, const ImageHeader& found) {
  const Grid &is = found.grid, &said = claim.grid;
  if (is.size != said.size || found.volumes != claim.volumes)
    return differs(claim.file, "its header says " + words(is.size) + " x " +
                                   std::to_string(found.volumes) + ", volumes.json " +
                                   words(said.size) + " x " + std::to_string(claim.volumes));
  if (!is_near(is.spacing, said.spacing, 0))
    differs(claim.file, "its header says spacing " + words(is.spacing) + ", volumes.json " +
                            words(said.spacing));
  if (!said.is_placed) return;
  if (!is.is_placed) return differs(claim.file, "its header says no place, volumes.json does");
  if (!is_near(is.origin, said.origin, 1))
    differs(claim.file,
            "its header says origin " + words(is.origin) + ", volumes.json " + words(said.origin));
  for (std::size_t i = 0; i < 3; ++i)
    if (!is_near(is.direction[i], said.direction[i], 1))
      differs(claim.file, "its header says direction " + words(is.direction[i]) + " of axis " +
                              std::to_string(i) + ", volumes.json " + words(said.direction[i]));
}

void Verifier::check_sha256(const VolumeClaim& claim, const CatalogueImage* known) {
  const auto& expected = claim.sha256.empty() && known ? known->sha256 : claim.sha256;
  if (expected.empty()) return;
  const auto& voxels = claim.files.back();
  const auto found = fingerprint_of_file(folder_ + '/' + voxels);
  ++answer_.hashed;
  if (!found)
    differs(voxels, "cannot be read: " + found.problem().detail);
  else if (*found != expected)
    differs(voxels, "has SHA-256 " + *found + ", expected " + expected);
}

void Verifier::check_lists() {
  std::set<std::string> main_images, mains_listed, all;
  for (const VolumeClaim& claim : volumes_) {
    all.insert(claim.file);
    if (claim.is_main) main_images.insert(claim.file);
  }
  if (const auto list = take(read_series_images(folder_), "series-images.json")) {
    for (const auto& [key, file] : *list) {
      if (!main_images.contains(file))
        differs("series-images.json", printable(file) + " is no main image of volumes.json");
      mains_listed.insert(file);
    }
    for (const auto& file : main_images)
      if (!mains_listed.contains(file))
        differs("series-images.json", "does not list " + printable(file));
  }
  const auto selected = read_selected_images(folder_);
  if (!selected)
    differs("selected-images.json", "cannot be read: " + selected.problem().detail);
  else if (*selected)
    for (const auto& [key, file] : **selected)
      if (!all.contains(file))
        differs("selected-images.json", printable(file) + " is not in volumes.json");
  for (const auto& [file, image] : catalogue_)
    if (!all.contains(file)) differs(file, "is in the catalogue, not in volumes.json");
}

void Verifier::check_report(const ReportClaim& report) {
  constexpr const char* name = "report.json";
  std::uint64_t sum = 0;
  for (const auto& [code, count] : report.counts) {
    if (code != "discovered") sum += count;
    const auto found = report.found.find(code);
    const auto listed = found == report.found.end() ? 0 : found->second;
    if (listed != count)
      differs(name, "counts " + std::to_string(count) + " files that are " + code + ", and lists " +
                        std::to_string(listed));
  }
  for (const auto& [code, count] : report.found)
    if (!report.counts.contains(code))
      differs(name, "lists " + std::to_string(count) + " files that are " + printable(code) +
                        ", and does not count them");
  const auto discovered = report.counts.find("discovered");
  if (discovered != report.counts.end() && discovered->second != sum)
    differs(name, "discovered " + std::to_string(discovered->second) +
                      " files, the other counts add up to " + std::to_string(sum));
  std::set<std::string> all;
  for (const VolumeClaim& claim : volumes_) all.insert(claim.file);
  for (const auto& image : report.images)
    if (!all.contains(image))
      differs(name,
              "a file is converted into " + printable(image) + ", which is not in volumes.json");
  const bool is_complete = report.status.starts_with("complete");
  const bool has_marker = access((folder_ + "/selected-images.json").c_str(), F_OK) == 0;
  if (is_complete != has_marker)
    differs(name, "says " + report.status + ", and selected-images.json is " +
                      (has_marker ? "there" : "not there"));
}

void Verifier::check_catalogue_runs(Database& database, const ReportClaim& report) {
  const auto exit_code = database.number("SELECT exit_code FROM runs ORDER BY id DESC LIMIT 1");
  const auto files = database.number("SELECT count(*) FROM files");
  if (exit_code && *exit_code != report.exit_code)
    differs("report.json", "tells exit code " + std::to_string(report.exit_code) +
                               ", the catalogue " + std::to_string(*exit_code));
  const auto discovered = report.counts.find("discovered");
  if (files && discovered != report.counts.end() &&
      static_cast<std::uint64_t>(*files) != discovered->second)
    differs("report.json", "discovered " + std::to_string(discovered->second) +
                               " files, the catalogue has " + std::to_string(*files));
}

Result<Verification> Verifier::verify() {
  constexpr const char* catalogue_name = ".dcmflow/catalogue.sqlite";
  std::optional<Database> database;
  const bool is_there = access((folder_ + '/' + catalogue_name).c_str(), F_OK) == 0;
  if (is_there) {
    auto opened = read_catalogue(folder_, Check::every_page);
    auto read = opened ? read_catalogue_images(*opened) : Status(opened.problem());
    if (!read)
      differs(catalogue_name, read.problem().detail);
    else
      database = std::move(*opened);
  }
  answer_.has_catalogue = database.has_value();
  auto volumes = read_volume_claims(folder_);
  if (volumes && !*volumes && !is_there)
    return Problem{Reason::bad_settings, folder_,
                   "holds no results: neither volumes.json nor a catalogue"};
  if (auto claims = take(std::move(volumes), "volumes.json")) volumes_ = std::move(*claims);
  for (const VolumeClaim& claim : volumes_) check_image(claim);
  check_lists();
  if (const auto report = take(read_report_claim(folder_), "report.json")) {
    check_report(*report);
    if (database) check_catalogue_runs(*database, *report);
  }
  return std::move(answer_);
}

}  // namespace

Result<Verification> verify_output(const std::string& folder) { return Verifier(folder).verify(); }

std::string verification_text(const Verification& verification, bool json) {
  if (json) {
    auto writer = JsonWriter::to_text();
    writer.object().member("catalogue", verification.has_catalogue);
    writer.member("images", verification.images).member("files", verification.files);
    writer.member("bytes", verification.bytes).member("hashed", verification.hashed);
    writer.key("differences").array();
    for (const auto& [file, what] : verification.differences)
      writer.object(JsonWriter::Layout::one_line)
          .member("file", printable(file))
          .member("what", what)
          .end();
    writer.end().end();
    return writer.take_text();
  }
  std::string text;
  for (const auto& [file, what] : verification.differences)
    text.append(printable(file)).append(": ").append(what).append("\n");
  const auto count = verification.differences.size();
  text += std::to_string(verification.images) + " images, " + std::to_string(verification.files) +
          " files, " + std::to_string(verification.bytes) + " bytes, " +
          std::to_string(verification.hashed) + " by SHA-256";
  text += verification.has_catalogue ? "" : ", without a catalogue";
  text += count == 0
              ? ": all as it was written\n"
              : ": " + std::to_string(count) + (count == 1 ? " difference\n" : " differences\n");
  return text;
}

}  // namespace dcmflow
