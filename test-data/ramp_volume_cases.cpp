// What tells volumes at the same positions apart.

#include <cstdio>

#include "test-data/ramp/multi_frame.h"
#include "test-data/ramp_cases.h"

namespace dcmflow::cases {
namespace {

Change repeat_with(unsigned volumes, const std::string& path, double first, double step) {
  return repeat(volumes, [=](File& file, unsigned volume) {
    file.attributes.push_back({path, text_of({first + step * volume})});
  });
}

// The frame's volume, as what its item says.
Change say_by_volume(const std::string& path, const std::vector<std::string>& texts) {
  return set_each_frame(path, [=](const Frame& f) { return texts.at(f.volume); });
}

void diffusion(File& file, unsigned volume) {
  file.attributes.push_back({"DiffusionBValue", volume == 0 ? "0" : "1000"});
  if (volume == 0) return;
  const std::string direction = text_of(diffusion_direction(volume));
  file.attributes.push_back({"DiffusionGradientOrientation", direction});
}

void phase_times(File& file, unsigned volume) {
  const std::string minute = std::to_string(10 + 3 * volume);
  file.attributes.push_back({"AcquisitionTime", "12" + minute + "00"});
  file.attributes.push_back({"ContentTime", "12" + minute + "30"});
}

// Of four volumes: b = 0, then three directions.
void diffusion_directions(Scene& scene) {
  auto& directions = scene.facts[0].directions;
  directions.assign(1, {});
  for (unsigned v = 1; v < 4; ++v) directions.push_back(diffusion_direction(v));
}

// Canon's comment: the direction along the row, down the column and along the normal.
void canon_comment(File& file, unsigned volume) {
  const Vector direction = volume == 0 ? Vector{} : diffusion_direction(volume);
  char text[64];
  std::snprintf(text, sizeof text, "b=%u(%.4f,%.4f,%.4f)", volume == 0 ? 0U : 1000U,
                dot(direction, file.row), dot(direction, file.column),
                dot(direction, cross(file.row, file.column)));
  file.attributes.push_back({"Manufacturer", "CANON_MEC"});
  file.attributes.push_back({"ImageComments", text});
}

// The volumes behind the first become no image.
void other_volumes(Scene& scene) {
  for (File& file : scene.files)
    if (file.frames[0].volume != 0) file.frames[0].image = no_image;
}

std::vector<RampCase> counted() {
  const Change mr = modality("MR");
  const Change shuffled = shuffle_files();
  return {
      {"temporal_position",
       "4-D",
       "volumes by Temporal Position Identifier",
       {mr, repeat_with(3, "TemporalPositionIdentifier", 1, 1), shuffled}},
      {"trigger_time",
       "4-D",
       "volumes by Trigger Time",
       {mr, repeat_with(4, "TriggerTime", 0, 220.5), shuffled}},
      {"diffusion",
       "4-D",
       "volumes by b-value and direction",
       {mr, repeat(4, diffusion), any_order()}},
      {"frame_reference_time",
       "4-D",
       "dynamic PET",
       {modality("PT"), repeat_with(3, "FrameReferenceTime", 30000, 60000), shuffled}},
      {"acquisition_number",
       "4-D",
       "two phases by Acquisition Number",
       {repeat_with(2, "AcquisitionNumber", 1, 1), shuffled}},
      {"acquisition_time", "4-D", "two phases by time", {repeat(2, phase_times), shuffled}},
      {"number_blocks",
       "4-D",
       "volumes by Instance Number alone",
       {slices(6),
        repeat(3, [](File& file,
                     unsigned volume) { file.number = volume * 6 + file.frames[0].slice + 1; }),
        verdict("")}},
      {"incomplete_4d",
       "4-D",
       "the complete volumes are written",
       {slices(6), mr, repeat_with(3, "TemporalPositionIdentifier", 1, 1), missing({15}),
        only_whole_volumes()}},
      {"first_volume",
       "options",
       "--multi-volume first",
       {mr, repeat_with(3, "TemporalPositionIdentifier", 1, 1), other_volumes,
        option("--multi-volume", "first"), verdict("")}},
      {"one_slice_in_time",
       "4-D",
       "one slice many times",
       {slices(1), mr, repeat_with(5, "TemporalPositionIdentifier", 1, 1), verdict("")}},
      {"gap_in_4d",
       "4-D",
       "a position that no volume has",
       {slices(7), mr, repeat_with(2, "TemporalPositionIdentifier", 1, 1), missing({3, 10})}},
  };
}

std::vector<RampCase> told_apart() {
  const Change mr = modality("MR");
  return {
      {"dimension_index",
       "4-D",
       "Dimension Index Values alone tell the volumes apart",
       {mr, repeat(3, [](File&, unsigned) {}), multi_frame(enhanced_mr_indexed), shuffle_frames()}},
      {"exact_b_values",
       "4-D",
       "b-values that mark repetitions",
       {mr,
        repeat(3,
               [](File& file, unsigned volume) {
                 file.attributes.push_back(
                     {"DiffusionBValue", volume == 0 ? "0" : "0.00" + std::to_string(volume)});
               }),
        shuffle_numbers(), any_order()}},
      {"private_b_values",
       "4-D",
       "Siemens' b-values and directions, no Manufacturer, numbers of random order",
       {mr, repeat(4, [](File&, unsigned) {}), described(siemens_diffusion), unset("Manufacturer"),
        shuffle_numbers(), any_order(), diffusion_directions}},
      {"comment_of_oblique_slices",
       "4-D",
       "Canon's directions are along the slices' own axes",
       {mr, oblique(true), repeat(4, canon_comment), shuffle_numbers(), any_order(),
        diffusion_directions}},
      {"label_and_control",
       "4-D",
       "ASL Context of Enhanced MR",
       {mr, repeat(2, [](File&, unsigned) {}), multi_frame(enhanced_mr), shuffle_frames(),
        say_by_volume("MRArterialSpinLabelingSequence[0].ASLContext", {"LABEL", "CONTROL"}),
        any_order()}},
      {"cardiac_phases",
       "4-D",
       "Nominal Percentage of Cardiac Phase",
       {mr, repeat(3, [](File&, unsigned) {}), multi_frame(enhanced_mr), shuffle_frames(),
        say_by_volume("CardiacSynchronizationSequence[0].NominalPercentageOfCardiacPhase",
                      {"0", "33.5", "67"})}},
      {"respiratory_phases",
       "4-D",
       "Nominal Percentage of Respiratory Phase",
       {repeat(3, [](File&, unsigned) {}), multi_frame(enhanced_ct), shuffle_frames(),
        say_by_volume("RespiratorySynchronizationSequence[0].NominalPercentageOfRespiratoryPhase",
                      {"0", "33.5", "67"})}},
  };
}

std::vector<RampCase> told_apart_by_order() {
  const Change mr = modality("MR");
  return {
      {"guessed_repeats",
       "4-D",
       "b = 0, 800, 800, 0 in the order of their numbers: a guess within each b-value",
       {mr,
        repeat(4,
               [](File& file, unsigned volume) {
                 file.attributes.push_back(
                     {"DiffusionBValue", volume == 1 || volume == 2 ? "800" : "0"});
               }),
        any_order(), verdict("warn"), flag("dimension_guessed")}},
      {"position_counts_frames",
       "4-D",
       "Temporal Position Identifier is another in each frame: numbers tell",
       {mr, slices(6),
        repeat(3,
               [](File& file, unsigned volume) {
                 file.number = volume * 6 + file.frames[0].slice + 1;
                 file.attributes.push_back(
                     {"TemporalPositionIdentifier", std::to_string(file.number)});
               })}},
      {"trigger_time_ranks",
       "4-D",
       "Trigger Times in turn, another R-R interval at each slice",
       {mr,
        repeat(4,
               [](File& file, unsigned volume) {
                 const double ms = 40 * volume + 1.5 * file.frames[0].slice;
                 file.attributes.push_back({"TriggerTime", text_of({ms})});
               }),
        shuffle_numbers()}},
      {"image_index",
       "4-D",
       "Image Index of a gated PET counts slices within time slots",
       {modality("PT"), slices(6),
        repeat(3,
               [](File& file, unsigned volume) {
                 file.attributes.push_back(
                     {"ImageIndex", std::to_string(volume * 6 + file.frames[0].slice + 1)});
               }),
        shuffle_numbers()}},
  };
}

}  // namespace

std::vector<RampCase> volume_cases() {
  std::vector<RampCase> all;
  for (const auto part : {counted, told_apart, told_apart_by_order})
    for (RampCase& row : part()) all.push_back(std::move(row));
  return all;
}

}  // namespace dcmflow::cases
