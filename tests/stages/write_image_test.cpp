// Whole images of every format, read back by ITK.

#include "stages/write_image.h"

#include <gmock/gmock.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "stages/formats/convert_image.h"
#include "tests/support/image_reader.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

constexpr std::array<Vector3, 3> identity{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};

// An oblique grid: turned by 0.3 about x, then by 0.4 about z.
Grid oblique() {
  const double cx = std::cos(0.3), sx = std::sin(0.3), cz = std::cos(0.4), sz = std::sin(0.4);
  return {{7, 5, 4},
          {0.5, 0.75, 2.5},
          {-120.5, 33.25, 7},
          {{{cz, sz, 0}, {-sz * cx, cz * cx, sx}, {sz * sx, -cz * sx, cx}}}};
}

// Voxel n of the file holds n; the bytes of a colour voxel count on.
template <class Voxel>
std::vector<std::uint8_t> counting(std::size_t count) {
  std::vector<std::uint8_t> bytes(count * sizeof(Voxel));
  for (std::size_t i = 0; i < count; ++i) {
    const auto voxel = static_cast<Voxel>(i);
    std::memcpy(bytes.data() + i * sizeof(Voxel), &voxel, sizeof(Voxel));
  }
  return bytes;
}

std::vector<std::uint8_t> counting(VoxelType type, std::size_t count) {
  switch (type) {
    case VoxelType::int16:
      return counting<std::int16_t>(count);
    case VoxelType::uint16:
      return counting<std::uint16_t>(count);
    case VoxelType::int32:
      return counting<std::int32_t>(count);
    case VoxelType::float32:
      return counting<float>(count);
    case VoxelType::rgb24:
      return counting<std::uint8_t>(3 * count);
  }
  return {};
}

class WrittenImages : public testing::Test {
 protected:
  // The image's file, written slab by slab of one slice, backwards. Each has a name of its own:
  // niftilib takes x.nii for the voxels of x.nii.gz where there is one.
  std::string write(const std::string& format, Stack stack, VoxelType type) {
    stack.image_stem = "1.2." + std::to_string(++images_);
    const auto& size = stack.grid.size;
    const std::size_t slice_voxels = std::size_t{size[0]} * size[1];
    const auto bytes = counting(type, slice_voxels * stack.written_slices());
    const std::size_t slice_bytes = slice_voxels * voxel_bytes(type);
    auto writer = ImageWriter::create(folder.path(), *find_image_format(format),
                                      std::make_shared<const Stack>(stack), type, true);
    if (!writer) throw std::runtime_error(writer.problem().detail);
    for (std::uint32_t k = stack.written_slices(); k-- > 0;) {
      Slab slab{.range = {k, 1}, .type = type, .values = {}, .bytes = Buffer(slice_bytes)};
      std::memcpy(slab.bytes.span().data(), bytes.data() + k * slice_bytes, slice_bytes);
      if (const auto done = (*writer)->write(std::move(slab), nullptr); !done)
        throw std::runtime_error(done.problem().detail);
    }
    auto image = (*writer)->finish();
    if (!image) throw std::runtime_error(image.problem().detail);
    return folder / image->name;
  }

  static void write_bytes(const std::string& path, std::string_view bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
  }

  static std::string content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  static void expect_place(const ReadImage& image, const Grid& grid) {
    for (std::size_t axis = 0; axis < 3; ++axis) {
      EXPECT_EQ(image.size[axis], grid.size[axis]);
      EXPECT_NEAR(image.spacing[axis], grid.spacing[axis], 1e-6);
      EXPECT_NEAR(image.origin[axis], grid.origin[axis], 1e-5);
      for (std::size_t i = 0; i < 3; ++i)
        EXPECT_NEAR(image.direction[axis][i], grid.direction[axis][i], 1e-6) << axis << i;
    }
  }

  static void expect_counting(const ReadImage& image, std::size_t modulus) {
    for (std::size_t i = 0; i < image.voxels.size(); ++i)
      ASSERT_EQ(image.voxels[i], static_cast<double>(i % modulus)) << i;
  }

  TemporaryFolder folder;

 private:
  int images_ = 0;
};

