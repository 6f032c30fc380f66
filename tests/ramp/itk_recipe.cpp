// itk_recipe IN OUT: the series reader of ITK's examples, for the comparison with other programs
// (bench/ramp_table.py). Each series that GDCM finds becomes one image of floats.

#include <itkGDCMImageIO.h>
#include <itkGDCMSeriesFileNames.h>
#include <itkImageFileWriter.h>
#include <itkImageSeriesReader.h>
#include <itkNiftiImageIO.h>
#include <itkVersion.h>

#include <cstdio>
#include <string>

int main(int argc, char** argv) {
  if (argc == 2 && std::string(argv[1]) == "--version") {
    std::printf("%s\n", itk::Version::GetITKVersion());
    return 0;
  }
  if (argc != 3) return 2;
  using Image = itk::Image<float, 3>;
  int status = 0;
  const auto names = itk::GDCMSeriesFileNames::New();
  names->SetUseSeriesDetails(true);
  names->SetDirectory(argv[1]);
  for (const auto& series : names->GetSeriesUIDs()) {
    try {
      const auto reader = itk::ImageSeriesReader<Image>::New();
      reader->SetImageIO(itk::GDCMImageIO::New());
      reader->SetFileNames(names->GetFileNames(series));
      const auto writer = itk::ImageFileWriter<Image>::New();
      writer->SetImageIO(itk::NiftiImageIO::New());
      writer->SetFileName(std::string(argv[2]) + "/" + series + ".nii");
      writer->SetInput(reader->GetOutput());
      writer->Update();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s: %s\n", series.c_str(), error.what());
      status = 1;
    }
  }
  return status;
}
