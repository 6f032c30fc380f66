#include "test-data/archive.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <stdexcept>
#include <string_view>

#include "test-data/body.h"
#include "test-data/other_objects.h"

namespace dcmflow {
namespace {

struct Plane {
  std::string_view name;
  std::array<double, 3> row, column;
};

// The oblique plane turns 30° about x, then 20° about z.
constexpr Plane axial{"axial", {1, 0, 0}, {0, 1, 0}};
constexpr Plane sagittal{"sagittal", {0, 1, 0}, {0, 0, -1}};
constexpr Plane coronal{"coronal", {1, 0, 0}, {0, 0, -1}};
constexpr Plane oblique{
    "oblique", {0.939692620786, 0.342020143326, 0}, {-0.296198132726, 0.813797681349, 0.5}};

// A kind of series that archives are made of. Fields of view and gaps in mm.
struct SeriesKind {
  std::string_view modality;
  const Plane& plane;
  std::string_view transfer_syntax;
  unsigned columns, rows, slices;
  double width, height, slice_spacing;
  double slope, intercept;
};

constexpr SeriesKind mixed_series[] = {
    {"CT", axial, transfer_syntax::explicit_little, 96, 80, 30, 67.2, 64, 2.5, 1, -1024},
    {"MR", sagittal, transfer_syntax::implicit_little, 64, 72, 24, 60, 90, 3, 1, 0},
    {"CT", axial, transfer_syntax::jpeg_lossless_sv1, 80, 80, 16, 60, 50, 5, 1, -1024},
    {"MR", oblique, transfer_syntax::jpeg_2000_lossless, 64, 48, 20, 50, 45, 1.5, 1, 0},
    {"MR", coronal, transfer_syntax::rle, 72, 64, 22, 80, 64, 2, 1, 0},
    {"CT", oblique, transfer_syntax::jpeg_ls, 64, 64, 18, 48, 56, 1.25, 1, -1024},
    {"MR", axial, transfer_syntax::deflated, 56, 64, 25, 56, 48, 2.2, 1, 0},
    {"PT", axial, transfer_syntax::explicit_big, 48, 48, 20, 96, 84, 4, 0.5, 0},
};
constexpr SeriesKind ct_series{
    "CT", axial, transfer_syntax::explicit_little, 512, 512, 120, 360, 360, 2.5, 1, -1024};
constexpr SeriesKind mr_series{
    "MR", sagittal, transfer_syntax::explicit_little, 128, 128, 100, 220, 220, 2, 1, 0};

// What a kind of archive is when the settings do not say otherwise.
struct ArchiveKind {
  std::string_view name;
  std::span<const SeriesKind> series_kinds;
  unsigned series, studies;
  unsigned header_elements;
  std::string_view content;
  bool has_other_files;
};

constexpr ArchiveKind archive_kinds[] = {
    {"mixed", mixed_series, 8, 4, 24, "ramp", true},
    {"ct", {&ct_series, 1}, 16, 4, 60, "body", false},
    {"mr", {&mr_series, 1}, 80, 8, 290, "body", false},
};

const ArchiveKind& find_kind(std::string_view name) {
  const auto* kind = std::ranges::find(archive_kinds, name, &ArchiveKind::name);
  if (kind == std::end(archive_kinds))
    throw std::runtime_error("kind " + std::string(name) + ", expected mixed, ct or mr");
  return *kind;
}

unsigned or_default(unsigned asked, unsigned otherwise) { return asked != 0 ? asked : otherwise; }

// The first voxel of a volume whose middle lies at the origin of the patient's coordinates.
std::array<double, 3> centred_origin(const PhantomSeries& series) {
  const auto& r = series.row;
  const auto& c = series.column;
  const std::array<double, 3> normal{r[1] * c[2] - r[2] * c[1], r[2] * c[0] - r[0] * c[2],
                                     r[0] * c[1] - r[1] * c[0]};
  std::array<double, 3> origin{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double middle = r[axis] * series.column_spacing * (series.columns - 1) +
                          c[axis] * series.row_spacing * (series.rows - 1) +
                          normal[axis] * series.slice_spacing * (series.slices - 1);
    origin[axis] = std::round(-middle / 2 * 1000) / 1000;
  }
  return origin;
}

// Encoders that take unsigned values of few bits only (PS3.5 A.4.1; DCMTK's near-lossless JPEG-LS).
void fit_stored_type(PhantomSeries& series) {
  const std::string_view syntax = series.transfer_syntax;
  if (syntax == transfer_syntax::jpeg_baseline) {
    series.bits_allocated = series.bits_stored = 8;
    series.rescale_slope = 16;
  } else if (syntax == transfer_syntax::jpeg_extended || syntax == transfer_syntax::jpeg_ls_near) {
    series.bits_stored = 12;
  } else {
    return;
  }
  series.is_signed = false;
  series.rescale_intercept = -1024;
}

PhantomSeries make_phantom(const SeriesKind& kind, const ArchiveKind& archive,
                           const ArchiveSettings& settings, unsigned study, unsigned number) {
  PhantomSeries series;
  const std::string patient = std::to_string(study / 2 + 1);  // two studies a patient
  series.modality = kind.modality;
  series.study_uid = "2.25.7001." + std::to_string(settings.seed) + "." + std::to_string(study + 1);
  series.series_uid = series.study_uid + "." + std::to_string(number + 1);
  series.patient_name = "Phantom^Patient " + patient;
  series.patient_id = "PHANTOM-" + patient;
  series.study_description = "Phantom study " + std::to_string(study + 1);
  series.series_description = std::string(kind.modality) + " " + std::string(kind.plane.name);
  series.columns = or_default(settings.columns, kind.columns);
  series.rows = or_default(settings.rows, kind.rows);
  series.slices = or_default(settings.slices, kind.slices);
  series.column_spacing = kind.width / series.columns;
  series.row_spacing = kind.height / series.rows;
  series.slice_spacing = kind.slice_spacing;
  series.row = kind.plane.row;
  series.column = kind.plane.column;
  series.origin = centred_origin(series);
  series.rescale_slope = kind.slope;
  series.rescale_intercept = kind.intercept;
  series.header_elements = settings.header_elements < 0
                               ? archive.header_elements
                               : static_cast<unsigned>(settings.header_elements);
  series.seed = settings.seed * 1000003 + number + 1;
  series.transfer_syntax =
      settings.transfer_syntax.empty() ? kind.transfer_syntax : settings.transfer_syntax;
  fit_stored_type(series);
  const std::string_view content =
      settings.content.empty() ? archive.content : std::string_view(settings.content);
  if (content == "body")
    series.value = body(kind.modality == "CT", kind.width * 0.45, kind.height * 0.36, series.seed);
  if (settings.headers_only) series.value = [](const auto&) { return 0.0; };
  return series;
}

// Whose voxels are the end of the file as they stand.
bool is_native(std::string_view syntax) {
  return syntax == transfer_syntax::explicit_little || syntax == transfer_syntax::implicit_little ||
         syntax == transfer_syntax::explicit_big;
}

ArchiveFile text_file(std::string name, std::string_view text) {
  return {std::move(name), {text.begin(), text.end()}};
}

// The slice that would follow the last one, cut off in the middle of its pixels.
ArchiveFile broken_file(const ArchiveSeries& series) {
  PhantomSeries next = series.phantom;
  next.first_number = next.slices + 1;
  next.origin[2] += next.slice_spacing * next.slices;  // the first series is axial
  next.slices = 1;
  auto bytes = phantom_slice(next, phantom_header(next), 0).bytes();
  bytes.erase(bytes.end() - std::ptrdiff_t{next.rows} * next.columns / 2, bytes.end());
  return {series.folder + "/cut-off.dcm", std::move(bytes)};
}

std::vector<ArchiveFile> make_other_files(const std::vector<ArchiveSeries>& series) {
  const ArchiveSeries& first = series.front();
  const ArchiveSeries& last = series.back();
  return {{first.folder + "/contours.dcm",
           structure_set(first.phantom, first.phantom.study_uid + ".901").bytes()},
          {last.folder + "/report.dcm",
           structured_report(last.phantom, last.phantom.study_uid + ".902").bytes()},
          broken_file(first),
          text_file("notes.txt", "Synthetic data. Nobody was scanned.\n")};
}

}  // namespace

Archive plan_archive(const ArchiveSettings& settings) {
  const ArchiveKind& kind = find_kind(settings.kind);
  const unsigned series = or_default(settings.series, kind.series);
  const unsigned studies = std::min(or_default(settings.studies, kind.studies), series);
  Archive archive;
  for (unsigned i = 0; i < series; ++i) {
    const auto study = static_cast<unsigned>(std::uint64_t{i} * studies / series);
    std::string folder =
        "patient" + std::to_string(study / 2 + 1) + "/study" + std::to_string(study + 1);
    // Every other study lies flat in one folder, as exports often do.
    if (study % 2 == 0) folder += "/series" + std::to_string(i + 1);
    const SeriesKind& series_kind = kind.series_kinds[i % kind.series_kinds.size()];
    auto phantom = make_phantom(series_kind, kind, settings, study, i);
    if (settings.headers_only && !is_native(phantom.transfer_syntax))
      throw std::runtime_error("headers only: the transfer syntax " + phantom.transfer_syntax +
                               " has no native frames; kind ct or mr has, or --transfer-syntax");
    archive.series.push_back({std::move(phantom), folder});
  }
  archive.headers_only = settings.headers_only;
  if (kind.has_other_files) archive.other_files = make_other_files(archive.series);
  return archive;
}

Archive plan_sample() {
  PhantomSeries ct;
  ct.study_uid = "2.25.7000.1";
  ct.series_uid = "2.25.7000.1.1";
  ct.patient_name = "Phantom^Sample One";
  ct.patient_id = "PHANTOM-1";
  ct.study_description = "Phantom CT";
  ct.series_description = "CT axial";
  ct.columns = 64;
  ct.rows = 48;
  ct.slices = 19;
  ct.rescale_intercept = -1024;
  ct.origin = centred_origin(ct);

  PhantomSeries mr = ct;
  mr.modality = "MR";
  mr.study_uid = "2.25.7000.2";
  mr.series_uid = "2.25.7000.2.1";
  mr.patient_name = "Phantom^Sample Two";
  mr.patient_id = "PHANTOM-2";
  mr.study_description = "Phantom MR";
  mr.series_description = "MR oblique";
  mr.slices = 21;
  mr.slice_spacing = 1.5;
  mr.column_spacing = 0.9;
  mr.row = oblique.row;
  mr.column = oblique.column;
  mr.rescale_intercept = 0;
  mr.seed = 2;
  mr.origin = centred_origin(mr);

  Archive archive;
  archive.series = {{ct, "study1/series1"}, {mr, "study2/series1"}};
  const std::string contours_uid = ct.study_uid + ".2";
  archive.other_files = {
      {"study1/series2/" + contours_uid + ".dcm", structure_set(ct, contours_uid).bytes()}};
  return archive;
}

}  // namespace dcmflow