TEST_F(WrittenImages, AreReadByItkInEveryFormatAndVoxelType) {
  const std::vector<std::pair<VoxelType, std::string>> types{{VoxelType::int16, "short"},
                                                             {VoxelType::uint16, "unsigned_short"},
                                                             {VoxelType::int32, "int"},
                                                             {VoxelType::float32, "float"}};
  for (const ImageFormat& format : image_formats())
    for (const auto& [type, name] : types) {
      SCOPED_TRACE(std::string(format.name) + ' ' + name);
      const ReadImage image =
          read_image(write(std::string(format.name), {.grid = oblique()}, type));
      EXPECT_EQ(image.component_type, name);
      EXPECT_EQ(image.components, 1u);
      EXPECT_EQ(image.volumes, 1u);
      expect_place(image, oblique());
      expect_counting(image, 1 << 16);
    }
}

TEST_F(WrittenImages, HoldColourInEveryFormat) {
  for (const ImageFormat& format : image_formats()) {
    SCOPED_TRACE(format.name);
    const ReadImage image =
        read_image(write(std::string(format.name), {.grid = oblique()}, VoxelType::rgb24));
    EXPECT_EQ(image.component_type, "unsigned_char");
    EXPECT_EQ(image.components, 3u);
    EXPECT_EQ(image.voxels.size(), 3u * 7 * 5 * 4);
    expect_place(image, oblique());
    expect_counting(image, 256);
  }
}

TEST_F(WrittenImages, HoldTimeInTheFourthDimensionInEveryFormat) {
  for (const ImageFormat& format : image_formats()) {
    SCOPED_TRACE(format.name);
    const ReadImage image =
        read_image(write(std::string(format.name),
                         {.grid = oblique(),
                          .volumes = 3,
                          .dimension = "time",
                          .volume_keys = {{"1", 0, {}}, {"2", 2.25, {}}, {"3", 4.5, {}}}},
                         VoxelType::int16));
    EXPECT_EQ(image.volumes, 3u);
    EXPECT_NEAR(image.volume_spacing, 2.25, 1e-6);
    expect_place(image, oblique());
    EXPECT_EQ(image.voxels.size(), 3u * 7 * 5 * 4);
    expect_counting(image, 1 << 16);
  }
}

TEST_F(WrittenImages, HoldColourInTimeInEveryFormat) {
  for (const ImageFormat& format : image_formats()) {
    SCOPED_TRACE(format.name);
    const ReadImage image = read_image(write(std::string(format.name),
                                             {.grid = oblique(),
                                              .volumes = 2,
                                              .dimension = "time",
                                              .volume_keys = {{"1", 0, {}}, {"2", 0.04, {}}}},
                                             VoxelType::rgb24));
    EXPECT_EQ(image.volumes, 2u);
    EXPECT_EQ(image.components, 3u);
    EXPECT_NEAR(image.volume_spacing, 0.04, 1e-6);
    expect_place(image, oblique());
    expect_counting(image, 256);
  }
}

// Volumes that are not in time, or not evenly, have no step.
TEST_F(WrittenImages, HaveNoTimeStepWhereThereIsNone) {
  for (const ImageFormat& format : image_formats()) {
    if (format.name.starts_with("nrrd")) continue;  // a list, which ITK reads as components
    SCOPED_TRACE(format.name);
    for (const std::vector<VolumeKey>& keys :
         {std::vector<VolumeKey>{{"0", {}, {}}, {"1000", {}, {}}, {"1000", {}, {}}},
          std::vector<VolumeKey>{{"1", 0, {}}, {"2", 1, {}}, {"3", 60, {}}}}) {
      const ReadImage image = read_image(
          write(std::string(format.name), {.grid = oblique(), .volumes = 3, .volume_keys = keys},
                VoxelType::int16));
      EXPECT_EQ(image.volumes, 3u);
      EXPECT_EQ(image.volume_spacing, 1);
      expect_place(image, oblique());
      expect_counting(image, 1 << 16);
    }
  }
}

TEST_F(WrittenImages, WithoutAPlaceKeepTheirSpacing) {
  Grid grid = oblique();
  grid.is_placed = false;
  for (const ImageFormat& format : image_formats()) {
    SCOPED_TRACE(format.name);
    const ReadImage image =
        read_image(write(std::string(format.name), {.grid = grid}, VoxelType::int16));
    for (std::size_t axis = 0; axis < 3; ++axis) {
      EXPECT_EQ(image.size[axis], grid.size[axis]);
      EXPECT_NEAR(image.spacing[axis], grid.spacing[axis], 1e-6);
      EXPECT_EQ(image.origin[axis], 0);
    }
    expect_counting(image, 1 << 16);
  }
}

