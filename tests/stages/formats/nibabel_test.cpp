// Whole files, read by nibabel: a reader that is not ours and knows nothing of us.

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numeric>

#include "stages/formats/formats.h"

namespace dcmflow {
namespace {

// The interpreter that Debian's python3-nibabel belongs to.
constexpr const char* python = "/usr/bin/python3";

// Exits with 0 when the image is as the arguments say. Voxels are 0, 1, 2, ... in the order of the
// file.
constexpr const char* script = R"(
import sys, nibabel, numpy
path, version, kind, *numbers = sys.argv[1:]
image = nibabel.load(path)
affine = numpy.vstack([numpy.reshape([float(n) for n in numbers], (3, 4)), [0, 0, 0, 1]])
voxels = numpy.asanyarray(image.dataobj)
assert type(image).__name__ == version, type(image)
assert voxels.dtype == kind, voxels.dtype
assert (voxels.ravel(order="F") == numpy.arange(voxels.size)).all()
for get in image.get_sform, image.get_qform:
    transform, code = get(coded=True)
    assert code == 1, code
    assert numpy.abs(transform - affine).max() < 1e-5, (get, transform, affine)
assert image.header.get_xyzt_units()[0] == "mm", image.header.get_xyzt_units()
assert nibabel.aff2axcodes(image.affine) == nibabel.aff2axcodes(affine)
)";

template <class Voxel>
std::vector<std::uint8_t> counting(std::size_t count) {
  std::vector<Voxel> voxels(count);
  std::iota(voxels.begin(), voxels.end(), Voxel{0});
  const auto* first = reinterpret_cast<const std::uint8_t*>(voxels.data());
  return {first, first + count * sizeof(Voxel)};
}

// What is only sometimes there: four dimensions, colour, a rescale, a shear, no place.
constexpr const char* other_script = R"(
import sys, nibabel, numpy
folder = sys.argv[1]
load = lambda name: nibabel.load(folder + "/" + name)

image = load("time.nii")
assert image.shape == (6, 5, 4, 3), image.shape
assert image.header.get_zooms()[3] == 2.5, image.header.get_zooms()
assert image.header.get_xyzt_units() == ("mm", "sec"), image.header.get_xyzt_units()
assert (numpy.asanyarray(image.dataobj).ravel(order="F") == numpy.arange(360)).all()

image = load("list.nii")
assert image.shape == (6, 5, 4, 3), image.shape
assert image.header.get_xyzt_units() == ("mm", "unknown"), image.header.get_xyzt_units()

image = load("colour.nii")
voxels = numpy.asanyarray(image.dataobj)
assert voxels.shape == (6, 5, 4) and voxels.dtype.names == ("R", "G", "B"), voxels.dtype
assert tuple(voxels[1, 0, 0]) == (3, 4, 5), voxels[1, 0, 0]

image = load("scaled.nii")
assert (image.get_fdata().ravel(order="F") == numpy.arange(120) * 0.5 - 1024).all()
assert (image.dataobj.slope, image.dataobj.inter) == (0.5, -1024)

image = load("sheared.nii")
assert image.get_sform(coded=True)[1] == 1 and image.get_qform(coded=True) == (None, 0)
assert numpy.allclose(image.affine, [[-0.5, 0, 0, 120.5], [0, -0.75, -1.5, -33.25],
                                     [0, 0, 2, 7], [0, 0, 0, 1]], atol=1e-5), image.affine
assert numpy.allclose(image.header.get_zooms(), (0.5, 0.75, 2.5))

image = load("unplaced.nii")
assert image.get_sform(coded=True) == (None, 0) and image.get_qform(coded=True) == (None, 0)
assert numpy.allclose(image.header.get_zooms(), (0.5, 0.75, 2.5))

image = load("pair.hdr")
assert type(image).__name__ == "Nifti1Pair", type(image)
assert (numpy.asanyarray(image.dataobj).ravel(order="F") == numpy.arange(120)).all()
)";

// An oblique grid: turned by 0.3 about x, then by 0.4 about z.
Grid oblique(const std::array<std::uint32_t, 3>& size) {
  const double cx = std::cos(0.3);
  const double sx = std::sin(0.3);
  const double cz = std::cos(0.4);
  const double sz = std::sin(0.4);
  return {size,
          {0.5, 0.75, 2.5},
          {-120.5, 33.25, 7},
          {{{cz, sz, 0}, {-sz * cx, cz * cx, sx}, {sz * sx, -cz * sx, cx}}}};
}

std::string affine_arguments(const Grid& grid) {
  std::string text;
  for (std::size_t row = 0; row < 3; ++row) {
    const double sign = row < 2 ? -1 : 1;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      text += ' ' + std::to_string(sign * grid.direction[axis][row] * grid.spacing[axis]);
    }
    text += ' ' + std::to_string(sign * grid.origin[row]);
  }
  return text;
}

