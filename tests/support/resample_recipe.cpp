#include "tests/support/resample_recipe.h"

#include <itkBSplineInterpolateImageFunction.h>
#include <itkImage.h>
#include <itkImageFileReader.h>
#include <itkLinearInterpolateImageFunction.h>
#include <itkMetaImageIO.h>
#include <itkNearestNeighborInterpolateImageFunction.h>
#include <itkOrientImageFilter.h>
#include <itkResampleImageFilter.h>

#include <stdexcept>

namespace dcmflow {
namespace {

using Image = itk::Image<float, 3>;
using Interpolator = itk::InterpolateImageFunction<Image, double>;

// MetaImage, whose header has all digits.
Image::Pointer read(const std::string& path) {
  const auto reader = itk::ImageFileReader<Image>::New();
  reader->SetImageIO(itk::MetaImageIO::New());
  reader->SetFileName(path);
  reader->Update();
  return reader->GetOutput();
}

Interpolator::Pointer interpolator(Interpolation interpolation) {
  switch (interpolation) {
    case Interpolation::linear:
      return itk::LinearInterpolateImageFunction<Image, double>::New().GetPointer();
    case Interpolation::bspline:
      return itk::BSplineInterpolateImageFunction<Image, double, double>::New().GetPointer();
    case Interpolation::nearest:
      return itk::NearestNeighborInterpolateImageFunction<Image, double>::New().GetPointer();
    case Interpolation::label_gaussian:
      break;
  }
  throw std::runtime_error("no recipe for this interpolation");
}

std::vector<float> voxels_of(const Image& image) {
  const auto* const first = image.GetBufferPointer();
  return {first, first + image.GetBufferedRegion().GetNumberOfPixels()};
}

}  // namespace

std::vector<float> resample_recipe(const std::string& path, const Grid& target,
                                   Interpolation interpolation, float background) {
  const auto filter = itk::ResampleImageFilter<Image, Image>::New();
  filter->SetInput(read(path));
  filter->SetInterpolator(interpolator(interpolation));
  filter->SetDefaultPixelValue(background);
  filter->SetSize({{target.size[0], target.size[1], target.size[2]}});
  Image::DirectionType direction;
  for (unsigned i = 0; i < 3; ++i)
    for (unsigned axis = 0; axis < 3; ++axis) direction[i][axis] = target.direction[axis][i];
  filter->SetOutputDirection(direction);
  filter->SetOutputOrigin(target.origin.data());
  filter->SetOutputSpacing(target.spacing.data());
  filter->Update();
  return voxels_of(*filter->GetOutput());
}

Oriented orient_recipe(const std::string& path) {
  const auto filter = itk::OrientImageFilter<Image, Image>::New();
  filter->UseImageDirectionOn();
  filter->SetInput(read(path));
  // ITK's name says where the axes come from: from right, anterior and inferior.
  filter->SetDesiredCoordinateOrientation(itk::SpatialOrientation::ITK_COORDINATE_ORIENTATION_RAI);
  filter->Update();
  const auto size = filter->GetOutput()->GetLargestPossibleRegion().GetSize();
  return {{size[0], size[1], size[2]}, voxels_of(*filter->GetOutput())};
}

}  // namespace dcmflow
