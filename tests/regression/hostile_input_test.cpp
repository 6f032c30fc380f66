// Input that lies about its size, changes under the run, or comes where the process may take
// little: each of these ended runs, cost other files, or gave one file's pixels under another's
// name.

#include "stages/pixels/read_frame.h"
#include "test-data/phantom.h"
#include "tests/pipeline/pipeline_scene.h"
#include "tests/support/image_reader.h"
#include "tests/support/instances.h"
#include "tests/support/ramp.h"
#include "tests/support/sanitizers.h"

namespace dcmflow {
namespace {

class HostileInput : public PipelineScene {
 protected:
  void SetUp() override { write_phantom_series({.series_uid = "1.2.3.4"}, input + "/good"); }

  // Under limits of the shell: "ulimit -n 16".
  ProgramRun convert_under(const std::string& limits, const std::vector<std::string>& options) {
    ProgramCall call{
        .command = {"sh", "-c", limits + "; exec \"$0\" \"$@\"", DCMFLOW_PROGRAM, input, output}};
    call.command.insert(call.command.end(), options.begin(), options.end());
    return run_program(call);
  }

  void expect_good_image() const {
    const auto check = check_ramp(read_image(output + "/1.2.3.4.mhd"), 0.51);
    EXPECT_TRUE(check) << check;
  }
};

// Writes Rows and Columns over those of an explicit little endian file.
void claim_size(const std::string& path, std::uint16_t size) {
  std::string bytes = bytes_of(path);
  for (const char element : {'\x10', '\x11'}) {
    const auto at =
        bytes.find(std::string("\x28\x00", 2) + element + std::string("\x00US\x02\x00", 5));
    ASSERT_NE(at, std::string::npos);
    bytes[at + 8] = static_cast<char>(size & 0xFF);
    bytes[at + 9] = static_cast<char>(size >> 8);
  }
  write_bytes(path, bytes);
}

// A frame that claims 60,000² in a few kilobytes ended the run with exit code 70.
TEST_F(HostileInput, AFrameThatClaimsMoreThanTheProcessMayTakeCostsItsSeriesAlone) {
  unsigned number = 0;
  for (const auto syntax :
       {transfer_syntax::rle, transfer_syntax::jpeg_2000_lossless, transfer_syntax::jpeg_ls}) {
    const auto name = "bomb" + std::to_string(++number) + ".dcm";
    DicomBuilder()
        .set("SeriesInstanceUID", "1.2.3.5." + std::to_string(number))
        .save(input + "/" + name, syntax);
    claim_size(input + "/" + name, 60000);
  }
  const auto run = is_sanitized ? convert({"--threads", "2"})
                                : convert_under("ulimit -v 2000000", {"--threads", "2"});
  ASSERT_EQ(run.exit_status, 0) << run.errors;
  expect_accounted(8 + 3);
  expect_good_image();
  for (unsigned i = 1; i <= number; ++i) {
    const auto told = disposition("bomb" + std::to_string(i) + ".dcm");
    EXPECT_TRUE(told == "exceeds_memory" || told == "decode_failed") << told;
  }
}

// Files became `unreadable`, with exit code 0, when the threads had all descriptors.
TEST_F(HostileInput, FewDescriptorsMakeARunSlowerOrEndItButLoseNoFile) {
  for (const auto* limits : {"ulimit -n 24", "ulimit -n 16", "ulimit -n 9"}) {
    std::filesystem::remove_all(output);
    const auto run = convert_under(limits, {"--threads", "8"});
    if (run.exit_status == 2) {
      EXPECT_NE(run.errors.find("open files"), std::string::npos) << run.errors;
      continue;
    }
    ASSERT_EQ(run.exit_status, 0) << limits << run.errors;
    expect_accounted(8);
    expect_good_image();
  }
}

TEST_F(HostileInput, LittleMemoryEndsARunWithAMessageAndNoSignal) {
  if (is_sanitized) GTEST_SKIP() << "a sanitizer reserves more addresses than any limit leaves";
  for (int megabytes = 40; megabytes <= 120; megabytes += megabytes < 80 ? 1 : 8) {
    std::filesystem::remove_all(output);
    const auto run = convert_under("ulimit -v " + std::to_string(megabytes << 10),
                                   {"--threads", "2", "--memory-budget", "32M"});
    EXPECT_EQ(run.signal, 0) << megabytes << " MB: " << run.errors;
    EXPECT_TRUE(run.exit_status == 0 || !run.errors.empty()) << megabytes << " MB";
    if (run.exit_status == 0) {
      EXPECT_EQ(json("report.json")["counts"].size(), 2U) << megabytes << " MB";  // all converted
    }
  }
}

// Threads of a second heap each reserved addresses that further threads were counted on to have;
// one that could not be started ended the run by SIGSEGV, within oneTBB, in one run of ten.
TEST_F(HostileInput, ThreadsFitIntoFewAddresses) {
  if (is_sanitized) GTEST_SKIP() << "a sanitizer reserves more addresses than any limit leaves";
  for (int run_number = 0; run_number < 40; ++run_number) {
    const int megabytes = 200 + run_number;
    std::filesystem::remove_all(output);
    const auto run = convert_under("ulimit -v " + std::to_string(megabytes << 10),
                                   {"--threads", "4", "--memory-budget", "32M"});
    EXPECT_EQ(run.signal, 0) << megabytes << " MB: " << run.errors;
    EXPECT_EQ(run.exit_status, 0) << megabytes << " MB: " << run.errors;
  }
}

// Modality LUT and palette were read by an opener that knew no gzip: not_dicom.
TEST_F(HostileInput, TablesWithinGzipCountAsTheyDoPlainly) {
  const auto with_lut = [](DicomBuilder& file) {
    std::string table;
    for (int i = 0; i < 16; ++i) table += (i ? "\\" : "") + std::to_string(100 + i);
    file.set("PixelRepresentation", "0")
        .remove("RescaleSlope")
        .remove("RescaleIntercept")
        .set_in("ModalityLUTSequence", 0, "LUTDescriptor", "16\\0\\16")
        .set_in("ModalityLUTSequence", 0, "ModalityLUTType", "US")
        .set_in("ModalityLUTSequence", 0, "LUTData", table);
  };
  for (const std::string kind : {"plain", "zipped"}) {
    PhantomSeries series{.series_uid = kind == "plain" ? "1.2.3.7" : "1.2.3.8"};
    series.value = [](const std::array<double, 3>& p) { return p[2] > 31 ? 5 : 3; };
    series.edit = [&](unsigned, DicomBuilder& file) { with_lut(file); };
    for (const auto& path : write_phantom_series(series, input + "/" + kind)) {
      if (kind == "plain") continue;
      ASSERT_EQ(run_program({.command = {"gzip", "-n", path}}).exit_status, 0);
    }
  }
  ASSERT_EQ(convert().exit_status, 0);
  expect_accounted(8 * 3);
  EXPECT_EQ(json("report.json")["counts"]["converted"], 8 * 3);
  for (const std::string uid : {"1.2.3.7", "1.2.3.8"}) {
    const auto image = read_image(output + "/" + uid + ".mhd");
    EXPECT_EQ(image.at(0, 0, 0), 103) << uid;
    EXPECT_EQ(image.at(0, 0, 7), 105) << uid;
  }
}

// Another file under the name, between its header and its pixels, gave its pixels under this UID.
TEST_F(HostileInput, AFileThatChangesAfterItsHeaderIsNotReadOn) {
  const auto path = input + "/one.dcm";
  const auto other = folder / "other.dcm";
  const std::vector<std::pair<std::string, std::function<void()>>> changes{
      {"replaced", [&] { std::filesystem::rename(other, path); }},
      {"grown", [&] { std::ofstream(path, std::ios::app) << "more"; }},
      {"cut", [&] { std::filesystem::resize_file(path, std::filesystem::file_size(path) - 2); }},
      {"rewritten",
       [&] {
         std::filesystem::copy_file(other, path, std::filesystem::copy_options::overwrite_existing);
       }},
  };
  for (const auto& [what, change] : changes) {
    DicomBuilder().pixels(std::vector<std::uint8_t>(24, 9)).save(other);
    std::filesystem::remove(path);
    const auto instance = decode_built(DicomBuilder(), path);
    FrameBuffers buffers;
    EXPECT_TRUE(read_frame({.instance = instance}, buffers)) << what;
    change();
    const auto pixels = read_frame({.instance = instance}, buffers);
    ASSERT_FALSE(pixels) << what;
    EXPECT_EQ(pixels.problem().reason, Reason::changed_during_run) << what;
    EXPECT_EQ(pixels.problem().subject, "one.dcm");
  }
}

}  // namespace
}  // namespace dcmflow
