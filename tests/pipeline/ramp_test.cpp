// The geometry of written images, through readers that are not ours: a voxel's value tells where it
// lies.

#include "tests/support/ramp.h"

#include <cmath>

#include "test-data/archive.h"
#include "tests/pipeline/pipeline_scene.h"
#include "tests/support/image_reader.h"

namespace dcmflow {
namespace {

class Ramp : public PipelineScene {};

constexpr const char* formats[] = {"mhd", "nii", "nii.gz"};

// NIfTI holds its affine as 32-bit floats.
void expect_grid(const ReadImage& image, const PhantomSeries& series) {
  constexpr double tolerance = 1e-4;
  const std::array<std::size_t, 3> size{series.columns, series.rows, series.slices};
  const std::array<double, 3> spacing{series.column_spacing, series.row_spacing,
                                      series.slice_spacing};
  EXPECT_EQ(image.size, size);
  EXPECT_EQ(image.volumes, 1U);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    EXPECT_NEAR(image.spacing[axis], spacing[axis], tolerance) << axis;
    EXPECT_NEAR(image.origin[axis], series.origin[axis], tolerance) << axis;
    EXPECT_NEAR(image.direction[0][axis], series.row[axis], tolerance) << axis;
    EXPECT_NEAR(image.direction[1][axis], series.column[axis], tolerance) << axis;
  }
}

TEST_F(Ramp, ComesBackFromEveryImageOfAnArchiveInEveryFormat) {
  make_archive(input);
  const Archive archive = plan_archive({});
  std::map<std::string, std::vector<double>> voxels;
  for (const std::string format : formats) {
    const std::string out = output + format;
    ASSERT_EQ(run_dcmflow({input, out, "--format", format}).exit_status, 0);
    const Json images = read_json(out + "/series-images.json");
    EXPECT_EQ(images.size(), archive.series.size());
    for (const auto& [phantom, ignored] : archive.series) {
      SCOPED_TRACE(format + " " + phantom.series_description);
      ASSERT_TRUE(images.contains(phantom.series_uid));
      EXPECT_EQ(images[phantom.series_uid], phantom.series_uid + "." + format);
      const auto image = read_image(out + "/" + phantom.series_uid + "." + format);
      const auto check = check_ramp(image, phantom.rescale_slope / 2 + 0.01);
      EXPECT_TRUE(check) << check;
      expect_grid(image, phantom);
      const auto& first = voxels.try_emplace(phantom.series_uid, image.voxels).first->second;
      EXPECT_EQ(first, image.voxels) << "not the voxels of " << formats[0];
    }
  }
}

// Series that the archive does not hold: planes turned and mirrored, and how values are stored.
struct Shape {
  const char* name;
  std::array<double, 3> row{1, 0, 0}, column{0, 1, 0};
  double slope = 1, intercept = 0;
  unsigned bits_allocated = 16, bits_stored = 16;
  bool is_signed = true;
  std::array<double, 3> origin{-10, -20, 30};
  double slice_spacing = 2.5;
  const char* type = "short";
};
const Shape shapes[] = {
    {.name = "axial, fine rescale", .slope = 0.25, .intercept = -7, .type = "float"},
    {.name = "axial, feet first, prone", .row = {-1, 0, 0}, .column = {0, 1, 0}},
    {.name = "axial, turned", .row = {0, 1, 0}, .column = {-1, 0, 0}},
    {.name = "sagittal", .row = {0, 1, 0}, .column = {0, 0, -1}},
    {.name = "sagittal, upside down", .row = {0, -1, 0}, .column = {0, 0, 1}},
    {.name = "coronal", .row = {1, 0, 0}, .column = {0, 0, -1}, .intercept = -1024},
    {.name = "oblique", .row = {0.6, 0.8, 0}, .column = {-0.64, 0.48, -0.6}},
    {.name = "oblique, mirrored", .row = {-0.6, 0, 0.8}, .column = {0.64, 0.6, 0.48}},
    {.name = "12 bits", .intercept = -1024, .bits_stored = 12, .is_signed = false},
    {.name = "8 bits",
     .slope = 2,
     .intercept = -100,
     .bits_allocated = 8,
     .bits_stored = 8,
     .is_signed = false},
    {.name = "above 32,767",
     .is_signed = false,
     .origin = {7000, 7000, 0},
     .type = "unsigned_short"},
    {.name = "wide and negative",
     .slope = 4,
     .origin = {0, 0, -7000},
     .slice_spacing = 2000,
     .type = "int"},
};

PhantomSeries series_of(const Shape& shape, unsigned number) {
  PhantomSeries series{.series_uid = "1.2.3." + std::to_string(number), .seed = number};
  series.row = shape.row;
  series.column = shape.column;
  series.rescale_slope = shape.slope;
  series.rescale_intercept = shape.intercept;
  series.bits_allocated = shape.bits_allocated;
  series.bits_stored = shape.bits_stored;
  series.is_signed = shape.is_signed;
  series.origin = shape.origin;
  series.slice_spacing = shape.slice_spacing;
  return series;
}

TEST_F(Ramp, ComesBackFromEveryPlaneAndWayToStoreValues) {
  unsigned number = 0;
  for (const Shape& shape : shapes) write_phantom_series(series_of(shape, ++number), folder / "in");
  for (const std::string format : formats) {
    ASSERT_EQ(convert({"--format", format, "--strict"}).exit_status, 0);
    number = 0;
    for (const Shape& shape : shapes) {
      SCOPED_TRACE(format + " " + shape.name);
      const PhantomSeries series = series_of(shape, ++number);
      const auto image = read_image(output + "/" + series.series_uid + "." + format);
      const auto check = check_ramp(image, shape.slope / 2 + 0.01);
      EXPECT_TRUE(check) << check;
      expect_grid(image, series);
      EXPECT_EQ(image.component_type, shape.type);
    }
  }
}

TEST_F(Ramp, ComesBackFromASingleSlice) {
  const PhantomSeries series{.slices = 1};
  write_phantom_series(series, input);
  ASSERT_EQ(convert({"--format", "nii"}).exit_status, 0);
  const auto image = read_image(output + "/1.2.3.4.nii");
  const auto check = check_ramp(image, 0.51);
  EXPECT_TRUE(check) << check;
  expect_grid(image, series);
}

// Another reader still, and the affine's two forms; nibabel's world is RAS.
constexpr const char* nibabel_script = R"(
import glob, sys, nibabel, numpy
paths = sorted(glob.glob(sys.argv[1] + "/*.nii*"))
for path in paths:
    image = nibabel.load(path)
    qform, qcode = image.get_qform(coded=True)
    sform, scode = image.get_sform(coded=True)
    assert (qcode, scode) == (1, 1), (path, qcode, scode)
    assert numpy.abs(qform - sform).max() < 1e-4, (path, qform, sform)
    voxels = image.get_fdata()
    index = numpy.indices(voxels.shape).reshape(3, -1)
    x, y, z = image.affine[:3, :3] @ index + image.affine[:3, 3:]
    error = numpy.abs(voxels.reshape(-1) - (-2 * x - 3 * y + 5 * z)).max()
    assert error < 0.52, (path, error)
print(len(paths))
)";

TEST_F(Ramp, ComesBackThroughNibabelToo) {
  const auto python = [](std::vector<std::string> rest) {
    rest.insert(rest.begin(), {"/usr/bin/python3", "-c"});
    return run_program({.command = rest});
  };
  if (!std::filesystem::exists("/usr/bin/python3") || python({"import nibabel"}).exit_status != 0)
    GTEST_SKIP() << "nibabel is not installed";
  make_archive(input);
  for (const std::string format : {"nii", "nii.gz"}) {
    ASSERT_EQ(convert({"--format", format}).exit_status, 0);
    const ProgramRun run = python({nibabel_script, output});
    EXPECT_EQ(run.exit_status, 0) << run.errors;
    EXPECT_EQ(run.output, "8\n");
  }
}

}  // namespace
}  // namespace dcmflow
