#include "stages/catalog/report_series.h"

#include <algorithm>
#include <array>
#include <string>

#include "stages/base/base64.h"
#include "stages/base/printable.h"
#include "stages/base/remedies.h"
#include "stages/catalog/flag_words.h"
#include "stages/catalog/names.h"
#include "stages/catalog/slice_positions.h"
#include "stages/formats/formats.h"
#include "stages/write_image.h"

namespace dcmflow {
namespace {

using Layout = JsonWriter::Layout;

// The page shows the first; volumes.json has them all.
constexpr std::size_t most_recipes = 400;
constexpr std::size_t most_positions = 2000;

void write_flags(JsonWriter& json, const Stack& stack) {
  json.key("flags").array(Layout::one_line);
  for (const auto& flag : stack.flags)
    json.array(Layout::one_line).value(flag).value(flag_words(flag)).end();
  json.end();
}

bool is_made(const Stack& stack, std::size_t slice) {
  const SliceRecipe& recipe = stack.recipes[slice];
  return recipe.lower != recipe.upper || recipe.lower == SliceRecipe::no_frame ||
         recipe.shift != std::array<double, 2>{};
}

// [slice, lower frame, upper frame, weight of the upper, shift in columns, in rows] of each slice
// that is not simply a frame; null for a frame that there is none of.
void write_made_slices(JsonWriter& json, const Stack& stack) {
  std::size_t made = 0;
  json.key("made_slices").array(Layout::one_line);
  for (std::size_t slice = 0; slice < stack.recipes.size(); ++slice) {
    if (!is_made(stack, slice) || made++ >= most_recipes) continue;
    const SliceRecipe& recipe = stack.recipes[slice];
    json.array(Layout::one_line).value(slice);
    for (const auto frame : {recipe.lower, recipe.upper})
      frame == SliceRecipe::no_frame ? json.null() : json.value(frame);
    json.value(recipe.upper_weight).value(recipe.shift[0]).value(recipe.shift[1]).end();
  }
  json.end().member("made_slices_count", made);
  json.key("filled_slices").array(Layout::one_line);
  for (std::size_t i = 0; i < std::min(stack.filled_slices.size(), most_recipes); ++i)
    json.value(stack.filled_slices[i]);
  json.end();
}

void write_positions(JsonWriter& json, std::vector<double> positions) {
  if (positions.empty()) return;
  json.member("positions_count", positions.size());
  positions.resize(std::min(positions.size(), most_positions));
  json.key("positions").values(positions);
}

void write_overview(JsonWriter& json, const Overview& overview) {
  json.key("pictures").array(Layout::one_line);
  for (const Picture& picture : overview.pictures) {
    json.object(Layout::one_line).member("plane", picture.plane);
    json.key("mm").values(picture.size_mm).key("letters").values(picture.letters);
    json.member("png", encode_base64(picture.png)).end();
  }
  json.end().key("histogram").object(Layout::one_line);
  json.key("range").values(overview.range).key("window").values(overview.window);
  json.member("window_of_header", overview.window_of_header);
  json.key("counts").values(overview.histogram).end();
}

// By the order of the rules; `seen` may hold patient data, whatever key it is of.
void write_matches(JsonWriter& json, const Candidate& candidate, bool no_patient) {
  json.key("selections").array(Layout::one_line);
  for (const SelectionMatch& match : candidate.matches) {
    json.object(Layout::one_line).member("matched", match.matched);
    if (!match.matched) {
      json.member("key", match.failed_key).member("expected", match.expected);
      if (!no_patient) json.member("seen", match.seen);
    }
    json.end();
  }
  json.end();
}

void write_image(JsonWriter& json, const ImageFile& image, const ReportSeries& series,
                 const Catalog& catalog, bool no_patient) {
  const Stack& stack = *image.stack;
  const Grid& grid = stack.grid;
  json.object(Layout::one_line).member("file", image.name);
  json.key("split_reason").value_or_null(stack.split_reason);
  json.key("size").values(grid.size).key("spacing").values(grid.spacing);
  json.member("volumes", stack.volumes).key("dimension").value_or_null(stack.dimension);
  json.member("type", voxel_type_name(image.type));
  json.key("values").values(std::array{image.values.least, image.values.greatest});
  json.member("placed", grid.is_placed).member("geometry", verdict_name(stack.verdict));
  json.member("corner_error_mm", stack.max_corner_error_mm);
  json.member("soundness", soundness_word(soundness_of(stack)));
  json.key("missing").values(stack.missing);
  write_flags(json, stack);
  write_made_slices(json, stack);
  write_positions(json, odd_positions(stack));
  if (const auto found = catalog.overviews.find(image.name); found != catalog.overviews.end())
    write_overview(json, *found->second);
  const auto candidate = std::ranges::find(series.candidates, stack.image_stem,
                                           [](const Candidate& one) { return one.facts.stem; });
  if (candidate != series.candidates.end()) write_matches(json, *candidate, no_patient);
  json.end();
}

}  // namespace

void write_report_problem(JsonWriter& json, Reason reason, std::string_view detail,
                          std::size_t files) {
  const ReasonRow& row = reason_row(reason);
  json.object(Layout::one_line).member("reason", row.code).member("text", row.text);
  json.member("severity", severity_name(row.severity));
  json.member("detail", detail).key("remedy").value_or_null(remedy(reason));
  json.member("files", files).end();
}

void write_report_series(JsonWriter& json, const ReportSeries& one, const Catalog& catalog,
                         bool no_patient) {
  const SeriesSummary& summary = *one.summary;
  const Series& series = *summary.series;
  json.object(Layout::one_line).member("study", one.study);
  json.member("uid", series.series_instance_uid).member("number", series_number(series));
  json.member("description", series_description(series)).member("modality", modality(series));
  json.member("verdict", verdict_word(summary.verdict));
  json.member("files", series.instances.size()).key("images").array(Layout::one_line);
  for (const ImageFile* image : one.images) write_image(json, *image, one, catalog, no_patient);
  json.end().key("problems").array(Layout::one_line);
  for (const auto& problem : summary.problems)
    write_report_problem(json, problem.reason, printable(problem.detail), 0);
  for (const auto& [reason, left] : summary.left)
    write_report_problem(json, reason, printable(left.detail), left.files);
  json.end();
  if (one.images.empty()) {
    write_positions(json, odd_positions(series));
    // A series of which no image was made is a candidate, too.
    if (!one.candidates.empty()) write_matches(json, one.candidates.front(), no_patient);
  }
  json.end();
}

}  // namespace dcmflow