TEST_F(WrittenImages, OfASingleSliceAreReadInEveryFormat) {
  Grid grid = oblique();
  grid.size[2] = 1;
  for (const ImageFormat& format : image_formats()) {
    SCOPED_TRACE(format.name);
    expect_place(read_image(write(std::string(format.name), {.grid = grid}, VoxelType::uint16)),
                 grid);
  }
}

// By SHA-256, and nothing is left of what was made on the way.
TEST_F(WrittenImages, ThatAreConvertedAreTheSameBytesEachTime) {
  const auto first = content(write("h5", {.grid = oblique()}, VoxelType::int16));
  const auto second = content(write("h5", {.grid = oblique()}, VoxelType::int16));
  EXPECT_GT(first.size(), 7u * 5 * 4 * 2);
  EXPECT_EQ(first, second);
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    EXPECT_EQ(entry.path().extension(), ".h5");
    ++files;
  }
  EXPECT_EQ(files, 2u);
}

TEST_F(WrittenImages, ThatCannotBeConvertedSayWhyAndLeaveNothing) {
  write_bytes(folder / "no.mha", "ObjectType = Image\n");
  write_bytes(folder / "no.h5", "");
  const auto done = convert_image(folder / "no.mha", folder / "no.h5");
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.problem().reason, Reason::output_not_writable);
  EXPECT_THAT(done.problem().detail, testing::StartsWith("dcmflow-convert: "));
  EXPECT_GT(done.problem().detail.size(), 20u);
}

TEST_F(WrittenImages, ThatAreConvertedAreGivenUpWhenTheRunIsStopped) {
  write_bytes(folder / "no.mha", "ObjectType = Image\n");
  write_bytes(folder / "no.h5", "");
  const auto done = convert_image(folder / "no.mha", folder / "no.h5", [] { return true; });
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.problem().reason, Reason::interrupted);
}

TEST_F(WrittenImages, InNrrdHoldAShearedGrid) {
  Grid grid{{7, 5, 4}, {0.5, 0.75, 2.5}, {-10, 20, 30}, identity};
  grid.direction[2] = {0, std::sin(0.2), std::cos(0.2)};
  grid.is_sheared = true;
  for (const std::string format : {"nrrd", "nrrd-gzip"}) {
    expect_place(read_image(write(format, {.grid = grid}, VoxelType::int16)), grid);
  }
}

TEST_F(WrittenImages, InNrrdSayWhatTheirAxesAre) {
  const auto header = [](const std::string& file) { return file.substr(0, file.find("\n\n") + 2); };
  const Grid grid{{7, 5, 4}, {0.5, 0.75, 2.5}, {-10, -0.0, 30.125}, identity};
  EXPECT_EQ(header(content(write("nrrd", {.grid = grid, .volumes = 2, .kept_stored = {{0.5, -3}}},
                                 VoxelType::uint16))),
            "NRRD0004\n"
            "type: uint16\n"
            "dimension: 4\n"
            "space: left-posterior-superior\n"
            "sizes: 7 5 4 2\n"
            "space directions: (0.5,0,0) (0,0.75,0) (0,0,2.5) none\n"
            "space origin: (-10,0,30.125)\n"
            "kinds: domain domain domain list\n"
            "endian: little\n"
            "encoding: raw\n"
            "rescale slope:=0.5\n"
            "rescale intercept:=-3\n"
            "\n");
  Grid unplaced = grid;
  unplaced.is_placed = false;
  EXPECT_EQ(header(content(
                write("nrrd-gzip",
                      {.grid = unplaced, .volumes = 2, .volume_keys = {{"1", 0, {}}, {"2", 2, {}}}},
                      VoxelType::rgb24))),
            "NRRD0004\n"
            "type: uint8\n"
            "dimension: 5\n"
            "sizes: 3 7 5 4 2\n"
            "spacings: nan 0.5 0.75 2.5 nan\n"
            "kinds: RGB-color domain domain domain list\n"
            "endian: little\n"
            "encoding: gzip\n"
            "\n");
}

TEST_F(WrittenImages, HaveTheSameVoxelBytesInEveryUncompressedFormat) {
  const auto voxels = counting(VoxelType::int16, std::size_t{7} * 5 * 4);
  const std::string expected(voxels.begin(), voxels.end());
  for (const ImageFormat& format : image_formats()) {
    if (format.gzip || format.converted) continue;
    std::filesystem::path file =
        write(std::string(format.name), {.grid = oblique()}, VoxelType::int16);
    file.replace_extension(format.voxel_extension);
    EXPECT_THAT(content(file), testing::EndsWith(expected)) << format.name;
  }
}

}  // namespace
}  // namespace dcmflow
