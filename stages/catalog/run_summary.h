#pragma once
// What a run made of each series, for whoever started it: the record that the table on the
// terminal, its JSON and the warnings of the log are made of. Pure; no Problems of its own.

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stages/conclude_series.h"
#include "stages/dicom_types.h"
#include "stages/sorting/tell_repairs.h"

namespace dcmflow {

// What became of a series, from the best to the worst that is still an image (as Soundness), then
// of those without any. partial: also where only some of its images were made.
enum class SeriesVerdict : std::uint8_t {
  ok,
  noted,
  repaired,
  partial,
  untrue,
  skipped,
  refused,
  failed
};
constexpr std::size_t series_verdicts = 8;
std::string_view verdict_word(SeriesVerdict verdict);

// An image that was made, or that would be.
struct ImageSummary {
  std::string file;          // the bare name of its main file
  std::string split_reason;  // empty for the main image
  std::array<std::uint32_t, 3> size{};
  std::uint32_t volumes = 1;
  Vector3 spacing{};  // mm
  Soundness soundness = Soundness::sound;
  std::vector<std::string> flags;
};

// Files of a series that are in no image, for one reason.
struct FilesLeft {
  std::size_t files = 0;
  std::string detail;  // of the first by name; empty where nothing more is to be said
};

struct SeriesSummary {
  SeriesPtr series;
  std::size_t files = 0;
  SeriesVerdict verdict = SeriesVerdict::ok;
  std::vector<ImageSummary> images;
  std::vector<Problem> problems;  // of images: repairs, and why one was not made
  std::map<Reason, FilesLeft> left;
};

// The reason by which most files are in no image, of faults if there are any; of as many, the
// graver. REQUIRES: there are such files.
Reason main_reason(const SeriesSummary& series);

// Why files of a series are in no image and what was repaired, each with its code and, where they
// are asked for, what to do; empty without a fault. No patient data.
std::vector<std::string> fault_words(const SeriesSummary& series, bool with_remedies);

// `images`: those that were to be made, and `end`, what became of its files. `extension` is that of
// the main file of an image. Thread-safe.
SeriesSummary summarize_series(const SeriesPtr& series, std::span<const ImageEnd> images,
                               const SeriesEnd& end, std::string_view extension);

// One line for the log of a series that was repaired, is partial or in no image, with the reason
// and what to do; empty for the others. UIDs, file names and counts; no patient data.
std::string warning_of(const SeriesSummary& series);

// Files that an image holds a frame of, and the others by their reasons.
struct FileCounts {
  std::size_t converted = 0;
  std::map<Reason, std::size_t> left;
};

// Series that a run with very many does not keep: nothing of them is worth a word of its own.
struct OtherSeries {
  std::array<std::size_t, series_verdicts> verdicts{};
  std::size_t images = 0;
  // How many there are in studies that have others, too.
  std::map<std::string, std::size_t, std::less<>> in_study{};

  std::size_t count() const;
};

// Whether advise() or the table of a run that has very many names the series.
bool is_worth_a_word(const SeriesSummary& series);

struct RunSummary {
  std::vector<SeriesSummary> series;  // by study, then number, then Series Instance UID
  OtherSeries others;                 // that are not among them
  FileCounts files;
  std::string input;        // as they were given
  std::string output;       // empty where nothing is written
  bool has_report = false;  // report.json is in the output folder
  bool has_page = false;    // report.html too
  std::string status;       // as in report.json
  int exit_code = 0;
  double seconds = 0;
  // Of an input that nobody converts: by patients, and below each series its faults.
  bool is_listing = false;
  bool tells_patients = false;
  // Nothing changed since an earlier run, which is all that there is to tell: files looked at.
  std::optional<std::size_t> unchanged_files;
};

// In the order of RunSummary::series.
void sort_for_people(std::vector<SeriesSummary>& series);
// Those of a patient together; else the order stays.
void sort_by_patients(std::vector<SeriesSummary>& series);

// How many series there are of each verdict.
std::array<std::size_t, series_verdicts> count_verdicts(std::span<const SeriesSummary> series,
                                                        const OtherSeries& others = {});

// More series are not all listed, unless that is asked for.
inline constexpr std::size_t most_series_listed = 200;

// What is worth a word at the end: of each reason that anything was repaired, refused or failed, in
// how many series and files, and what to do. The most series first.
struct Advice {
  Reason reason = Reason::internal_error;
  std::size_t series = 0;
  std::size_t files = 0;
};
std::vector<Advice> advise(const RunSummary& run);
std::string advice_words(const Advice& advice);

// What a person calls a series by; empty where the header does not say.
std::string_view series_number(const Series& series);
std::string_view series_description(const Series& series);
std::string_view study_description(const Series& series);
std::string_view study_date(const Series& series);
std::string_view patient_id(const Series& series);
std::string_view patient_name(const Series& series);
std::string_view modality(const Series& series);
std::string matrix_words(const Series& series);  // "512x512", of its first instance

}  // namespace dcmflow