class Nibabel : public testing::Test {
 protected:
  void SetUp() override {
    folder =
        std::filesystem::temp_directory_path() / ("dcmflow_nibabel_" + std::to_string(::getpid()));
    std::filesystem::create_directory(folder);
    if (std::system((std::string(python) + " -c 'import nibabel' 2>/dev/null").c_str()) != 0) {
      GTEST_SKIP() << "python3-nibabel is not installed";
    }
    std::ofstream(folder / "check.py") << script;
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  void save(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder / name, std::ios::binary) << bytes;
  }

  void expect_read(const std::string& name, const std::string& version,
                   const ImageHeader& image) const {
    const std::string command = std::string(python) + ' ' + (folder / "check.py").string() + ' ' +
                                (folder / name).string() + ' ' + version + ' ' +
                                std::string(voxel_type_name(image.type)) +
                                affine_arguments(image.grid);
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
  }

  std::filesystem::path folder;
};

TEST_F(Nibabel, ReadsNiiOfEveryVoxelType) {
  const auto write = [this](VoxelType type, const std::vector<std::uint8_t>& voxels) {
    const ImageHeader image{oblique({6, 5, 4}), type};
    save("a.nii", nifti_header(image, "") + std::string(voxels.begin(), voxels.end()));
    expect_read("a.nii", "Nifti1Image", image);
  };
  write(VoxelType::int16, counting<std::int16_t>(120));
  write(VoxelType::uint16, counting<std::uint16_t>(120));
  write(VoxelType::int32, counting<std::int32_t>(120));
  write(VoxelType::float32, counting<float>(120));
}

TEST_F(Nibabel, ReadsNiiGzOfSeveralBlocks) {
  const ImageHeader image{oblique({200, 100, 5}), VoxelType::int32};
  const auto voxels = counting<std::int32_t>(100'000);
  const std::string header = nifti_header(image, "");
  std::vector<std::uint8_t> file(header.begin(), header.end());
  file.insert(file.end(), voxels.begin(), voxels.end());

  std::string member = gzip_begin();
  std::uint32_t crc = 0;
  for (std::size_t at = 0; at < file.size(); at += 65'536) {
    const GzipBlock block =
        gzip_block(std::span(file).subspan(at, std::min<std::size_t>(65'536, file.size() - at)));
    member.append(block.bytes.begin(), block.bytes.end());
    crc = gzip_combine(crc, block);
  }
  save("a.nii.gz", member + gzip_end(crc, file.size()));
  expect_read("a.nii.gz", "Nifti1Image", image);
}

TEST_F(Nibabel, ReadsWhatIsOnlySometimesThere) {
  const auto write = [this](const std::string& name, const ImageHeader& image, std::size_t bytes) {
    const auto voxels = image.type == VoxelType::rgb24 ? counting<std::uint8_t>(bytes)
                                                       : counting<std::int16_t>(bytes / 2);
    save(name, nifti_header(image, "") + std::string(voxels.begin(), voxels.end()));
  };
  const ImageHeader plain{oblique({6, 5, 4}), VoxelType::int16};
  ImageHeader image = plain;
  image.volumes = 3;
  write("list.nii", image, 720);
  image.time_step = 2.5;
  write("time.nii", image, 720);
  image = plain;
  image.type = VoxelType::rgb24;
  write("colour.nii", image, 360);
  image = plain;
  image.scale = {0.5, -1024};
  write("scaled.nii", image, 240);
  image = plain;
  image.grid.is_placed = false;
  write("unplaced.nii", image, 240);
  image = plain;
  image.grid.direction = {{{1, 0, 0}, {0, 1, 0}, {0, 0.6, 0.8}}};
  image.grid.is_sheared = true;
  write("sheared.nii", image, 240);
  const auto voxels = counting<std::int16_t>(120);
  save("pair.hdr", nifti_pair_header(plain, "pair.img"));
  save("pair.img", std::string(voxels.begin(), voxels.end()));
  std::ofstream(folder / "other.py") << other_script;
  const std::string command =
      std::string(python) + ' ' + (folder / "other.py").string() + ' ' + folder.string();
  EXPECT_EQ(std::system(command.c_str()), 0);
}

TEST_F(Nibabel, ReadsNifti2) {
  const ImageHeader image{oblique({40'000, 2, 2}), VoxelType::int32};
  const auto voxels = counting<std::int32_t>(160'000);
  save("a.nii", nifti_header(image, "") + std::string(voxels.begin(), voxels.end()));
  expect_read("a.nii", "Nifti2Image", image);
}

}  // namespace
}  // namespace dcmflow
