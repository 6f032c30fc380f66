#include "engine/to_dicom.h"

#include <array>
#include <cstdio>
#include <ctime>
#include <utility>

#include "engine/make_objects.h"
#include "engine/outcome.h"
#include "stages/base/input_paths.h"
#include "stages/base/problem_text.h"
#include "stages/to_dicom/new_uid.h"

namespace dcmflow {
namespace {

std::string now(const char* form) {
  const std::time_t seconds = std::time(nullptr);
  std::tm local{};
  localtime_r(&seconds, &local);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), form, &local)};
}

Result<std::string> make(const ToDicomCall& call, const std::atomic<int>& stop) {
  switch (call.kind) {
    case ToDicomCall::Kind::segmentation:
      return make_segmentation(call, stop);
    case ToDicomCall::Kind::image:
      return make_derived_image(call, stop);
    default:
      return make_measurements(call, stop);
  }
}

}  // namespace

NewSeries begin_series(std::string description, std::string_view modality) {
  return {new_uid(), now("%Y%m%d"), now("%H%M%S"), std::move(description), modality};
}

Status write_object(const std::string& path, const std::function<Status(OutputFile&)>& write) {
  const auto folder = folder_of(path);
  if (auto writable = check_writable_folder(folder); !writable) return writable;
  auto file = OutputFile::create(OutputFolder(folder), path.substr(path.rfind('/') + 1));
  if (!file) return file.problem();
  auto written = write(*file);
  if (written) written = file->commit();
  if (written) written = check_output(path, file->name(), file->bytes(), true);
  return written ? sync_folder(folder) : written;
}

int to_dicom(const ToDicomCall& call, const std::atomic<int>& stop) {
  const auto made = make(call, stop);
  if (!made && stop != 0) return by_signal + stop;
  if (made) {
    const bool whole = std::fputs(made->c_str(), stdout) >= 0 && std::fflush(stdout) == 0;
    return whole ? 0 : static_cast<int>(ExitCode::output);
  }
  std::fputs(("dcmflow: " + problem_text(made.problem())).c_str(), stderr);
  return exit_code(made.problem().reason);
}

}  // namespace dcmflow
