#include "stages/catalog/arterial_spin_labeling.h"

#include <algorithm>
#include <array>

#include "stages/catalog/measured_number.h"
#include "stages/dicom/value_text.h"

namespace dcmflow {
namespace {

struct Word {
  std::string_view said, type;
};

// The words of PS3.3, and in GE's attributes: what is contained in another comes behind it.
constexpr std::array words{Word{"PSEUDOCONTINUOUS", "PCASL"}, Word{"CONTINUOUS", "CASL"},
                           Word{"PULSED", "PASL"}};
// Parts of the names of Siemens' sequences before XA.
constexpr std::array sequences{Word{"ep2d_pasl", "PASL"},    Word{"tgse_pasl", "PASL"},
                               Word{"ep2d_fairest", "PASL"}, Word{"ep2d_pcasl", "PCASL"},
                               Word{"tgse_pcasl", "PCASL"},  Word{"VEPCASL", "PCASL"}};

std::string_view type_of(const ScanHeader& header) {
  const auto said = [&](std::string_view text, std::span<const Word> known) {
    const auto found = std::ranges::find_if(
        known, [&](const Word& w) { return text.find(w.said) != std::string_view::npos; });
    return found == known.end() ? std::string_view() : found->type;
  };
  for (const auto attribute :
       {scan_index(0x00189250), scan_index(0x004300A3, creator::ge_parameters)})
    if (const auto type = said(header.find(attribute).value_or(""), words); !type.empty())
      return type;
  return said(header.protocol("tSequenceFileName").value_or(""), sequences);
}

// s; the first that is above 0.
struct Duration {
  std::optional<double> number;
  double per_second;
};
std::optional<double> first_of(std::initializer_list<Duration> durations) {
  constexpr int digits = 6;
  for (const auto& [number, per_second] : durations)
    if (number && *number > 0) return round_to(*number / per_second, digits);
  return std::nullopt;
}

constexpr double ms = 1e3, us = 1e6;

bool is_sequence(const ScanHeader& header, std::string_view part) {
  return header.protocol("tSequenceFileName").value_or("").find(part) != std::string::npos;
}

// Siemens' pseudo-continuous sequences label by trains of 20 pulses, each 0.92 ms long.
std::optional<double> siemens_train_ms(const ScanHeader& header) {
  constexpr double train_ms = 20 * 0.92;
  if (!is_sequence(header, "ep2d_pcasl") && !is_sequence(header, "tgse_pcasl")) return std::nullopt;
  const auto trains = header.protocol_number("sWipMemBlock.adFree[3]");
  return trains ? std::optional(train_ms * *trains) : std::nullopt;
}

std::optional<double> labeling_duration(const ScanHeader& header) {
  return first_of({{header.number(scan_index(0x00189258, {}, sequence::arterial_spin_labeling,
                                             sequence::labeling_slab)),
                    ms},
                   {header.number(attribute_index(0x00189258)), ms},
                   {header.protocol_number("sAsl.ulLabelingDuration"), us},
                   {header.number(scan_index(0x004300A5, creator::ge_parameters)), ms},
                   {siemens_train_ms(header), ms}});
}

// From the end of the labelling to the excitation; of pulsed labelling from the pulse.
std::optional<double> post_labeling_delay(const ScanHeader& header, std::string_view type) {
  const bool is_pulsed = type == "PASL";
  const auto siemens = is_pulsed ? header.protocol_number("alTI[2]")
                       : is_sequence(header, "ep2d_pcasl")
                           ? header.protocol_number("sWipMemBlock.adFree[2]")
                           : std::nullopt;
  const bool is_siemens_v = header.maker() == Maker::siemens && !header.blocks().csa_image.empty();
  return first_of({{header.protocol_number("sAsl.sPostLabelingDelay[0]"), us},
                   {is_siemens_v ? siemens : header.number(attribute_index(0x00180082)),
                    is_siemens_v ? us : ms},
                   {siemens, us}});
}

void write_bolus(JsonWriter& json, const ScanHeader& header) {
  const auto flag = header.find(scan_index(0x0018925C));
  if (flag) json.member("BolusCutOffFlag", *flag == "YES");
  if (flag != "YES") return;
  if (const auto technique = header.find(scan_index(0x0018925E)))
    json.member("BolusCutOffTechnique", *technique);
  if (const auto delay = first_of({{header.number(scan_index(0x0018925F)), ms}}))
    json.member("BolusCutOffDelayTime", *delay);
}

// Of the volumes, as ASL Context says of each; the control of a label is its pair.
void write_volumes(JsonWriter& json, const Stack& stack) {
  const auto slices = stack.frames.size() / stack.volumes;
  std::size_t labels = 0, known = 0;
  bool has_reference = false;
  for (std::size_t volume = 0; volume < stack.volumes; ++volume) {
    const auto context =
        stack.frames[volume * slices].find(attribute_index(0x00189257)).value_or("");
    known += !context.empty();
    labels += context == "LABEL";
    has_reference |= context == "M_ZERO_SCAN";
  }
  if (known != stack.volumes) return;
  if (has_reference) json.member("M0Type", "Included");
  if (labels > 0) json.member("TotalAcquiredPairs", labels);
}

}  // namespace

void write_arterial_spin_labeling(JsonWriter& json, const ScanHeader& header, const Stack& stack,
                                  const RepetitionTime& repetition) {
  const auto type = type_of(header);
  if (type.empty()) return;
  json.member("ArterialSpinLabelingType", type);
  if (repetition.volumes) json.member("RepetitionTimePreparation", *repetition.volumes);
  if (const auto delay = post_labeling_delay(header, type))
    json.member("PostLabelingDelay", *delay);
  if (const auto duration = labeling_duration(header); duration && type != "PASL")
    json.member("LabelingDuration", *duration);
  if (type == "PASL") write_bolus(json, header);
  if (const auto crushing = header.find(scan_index(0x00189259)))
    json.member("VascularCrushing", *crushing == "YES");
  // BIDS knows it of pulsed labelling alone.
  if (const auto mm = header.number(scan_index(0x00189254)); type == "PASL" && mm && *mm > 0)
    json.member("LabelingSlabThickness", round_to(*mm, 6));
  if (const auto cosines = parse_numbers(header.find(scan_index(0x00189255)).value_or("")))
    json.key("LabelingOrientation").values(*cosines);
  write_volumes(json, stack);
}

}  // namespace dcmflow
