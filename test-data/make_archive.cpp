// make_archive OUT: writes an archive of synthetic DICOM studies. `make_archive --help` lists the
// options.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <map>
#include <string>
#include <thread>

#include "test-data/archive.h"

namespace {

namespace syntax = dcmflow::transfer_syntax;

const std::map<std::string, std::string>& transfer_syntaxes() {
  static const std::map<std::string, std::string> by_name{
      {"implicit_little", std::string(syntax::implicit_little)},
      {"explicit_little", std::string(syntax::explicit_little)},
      {"encapsulated_uncompressed", std::string(syntax::encapsulated_uncompressed)},
      {"deflated", std::string(syntax::deflated)},
      {"explicit_big", std::string(syntax::explicit_big)},
      {"jpeg_baseline", std::string(syntax::jpeg_baseline)},
      {"jpeg_extended", std::string(syntax::jpeg_extended)},
      {"jpeg_lossless", std::string(syntax::jpeg_lossless)},
      {"jpeg_lossless_sv1", std::string(syntax::jpeg_lossless_sv1)},
      {"jpeg_ls", std::string(syntax::jpeg_ls)},
      {"jpeg_ls_near", std::string(syntax::jpeg_ls_near)},
      {"jpeg_2000_lossless", std::string(syntax::jpeg_2000_lossless)},
      {"jpeg_2000", std::string(syntax::jpeg_2000)},
      {"htj2k_lossless", std::string(syntax::htj2k_lossless)},
      {"htj2k_rpcl", std::string(syntax::htj2k_rpcl)},
      {"htj2k", std::string(syntax::htj2k)},
      {"rle", std::string(syntax::rle)},
  };
  return by_name;
}

struct CommandLine {
  std::string folder;
  bool sample = false;
  unsigned threads = std::max(std::thread::hardware_concurrency(), 1U);
  dcmflow::ArchiveSettings archive;
};

void add_options(CLI::App& app, CommandLine& line) {
  auto& archive = line.archive;
  constexpr int most_pixels = 65535;  // Rows and Columns are US
  app.add_option("out", line.folder, "Folder to write into; made when missing")->required();
  app.add_flag("--sample", line.sample,
               "The small sample of test-data/dcm (other options but --threads are ignored)");
  app.add_option(
         "--kind", archive.kind,
         "mixed: CT, MR and PET in four planes and many transfer syntaxes, with an RT object, "
         "a report, a text file and a broken file; ct or mr: uniform, for benchmarks")
      ->check(CLI::IsMember({"mixed", "ct", "mr"}))
      ->capture_default_str();
  app.add_option("--series", archive.series, "Number of series (mixed 8, ct 16, mr 80)")
      ->check(CLI::Range(1, 100000));
  app.add_option("--studies", archive.studies, "Number of studies (mixed 4, ct 4, mr 8)")
      ->check(CLI::Range(1, 100000));
  app.add_option("--slices", archive.slices, "Slices of each series (mixed 16–30, ct 120, mr 100)")
      ->check(CLI::Range(1, 100000));
  app.add_option("--columns", archive.columns, "Columns (mixed 48–96, ct 512, mr 128)")
      ->check(CLI::Range(1, most_pixels));
  app.add_option("--rows", archive.rows, "Rows (mixed 48–80, ct 512, mr 128)")
      ->check(CLI::Range(1, most_pixels));
  app.add_option("--header-elements", archive.header_elements,
                 "Extra header elements in each image (mixed 24, ct 60, mr 290)")
      ->check(CLI::Range(0, 600));
  app.add_option("--transfer-syntax", archive.transfer_syntax,
                 "One transfer syntax for all images (mixed: a different one for each series)")
      ->transform(CLI::CheckedTransformer(transfer_syntaxes()));
  app.add_option("--content", archive.content,
                 "ramp: voxel value = 2x + 3y + 5z mm; body: noise and a body, compresses like a "
                 "scan (mixed ramp, ct and mr body)")
      ->check(CLI::IsMember({"ramp", "body"}));
  app.add_flag("--headers-only", archive.headers_only,
               "Voxels are 0 and take no room on the disk: archives of very many files");
  app.add_option("--seed", archive.seed, "Of UIDs, file order and noise")->capture_default_str();
  app.add_option("--threads", line.threads, "The files do not depend on it")
      ->check(CLI::Range(1, 256));
}

}  // namespace

int main(int argc, char** argv) {
  try {
    CLI::App app("Writes an archive of synthetic DICOM studies.");
    CommandLine line;
    add_options(app, line);
    CLI11_PARSE(app, argc, argv);
    const auto archive = line.sample ? dcmflow::plan_sample() : dcmflow::plan_archive(line.archive);
    const auto size = dcmflow::write_archive(archive, line.folder, line.threads);
    std::printf("%llu files, %llu bytes in %s\n", static_cast<unsigned long long>(size.files),
                static_cast<unsigned long long>(size.bytes), line.folder.c_str());
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "make_archive: %s\n", error.what());
    return 1;
  }
}
