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

TEST_F(Nibabel, ReadsNifti2) {
  const ImageHeader image{oblique({40'000, 2, 2}), VoxelType::int32};
  const auto voxels = counting<std::int32_t>(160'000);
  save("a.nii", nifti_header(image, "") + std::string(voxels.begin(), voxels.end()));
  expect_read("a.nii", "Nifti2Image", image);
}

}  // namespace
}  // namespace dcmflow
