// The sidecars that BIDS wants beside each image: <stem>.json with what the scanner did, in BIDS'
// words and units, and for diffusion <stem>.bval and <stem>.bvec. None of it tells who the patient
// is. Names and units: BIDS specification 1.8, "Magnetic Resonance Imaging" and "Positron Emission
// Tomography"; those that BIDS leaves open are dcm2niix's.

#include <algorithm>
#include <array>
#include <charconv>

#include "config/attributes.h"
#include "stages/catalog/image_axes.h"
#include "stages/catalog/json_writer.h"
#include "stages/catalog/sorted.h"
#include "stages/dicom/value_text.h"
#include "stages/write_catalog.h"

namespace dcmflow {
namespace {

enum class Kind : std::uint8_t { text, number, list };

struct BidsRow {
  AttributeIndex attribute;
  std::string_view key;
  Kind kind;
  double unit = 1;  // of BIDS: DICOM has ms where BIDS has s
};

constexpr double ms = 0.001;
constexpr auto rows = std::to_array<BidsRow>({
    {attribute_index(0x00080060), "Modality", Kind::text},
    {attribute_index(0x00180087), "MagneticFieldStrength", Kind::number},
    {attribute_index(0x00180084), "ImagingFrequency", Kind::number},
    {attribute_index(0x00080070), "Manufacturer", Kind::text},
    {attribute_index(0x00081090), "ManufacturersModelName", Kind::text},
    {attribute_index(0x00081010), "StationName", Kind::text},
    {attribute_index(0x00181000), "DeviceSerialNumber", Kind::text},
    {attribute_index(0x00181020), "SoftwareVersions", Kind::text},
    {attribute_index(0x00080080), "InstitutionName", Kind::text},
    {attribute_index(0x00180015), "BodyPart", Kind::text},
    {attribute_index(0x00185100), "PatientPosition", Kind::text},
    {attribute_index(0x0008103E), "SeriesDescription", Kind::text},
    {attribute_index(0x00181030), "ProtocolName", Kind::text},
    {attribute_index(0x00180020), "ScanningSequence", Kind::text},
    {attribute_index(0x00180021), "SequenceVariant", Kind::text},
    {attribute_index(0x00180022), "ScanOptions", Kind::text},
    {attribute_index(0x00180024), "SequenceName", Kind::text},
    {attribute_index(0x00180023), "MRAcquisitionType", Kind::text},
    {attribute_index(0x00080008), "ImageType", Kind::list},
    {attribute_index(0x00200011), "SeriesNumber", Kind::number},
    {attribute_index(0x00200012), "AcquisitionNumber", Kind::number},
    {attribute_index(0x00180050), "SliceThickness", Kind::number},
    {attribute_index(0x00180088), "SpacingBetweenSlices", Kind::number},
    {attribute_index(0x00181316), "SAR", Kind::number},
    {attribute_index(0x00180083), "NumberOfAverages", Kind::number},
    {attribute_index(0x00180086), "EchoNumber", Kind::number},
    {attribute_index(0x00180081), "EchoTime", Kind::number, ms},
    {attribute_index(0x00180080), "RepetitionTime", Kind::number, ms},
    {attribute_index(0x00180082), "InversionTime", Kind::number, ms},
    {attribute_index(0x00181314), "FlipAngle", Kind::number},
    {attribute_index(0x00180091), "EchoTrainLength", Kind::number},
    {attribute_index(0x00180093), "PercentSampling", Kind::number},
    {attribute_index(0x00180094), "PercentPhaseFOV", Kind::number},
    {attribute_index(0x00180089), "PhaseEncodingSteps", Kind::number},
    {attribute_index(0x00180095), "PixelBandwidth", Kind::number},
    {attribute_index(0x00181250), "ReceiveCoilName", Kind::text},
    {attribute_index(0x00180060), "KVP", Kind::number},
    {attribute_index(0x00181152), "XRayExposure", Kind::number},
    {attribute_index(0x00181150), "ExposureTime", Kind::number, ms},
    {attribute_index(0x00181151), "XRayTubeCurrent", Kind::number},
    {attribute_index(0x00181210), "ConvolutionKernel", Kind::text},
    {attribute_index(0x00541001), "Units", Kind::text},
    {attribute_index(0x00541102), "DecayCorrection", Kind::text},
    {attribute_index(0x00181242), "FrameDuration", Kind::number, ms},
});

void write_list(JsonWriter& json, std::string_view text) {
  json.array(JsonWriter::Layout::one_line);
  for (;;) {
    const auto end = text.find('\\');
    json.value(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  json.end();
}

void write_row(JsonWriter& json, const BidsRow& row, const Frame& frame) {
  const auto text = frame.find(row.attribute);
  if (!text) return;
  if (row.kind == Kind::number) {
    // 3 ms is 0.003 s, not what a multiplication by 0.001 makes of it.
    if (const auto number = parse_decimal(*text))
      json.member(row.key, row.unit == ms ? *number / 1000 : *number);
    return;
  }
  json.key(row.key);
  if (row.kind == Kind::list)
    write_list(json, *text);
  else
    json.value(*text);
}

// In-Plane Phase Encoding Direction says along which image axis, not which way.
void write_phase_encoding(JsonWriter& json, const Frame& frame) {
  const auto along = frame.find(attribute_index(0x00181312));
  if (!along) return;
  json.member("InPlanePhaseEncodingDirectionDICOM", *along);
  if (*along == "ROW") json.member("PhaseEncodingAxis", "i");
  if (*along == "COL" || *along == "COLUMN") json.member("PhaseEncodingAxis", "j");
}

void write_frame_times(JsonWriter& json, const Stack& stack) {
  if (stack.volume_keys.empty() || !stack.volume_keys.front().time) return;
  json.key("FrameTimesStart").array(JsonWriter::Layout::one_line);
  for (const auto& key : stack.volume_keys) json.value(key.time.value_or(0));
  json.end();
}

Status write_sidecar(const std::string& folder, const Stack& stack) {
  auto json = JsonWriter::create(folder, stack.image_stem + ".json");
  if (!json) return json.problem();
  const auto& frame = stack.frames.front();
  json->object();
  for (const auto& row : rows) write_row(*json, row, frame);
  write_phase_encoding(*json, frame);
  write_frame_times(*json, stack);
  json->member("ConversionSoftware", "dcmflow");
  json->member("ConversionSoftwareVersion", DCMFLOW_VERSION).end();
  return json->commit();
}

// As BIDS' tables have them: separated by spaces.
void append_number(std::string& row, double number) {
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number + 0.0,
                                 std::chars_format::general, 7);
  if (!row.empty()) row += ' ';
  row.append(digits.data(), end.ptr);
}

Status write_text(const std::string& folder, const std::string& name, const std::string& text) {
  auto file = OutputFile::create(folder, name);
  if (!file) return file.problem();
  if (auto done = file->append(text); !done) return done;
  return file->commit();
}

// FSL's convention: directions along the image axes, the first turned round when the affine's
// determinant is positive, as it always is here.
Status write_diffusion(const std::string& folder, const Stack& stack) {
  std::string b_values;
  std::array<std::string, 3> directions;
  for (const auto& key : stack.volume_keys) {
    const Diffusion diffusion = key.diffusion.value_or(Diffusion{});
    append_number(b_values, diffusion.b_value);
    auto along = in_image_axes(diffusion.direction.value_or(Vector3{}), stack.grid);
    along[0] = -along[0];
    for (std::size_t axis = 0; axis < 3; ++axis) append_number(directions[axis], along[axis]);
  }
  if (auto done = write_text(folder, stack.image_stem + ".bval", b_values + '\n'); !done)
    return done;
  std::string text;
  for (const auto& row : directions) text += row + '\n';
  return write_text(folder, stack.image_stem + ".bvec", text);
}

bool is_diffusion(const Stack& stack) {
  return std::ranges::any_of(stack.volume_keys,
                             [](const VolumeKey& key) { return key.diffusion.has_value(); });
}

}  // namespace

Status write_bids(const std::string& folder, const Catalog& catalog) {
  for (const ImageFile* image : sorted_images(catalog)) {
    if (auto done = write_sidecar(folder, *image->stack); !done) return done;
    if (!is_diffusion(*image->stack)) continue;
    if (auto done = write_diffusion(folder, *image->stack); !done) return done;
  }
  return Done{};
}

}  // namespace dcmflow
