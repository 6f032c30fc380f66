#pragma once
// ITK's resampling, slab by slab: what a window of source slices gives of a slab of the target.

#include <itkBSplineInterpolateImageFunction.h>
#include <itkImage.h>
#include <itkLabelImageGaussianInterpolateImageFunction.h>
#include <itkLinearInterpolateImageFunction.h>
#include <itkNearestNeighborInterpolateImageFunction.h>
#include <itkResampleImageFilter.h>

#include <span>

#include "stages/dicom_types.h"
#include "stages/prepare/interpolation.h"
#include "stages/prepare/rounded_to.h"

namespace dcmflow {

// Voxels of `Pixel` → voxels of `Made`: float where new values are made, else Pixel. The same
// values whatever the slabs and windows are. ITK's exceptions pass. For one thread; ITK uses its
// own.
template <class Pixel, class Made>
class SlabResampler {
 public:
  SlabResampler(const Grid& source, const Grid& target, Interpolation interpolation,
                double background)
      : source_(source), target_(target) {
    filter_->SetInterpolator(interpolator(interpolation));
    filter_->SetDefaultPixelValue(rounded_to<Made>(background));
    typename TargetImage::PointType origin;
    typename TargetImage::SpacingType spacing;
    typename TargetImage::DirectionType direction;
    place(target, origin, spacing, direction);
    filter_->SetOutputOrigin(origin);
    filter_->SetOutputSpacing(spacing);
    filter_->SetOutputDirection(direction);
  }

  // The slices of the source that are in memory now; they stay there until the next call.
  void set_window(std::span<Pixel> voxels, const SlabRange& slices) {
    const auto image = SourceImage::New();
    typename SourceImage::PointType origin;
    typename SourceImage::SpacingType spacing;
    typename SourceImage::DirectionType direction;
    place(source_, origin, spacing, direction);
    image->SetOrigin(origin);
    image->SetSpacing(spacing);
    image->SetDirection(direction);
    const typename SourceImage::IndexType first{{0, 0, slices.first_slice}};
    const typename SourceImage::SizeType size{{source_.size[0], source_.size[1], slices.slices}};
    image->SetRegions(typename SourceImage::RegionType(first, size));
    image->GetPixelContainer()->SetImportPointer(voxels.data(), voxels.size(), false);
    filter_->SetInput(image);
  }

  // There until the next call. REQUIRES: the window has all of needed_slices().
  std::span<const Made> make(const SlabRange& slab) {
    filter_->SetOutputStartIndex({{0, 0, slab.first_slice}});
    filter_->SetSize({{target_.size[0], target_.size[1], slab.slices}});
    filter_->UpdateLargestPossibleRegion();
    const auto* const made = filter_->GetOutput();
    return {made->GetBufferPointer(), made->GetBufferedRegion().GetNumberOfPixels()};
  }

 private:
  using SourceImage = itk::Image<Pixel, 3>;
  using TargetImage = itk::Image<Made, 3>;
  using Filter = itk::ResampleImageFilter<SourceImage, TargetImage, double, double>;
  using Interpolator = itk::InterpolateImageFunction<SourceImage, double>;

  template <class Point, class Spacing, class Direction>
  static void place(const Grid& grid, Point& origin, Spacing& spacing, Direction& direction) {
    for (unsigned i = 0; i < 3; ++i) {
      origin[i] = grid.origin[i];
      spacing[i] = grid.spacing[i];
      for (unsigned axis = 0; axis < 3; ++axis) direction[i][axis] = grid.direction[axis][i];
    }
  }

  typename Interpolator::Pointer interpolator(Interpolation interpolation) const {
    using Linear = itk::LinearInterpolateImageFunction<SourceImage, double>;
    using Nearest = itk::NearestNeighborInterpolateImageFunction<SourceImage, double>;
    using BSpline = itk::BSplineInterpolateImageFunction<SourceImage, double, double>;
    switch (interpolation) {
      case Interpolation::linear:
        return Linear::New().GetPointer();
      case Interpolation::bspline:
        return BSpline::New().GetPointer();
      case Interpolation::nearest:
        return Nearest::New().GetPointer();
      case Interpolation::label_gaussian:
        break;
    }
    return label_gaussian();
  }

  // Half a voxel of the source wide along each axis: wider ones wear labels down.
  typename Interpolator::Pointer label_gaussian() const {
    using Gaussian = itk::LabelImageGaussianInterpolateImageFunction<SourceImage, double>;
    constexpr double part = 0.5, cut_off = 3;  // in voxels; in widths
    const auto gaussian = Gaussian::New();
    typename Gaussian::ArrayType sigma;
    for (unsigned axis = 0; axis < 3; ++axis) sigma[axis] = part * source_.spacing[axis];
    gaussian->SetSigma(sigma);
    gaussian->SetAlpha(cut_off);
    return gaussian.GetPointer();
  }

  const Grid source_, target_;
  const typename Filter::Pointer filter_ = Filter::New();
};

}  // namespace dcmflow
