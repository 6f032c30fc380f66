// dcmflow-convert IN OUT: a MetaImage becomes an HDF5 image as ITK writes it. A program of its own,
// since linking ITK costs dcmflow more than all of its start.
//
// ITK's writer does not tell every write that failed, so OUT is read back: only what holds the same
// voxels at the same place is a success. The volume is in memory twice. Exit status 0, or 1 with
// the reason on stderr.

#include <itkHDF5ImageIO.h>
#include <itkMetaImageIO.h>
#include <sys/time.h>

#include <cstdio>
#include <ctime>
#include <stdexcept>
#include <string>
#include <vector>

// HDF5 stamps every object with the time, and ITK cannot tell it not to. The same image is to be
// the same bytes, so for the libraries of this program it is always 1970.
extern "C" int gettimeofday(timeval* now, void*) noexcept {
  *now = {};
  return 0;
}
extern "C" time_t time(time_t* now) noexcept {
  if (now != nullptr) *now = 0;
  return 0;
}

namespace {

itk::ImageIORegion whole(const itk::ImageIOBase& image) {
  itk::ImageIORegion region(image.GetNumberOfDimensions());
  for (unsigned axis = 0; axis < image.GetNumberOfDimensions(); ++axis)
    region.SetSize(axis, image.GetDimensions(axis));
  return region;
}

std::vector<char> read(itk::ImageIOBase& image, const std::string& path) {
  image.SetFileName(path);
  image.ReadImageInformation();
  image.SetIORegion(whole(image));
  std::vector<char> voxels(static_cast<std::size_t>(image.GetImageSizeInBytes()));
  image.Read(voxels.data());
  return voxels;
}

void describe_as(const itk::ImageIOBase& from, itk::ImageIOBase& to) {
  const unsigned dimensions = from.GetNumberOfDimensions();
  to.SetNumberOfDimensions(dimensions);
  for (unsigned axis = 0; axis < dimensions; ++axis) {
    to.SetDimensions(axis, from.GetDimensions(axis));
    to.SetSpacing(axis, from.GetSpacing(axis));
    to.SetOrigin(axis, from.GetOrigin(axis));
    to.SetDirection(axis, from.GetDirection(axis));
  }
  to.SetComponentType(from.GetComponentType());
  to.SetPixelType(from.GetPixelType());
  to.SetNumberOfComponents(from.GetNumberOfComponents());
  to.SetIORegion(whole(from));
}

bool same_place(const itk::ImageIOBase& a, const itk::ImageIOBase& b) {
  if (a.GetNumberOfDimensions() != b.GetNumberOfDimensions()) return false;
  for (unsigned axis = 0; axis < a.GetNumberOfDimensions(); ++axis)
    if (a.GetDimensions(axis) != b.GetDimensions(axis) ||
        a.GetSpacing(axis) != b.GetSpacing(axis) || a.GetOrigin(axis) != b.GetOrigin(axis) ||
        a.GetDirection(axis) != b.GetDirection(axis))
      return false;
  return a.GetComponentType() == b.GetComponentType() &&
         a.GetNumberOfComponents() == b.GetNumberOfComponents();
}

void convert(const std::string& from, const std::string& to) {
  const auto source = itk::MetaImageIO::New();
  const std::vector<char> voxels = read(*source, from);
  {
    const auto target = itk::HDF5ImageIO::New();
    describe_as(*source, *target);
    target->SetFileName(to);
    target->WriteImageInformation();
    target->Write(voxels.data());
  }
  const auto written = itk::HDF5ImageIO::New();
  if (read(*written, to) != voxels) throw std::runtime_error("other voxels were read back");
  if (!same_place(*source, *written)) throw std::runtime_error("another place was read back");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: dcmflow-convert IN.mha OUT.h5\n", stderr);
    return 2;
  }
  try {
    convert(argv[1], argv[2]);
    return 0;
  } catch (const itk::ExceptionObject& error) {
    std::fprintf(stderr, "%s\n", error.GetDescription());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
  } catch (...) {  // HDF5's own exceptions have no common base
    std::fputs("HDF5 cannot write the file\n", stderr);
  }
  return 1;
}
