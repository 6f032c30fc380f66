#include "stages/sorting/contrast_attributes.h"

#include <algorithm>
#include <array>

#include "stages/base/vector3.h"
#include "stages/dicom/attributes.h"
#include "stages/dicom/value_text.h"
#include "stages/dicom/vendor/diffusion.h"
#include "stages/dicom/vendor/vendor_attributes.h"
#include "stages/sorting/image_type.h"

namespace dcmflow {
namespace {

using enum ContrastUse;

template <AttributeIndex attribute>
std::optional<ContrastValue> text(const Frame& f) {
  auto found = f.find(attribute);
  if (!found) return std::nullopt;
  const auto end = found->find_last_not_of(' ');
  if (end == std::string_view::npos) return std::nullopt;
  return ContrastValue{.text = std::string(found->substr(0, end + 1))};
}

template <AttributeIndex attribute>
std::optional<ContrastValue> number(const Frame& f) {
  const auto found = parse_decimal(f.find(attribute).value_or(""));
  if (!found) return std::nullopt;
  return ContrastValue{.numbers = {*found}, .text = {}};
}

template <AttributeIndex attribute>
std::optional<ContrastValue> direction(const Frame& f) {
  const auto found = parse_decimals<3>(f.find(attribute).value_or(""));
  if (!found) return std::nullopt;
  return ContrastValue{.numbers = {0, (*found)[0], (*found)[1], (*found)[2]}, .text = {}};
}

std::optional<ContrastValue> diffusion(const Frame& f) {
  const auto found = find_diffusion(f);
  if (!found) return std::nullopt;
  ContrastValue value{.numbers = {found->b_value}, .text = {}};
  if (found->direction) std::ranges::copy(*found->direction, value.numbers.begin() + 1);
  return value;
}

// 1: the mean of all directions, beside 0: one direction (PS3.3 C.8.13.5.9). Both are b > 0.
std::optional<ContrastValue> isotropic(const Frame& f) {
  const auto found = find_diffusion(f);
  if (!found || found->b_value <= 0) return std::nullopt;
  if (is_isotropic(f)) return ContrastValue{.numbers = {1}, .text = {}};
  if (!found->direction) return std::nullopt;
  return ContrastValue{.numbers = {0}, .text = {}};
}

// Which images of a diffusion series these are is told by their b-values and directions.
std::optional<ContrastValue> ge_kind(const Frame& f) {
  auto kind = text<vendor_index(0x00430030)>(f);
  constexpr std::array<std::string_view, 5> of_diffusion{"3", "4", "5", "14", "16"};
  if (kind && std::ranges::find(of_diffusion, kind->text) != of_diffusion.end()) kind->text = "0";
  return kind;
}

// The gradient as it was applied, where no direction in the patient can be made of it.
std::optional<ContrastValue> ge_gradient(const Frame& f) {
  ContrastValue gradient;
  for (const auto axis :
       {vendor_index(0x001900BB), vendor_index(0x001900BC), vendor_index(0x001900BD)})
    gradient.text.append(f.find(axis).value_or("")).append(" ");
  if (gradient.text.find_first_not_of(' ') == std::string::npos) return std::nullopt;
  return gradient;
}

std::optional<ContrastValue> type_words(const Frame& f) {
  auto words = image_words(f);
  if (words.empty()) return std::nullopt;
  return ContrastValue{.text = std::move(words)};
}

template <AttributeIndex... attributes>
inline constexpr std::array sources{attributes...};

constexpr auto diffusion_sources = std::to_array<AttributeIndex>(
    {attribute_index(0x00080070), attribute_index(0x00189087), attribute_index(0x00189089),
     attribute_index(0x00204000), vendor_index(0x0019000C), vendor_index(0x0019000E),
     vendor_index(0x00190027), vendor_index(0x001900BB), vendor_index(0x001900BC),
     vendor_index(0x001900BD), vendor_index(0x00430039), vendor_index(0x00650009),
     vendor_index(0x00650037), vendor_index(0x20010003), vendor_index(0x20010004),
     vendor_index(0x200500B0), vendor_index(0x200500B1), vendor_index(0x200500B2)});
constexpr auto isotropic_sources = std::to_array<AttributeIndex>(
    {attribute_index(0x00189075), vendor_index(0x20010004), attribute_index(0x00189087),
     attribute_index(0x00189089), vendor_index(0x20010003), vendor_index(0x0019000C),
     vendor_index(0x0019000E)});

// The rows that are read as they stand.
template <AttributeIndex attribute>
constexpr ContrastAttribute text_row(std::string_view keyword, std::string_view word,
                                     ContrastUse use, WhereApart apart = WhereApart::ignore) {
  return {.keyword = keyword,
          .word = word,
          .use = use,
          .apart = apart,
          .equality = Equality::text,
          .read = text<attribute>,
          .sources = sources<attribute>};
}

template <AttributeIndex attribute>
constexpr ContrastAttribute number_row(std::string_view keyword, std::string_view word,
                                       ContrastUse use, WhereApart apart, double tolerance,
                                       bool is_measured = false) {
  return {.keyword = keyword,
          .word = word,
          .use = use,
          .apart = apart,
          .equality = Equality::number,
          .tolerance = tolerance,
          .read = number<attribute>,
          .sources = sources<attribute>,
          .is_measured = is_measured};
}

// A frame that does not have it is without: it is not lost.
constexpr ContrastAttribute or_without(ContrastAttribute row) {
  row.absent = Absent::is_value;
  return row;
}

constexpr ContrastAttribute as_word(ContrastAttribute row) {
  row.is_word = true;
  return row;
}

// What people, devices and programs call it.
template <AttributeIndex attribute>
constexpr ContrastAttribute word_row(std::string_view keyword, std::string_view word,
                                     WhereApart apart = WhereApart::interleaved) {
  return as_word(text_row<attribute>(keyword, word, hint, apart));
}

// Of a velocity.
template <AttributeIndex attribute>
constexpr ContrastAttribute direction_row(std::string_view keyword) {
  return {.keyword = keyword,
          .word = "velocity",
          .use = image,
          .apart = WhereApart::refuse,
          .equality = Equality::direction,
          .tolerance = 1,
          .read = direction<attribute>,
          .sources = sources<attribute>};
}

constexpr auto refuse = WhereApart::refuse;
constexpr auto split = WhereApart::split;
constexpr auto interleaved = WhereApart::interleaved;
constexpr auto ignore = WhereApart::ignore;
constexpr bool measured = true;

constexpr std::array rows{
    number_row<attribute_index(0x00180081)>("EchoTime", "echo", image, refuse, 1e-3),
    text_row<attribute_index(0x00180086)>("EchoNumbers", "echo", image, split),
    number_row<attribute_index(0x00180082)>("InversionTime", "inversion", image, refuse, 1e-3),
    number_row<attribute_index(0x00181314)>("FlipAngle", "flip", image, refuse, 0.01),
    number_row<attribute_index(0x00180080)>("RepetitionTime", "repetition", image, split, 0.02,
                                            measured),
    text_row<attribute_index(0x00189020)>("MagnetizationTransfer", "transfer", image, refuse),
    text_row<attribute_index(0x00189021)>("T2Preparation", "preparation", image, refuse),
    text_row<attribute_index(0x00189009)>("InversionRecovery", "preparation", image, refuse),
    text_row<attribute_index(0x00189022)>("BloodSignalNulling", "preparation", image, refuse),
    text_row<attribute_index(0x00189025)>("SpectrallySelectedSuppression", "suppression", image,
                                          refuse),
    text_row<attribute_index(0x00189026)>("SpectrallySelectedExcitation", "excitation", image,
                                          refuse),
    text_row<attribute_index(0x00189028)>("Tagging", "tagging", image, refuse),
    text_row<attribute_index(0x00180085)>("ImagedNucleus", "nucleus", image, refuse),
    ContrastAttribute{.keyword = "DiffusionDirectionality",
                      .word = "trace",
                      .use = image,
                      .apart = refuse,
                      .equality = Equality::number,
                      .read = isotropic,
                      .sources = isotropic_sources,
                      .absent = Absent::joins},
    direction_row<attribute_index(0x00189090)>("VelocityEncodingDirection"),
    number_row<attribute_index(0x00189217)>("VelocityEncodingMaximumValue", "velocity", image,
                                            refuse, 0.01),
    text_row<vendor_index(0x001900CB)>("(0019,xxCB)", "velocity", image, refuse),
    number_row<vendor_index(0x001900CC)>("(0019,xxCC)", "velocity", image, refuse, 0.01),
    direction_row<vendor_index(0x2001001A)>("(2001,xx1A)"),
    number_row<attribute_index(0x00180060)>("KVP", "kvp", image, refuse, 0.03),
    text_row<attribute_index(0x00181210)>("ConvolutionKernel", "kernel", image, refuse),
    text_row<attribute_index(0x00189316)>("ConvolutionKernelGroup", "kernel", image, refuse),
    text_row<attribute_index(0x00189315)>("ReconstructionAlgorithm", "reconstruction", image,
                                          refuse),
    text_row<attribute_index(0x00189344)>("ContrastBolusAgentPhase", "agent_phase", image, refuse),
    number_row<attribute_index(0x0018937C)>("MonoenergeticEnergyEquivalent", "energy", image,
                                            refuse, 1e-3),
    number_row<attribute_index(0x00540014)>("EnergyWindowLowerLimit", "energy_window", image,
                                            refuse, 1e-3),
    number_row<attribute_index(0x00540015)>("EnergyWindowUpperLimit", "energy_window", image,
                                            refuse, 1e-3),
    number_row<attribute_index(0x00180050)>("SliceThickness", "thickness", image, split, 0.1,
                                            measured),
    text_row<attribute_index(0x00541001)>("Units", "units", image, refuse),
    text_row<attribute_index(0x00280051)>("CorrectedImage", "corrections", image, interleaved),
    text_row<attribute_index(0x00541101)>("AttenuationCorrectionMethod", "attenuation", image,
                                          interleaved),
    text_row<attribute_index(0x00541103)>("ReconstructionMethod", "reconstruction", image,
                                          interleaved),
    text_row<attribute_index(0x00541105)>("ScatterCorrectionMethod", "scatter", image, interleaved),
    ContrastAttribute{.keyword = "ImageType",
                      .word = "type",
                      .use = image,
                      .apart = split,
                      .equality = Equality::text,
                      .read = type_words,
                      .sources = sources<attribute_index(0x00080008)>},
    text_row<vendor_index(0x0043002F)>("(0043,xx2F)", "component", image, split),
    text_row<vendor_index(0x20050011)>("(2005,xx11)", "component", image, split),
    ContrastAttribute{.keyword = "(0043,xx30)",
                      .word = "kind",
                      .use = image,
                      .apart = split,
                      .equality = Equality::text,
                      .read = ge_kind,
                      .sources = sources<vendor_index(0x00430030)>},
    ContrastAttribute{.keyword = "DiffusionBValue",
                      .word = "diffusion",
                      .use = volume,
                      .apart = refuse,
                      .equality = Equality::direction,
                      .tolerance = 0.5,
                      .read = diffusion,
                      .sources = diffusion_sources,
                      .absent = Absent::is_value},
    text_row<attribute_index(0x00189257)>("ASLContext", "asl", volume, refuse),
    text_row<vendor_index(0x20050029)>("(2005,xx29)", "asl", volume, refuse),
    number_row<attribute_index(0x00189258)>("ASLPulseTrainDuration", "asl", volume, refuse, 0),
    text_row<attribute_index(0x00180024)>("SequenceName", "sequence", hint, split),
    text_row<attribute_index(0x00180020)>("ScanningSequence", "sequence", hint, interleaved),
    text_row<attribute_index(0x00180021)>("SequenceVariant", "sequence", hint, interleaved),
    text_row<attribute_index(0x00089209)>("AcquisitionContrast", "contrast", hint, interleaved),
    text_row<vendor_index(0x00510014)>("(0051,xx14)", "velocity", hint, interleaved),
    text_row<attribute_index(0x00281054)>("RescaleType", "units", hint, split),
    text_row<attribute_index(0x00181160)>("FilterType", "filter", hint, interleaved),
    or_without(
        text_row<attribute_index(0x00180010)>("ContrastBolusAgent", "agent", hint, interleaved)),
    number_row<attribute_index(0x00180083)>("NumberOfAverages", "averages", hint, interleaved, 0),
    number_row<attribute_index(0x00181242)>("ActualFrameDuration", "duration", hint, interleaved,
                                            0),
    as_word(number_row<attribute_index(0x00189220)>("FrameAcquisitionDuration", "duration", hint,
                                                    ignore, 0)),
    text_row<attribute_index(0x00541002)>("CountsSource", "counts", hint, interleaved),
    or_without(text_row<attribute_index(0x00180022)>("ScanOptions", "options", hint, interleaved)),
    word_row<vendor_index(0x00430030)>("(0043,xx30)", "direction", ignore),
    ContrastAttribute{
        .keyword = "(0019,xxBB)",
        .word = "direction",
        .use = hint,
        .equality = Equality::text,
        .read = ge_gradient,
        .sources =
            sources<vendor_index(0x001900BB), vendor_index(0x001900BC), vendor_index(0x001900BD)>,
        .is_word = true},
    word_row<attribute_index(0x00080008)>("ImageType", "type", ignore),
    word_row<attribute_index(0x00181250)>("ReceiveCoilName", "coil", ignore),
    word_row<attribute_index(0x00181312)>("InPlanePhaseEncodingDirection", "phase_encoding"),
    word_row<attribute_index(0x00181030)>("ProtocolName", "protocol"),
    word_row<attribute_index(0x0008103E)>("SeriesDescription", "description"),
    word_row<attribute_index(0x00209453)>("FrameLabel", "label"),
    word_row<attribute_index(0x00209158)>("FrameComments", "comments"),
    word_row<attribute_index(0x00204000)>("ImageComments", "comments"),
    word_row<attribute_index(0x00200011)>("SeriesNumber", "series"),
    word_row<attribute_index(0x00080031)>("SeriesTime", "series"),
    word_row<attribute_index(0x00185100)>("PatientPosition", "position"),
    word_row<attribute_index(0x00181251)>("TransmitCoilName", "coil", ignore),
    word_row<attribute_index(0x00180095)>("PixelBandwidth", "bandwidth", ignore),
    word_row<attribute_index(0x00180091)>("EchoTrainLength", "echo_train", ignore),
    word_row<attribute_index(0x00181100)>("ReconstructionDiameter", "diameter", ignore),
    word_row<attribute_index(0x00181151)>("XRayTubeCurrent", "current", ignore),
    word_row<attribute_index(0x00541102)>("DecayCorrection", "decay", ignore),
    word_row<attribute_index(0x00541000)>("SeriesType", "series_type", ignore),
};

}  // namespace

std::span<const ContrastAttribute> contrast_attributes() { return rows; }

}  // namespace dcmflow
