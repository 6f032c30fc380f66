// Converts a folder of DICOM files and tells where each image lies.
// usage: show_volumes INPUT OUTPUT [options of dcmflow]

#include <dcmflow.h>

#include <cstdio>
#include <string>
#include <variant>
#include <vector>

namespace {

int tell(const dcmflow::Failure& failure) {
  std::fprintf(stderr, "show_volumes: %s\n", failure.message.c_str());
  return failure.exit_code != 0 ? failure.exit_code : 1;
}

void show(const dcmflow::Volume& volume) {
  std::printf("%s: %lld x %lld x %lld, %s\n", volume.path.c_str(),
              static_cast<long long>(volume.size[0]), static_cast<long long>(volume.size[1]),
              static_cast<long long>(volume.size[2]), volume.voxel_type.c_str());
  for (const auto& row : dcmflow::affine_ras(volume))
    std::printf("  %9.3f %9.3f %9.3f %9.3f\n", row[0], row[1], row[2], row[3]);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: show_volumes INPUT OUTPUT [options of dcmflow]\n", stderr);
    return 2;
  }
  const std::string input = argv[1];
  const std::string output = argv[2];
  const dcmflow::Program program(DCMFLOW_PROGRAM);
  const auto converted = program.convert(input, output, {argv + 3, argv + argc});
  if (const auto* failure = std::get_if<dcmflow::Failure>(&converted)) return tell(*failure);
  const auto volumes = dcmflow::read_volumes(output);
  if (const auto* failure = std::get_if<dcmflow::Failure>(&volumes)) return tell(*failure);
  for (const auto& series : std::get<dcmflow::Summary>(converted).series)
    for (const auto& problem : series.problems)
      std::printf("%s: %s: %s\n", series.series_instance_uid.c_str(), problem.reason.c_str(),
                  problem.detail.c_str());
  for (const auto& volume : std::get<std::vector<dcmflow::Volume>>(volumes)) show(volume);
  return std::get<dcmflow::Summary>(converted).exit_code;
}
