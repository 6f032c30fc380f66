#include "test-data/dicom_builder.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdatset.h>
#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcostrmb.h>
#include <dcmtk/dcmdata/dcsequen.h>
#include <dcmtk/dcmdata/dcwcache.h>
#include <dcmtk/oflog/oflog.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <stdexcept>
#include <utility>

#include "test-data/encode_pixels.h"

namespace dcmflow {
namespace {

constexpr std::size_t most_default_pixel_bytes = std::size_t{64} << 20U;
constexpr std::string_view implementation_class_uid = "2.25.190703151209241810";
constexpr std::string_view implementation_version_name = "DCMFLOW_PHANTOM";

constexpr std::pair<std::string_view, std::string_view> small_ct[] = {
    {"SpecificCharacterSet", "ISO_IR 192"},
    {"ImageType", "ORIGINAL\\PRIMARY\\AXIAL"},
    {"SOPClassUID", "1.2.840.10008.5.1.4.1.1.2"},
    {"SOPInstanceUID", "1.2.3.4.5"},
    {"StudyDate", "20000101"},
    {"StudyTime", "120000"},
    {"AccessionNumber", ""},
    {"Modality", "CT"},
    {"Manufacturer", "dcmflow phantom"},
    {"ReferringPhysicianName", ""},
    {"PatientName", "Phantom^Ramp"},
    {"PatientID", "P1"},
    {"PatientBirthDate", ""},
    {"PatientSex", ""},
    {"SliceThickness", "1"},
    {"PatientPosition", "HFS"},
    {"StudyInstanceUID", "1.2.3"},
    {"SeriesInstanceUID", "1.2.3.4"},
    {"StudyID", "1"},
    {"SeriesNumber", "1"},
    {"InstanceNumber", "1"},
    {"ImagePositionPatient", "0\\0\\0"},
    {"ImageOrientationPatient", "1\\0\\0\\0\\1\\0"},
    {"FrameOfReferenceUID", "1.2.3.9"},
    {"SamplesPerPixel", "1"},
    {"PhotometricInterpretation", "MONOCHROME2"},
    {"Rows", "3"},
    {"Columns", "4"},
    {"PixelSpacing", "1\\1"},
    {"BitsAllocated", "16"},
    {"BitsStored", "16"},
    {"HighBit", "15"},
    {"PixelRepresentation", "1"},
    {"RescaleIntercept", "0"},
    {"RescaleSlope", "1"},
};

void check(const OFCondition& condition, std::string_view what) {
  if (condition.bad()) throw std::runtime_error(std::string(what) + ": " + condition.text());
}

// DCMTK searches its dictionary from end to end for a keyword, so each thread remembers what it
// found.
DcmTag find_tag(std::string_view keyword) {
  thread_local std::map<std::string, DcmTag, std::less<>> found;
  if (const auto known = found.find(keyword); known != found.end()) return known->second;
  DcmTag tag;
  check(DcmTag::findTagFromName(std::string(keyword).c_str(), tag), keyword);
  return found.emplace(keyword, tag).first->second;
}

// The VR to write where PS3.6 leaves a choice or has none.
DcmEVR chosen_vr(DcmEVR vr, bool is_signed) {
  switch (vr) {
    case EVR_xs:
      return is_signed ? EVR_SS : EVR_US;
    case EVR_lt:
      return EVR_US;
    case EVR_ox:
    case EVR_px:
      return EVR_OW;
    case EVR_UN:
    case EVR_UNKNOWN:
    case EVR_UNKNOWN2B:
      return EVR_LO;
    default:
      return vr;
  }
}

std::uint64_t number(DcmDataset& dataset, const DcmTagKey& tag, std::uint64_t otherwise) {
  Uint16 value = 0;
  return dataset.findAndGetUint16(tag, value).good() ? value : otherwise;
}

void put_text(DcmItem& item, std::string_view keyword, std::string_view text, bool is_signed) {
  const DcmTag named = find_tag(keyword);
  const DcmTag tag(named.getXTag(), chosen_vr(named.getEVR(), is_signed));
  if (tag.getEVR() == EVR_SQ) {
    if (!text.empty()) throw std::runtime_error(std::string(keyword) + ": a sequence has no text");
    check(item.insertEmptyElement(tag), keyword);
    return;
  }
  const std::string value(text);
  check(item.putAndInsertString(tag, value.c_str(), static_cast<Uint32>(value.size())), keyword);
}

// "Name[3]" → Name and 3; the index is 0 when there is none.
std::pair<std::string_view, unsigned> split_index(std::string_view step) {
  const auto bracket = step.find('[');
  if (bracket == std::string_view::npos) return {step, 0};
  unsigned index = 0;
  const auto end = std::from_chars(step.data() + bracket + 1, step.data() + step.size(), index);
  if (end.ec != std::errc{} || end.ptr + 1 != step.data() + step.size() || *end.ptr != ']')
    throw std::runtime_error(std::string(step) + ": expected Keyword[number]");
  return {step.substr(0, bracket), index};
}

DcmItem& item_of(DcmItem& parent, std::string_view sequence, unsigned index) {
  DcmItem* item = nullptr;
  DcmTag tag = find_tag(sequence);
  tag.setVR(DcmVR(EVR_SQ));  // nobody knows the VR of a private tag
  check(parent.findOrCreateSequenceItem(tag, item, static_cast<long>(index)), sequence);
  return *item;
}

void append_number(std::vector<std::uint8_t>& bytes, std::uint64_t value, unsigned size) {
  for (unsigned i = 0; i < size; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

// An element of group 0002 with a 16-bit length (PS3.5 7.1.2).
void append_meta(std::vector<std::uint8_t>& bytes, std::uint16_t element, std::string_view vr,
                 std::string_view text) {
  append_number(bytes, 0x0002, 2);
  append_number(bytes, element, 2);
  bytes.insert(bytes.end(), vr.begin(), vr.end());
  append_number(bytes, (text.size() + 1) / 2 * 2, 2);
  bytes.insert(bytes.end(), text.begin(), text.end());
  if (text.size() % 2 != 0) bytes.push_back(vr == "UI" ? 0 : ' ');
}

// Preamble and File Meta Information (PS3.10 7.1). By hand, because DCMTK makes up UIDs where the
// data set has none.
std::vector<std::uint8_t> file_head(DcmDataset& dataset, std::string_view transfer_syntax) {
  std::vector<std::uint8_t> meta;
  append_number(meta, 0x00010002, 4);  // (0002,0001) OB, two reserved bytes, length 2, value 00 01
  append_number(meta, std::uint64_t{'B'} << 8U | 'O', 4);
  append_number(meta, 2, 4);
  append_number(meta, 0x0100, 2);
  OFString uid;
  if (dataset.findAndGetOFString(DCM_SOPClassUID, uid).good())
    append_meta(meta, 0x0002, "UI", uid.c_str());
  if (dataset.findAndGetOFString(DCM_SOPInstanceUID, uid).good())
    append_meta(meta, 0x0003, "UI", uid.c_str());
  append_meta(meta, 0x0010, "UI", transfer_syntax);
  append_meta(meta, 0x0012, "UI", implementation_class_uid);
  append_meta(meta, 0x0013, "SH", implementation_version_name);

  std::vector<std::uint8_t> head(128);
  for (const char letter : std::string_view("DICM"))
    head.push_back(static_cast<std::uint8_t>(letter));
  append_number(head, 0x00000002, 4);
  append_number(head, std::uint64_t{'L'} << 8U | 'U', 2);
  append_number(head, 4, 2);
  append_number(head, meta.size(), 4);
  head.insert(head.end(), meta.begin(), meta.end());
  return head;
}

void drain(DcmOutputBufferStream& stream, std::vector<std::uint8_t>& bytes) {
  void* filled = nullptr;
  offile_off_t length = 0;
  stream.flushBuffer(filled, length);
  const auto* first = static_cast<const std::uint8_t*>(filled);
  bytes.insert(bytes.end(), first, first + length);
}

void append_dataset(DcmDataset& dataset, E_TransferSyntax encoding, E_EncodingType lengths,
                    std::vector<std::uint8_t>& bytes) {
  const std::size_t expected = dataset.calcElementLength(encoding, lengths);
  bytes.reserve(bytes.size() + expected);
  std::vector<std::uint8_t> buffer(std::clamp<std::size_t>(expected + 1, 4096, 1U << 20U) &
                                   ~std::size_t{1});
  DcmOutputBufferStream stream(buffer.data(), static_cast<offile_off_t>(buffer.size()));
  DcmWriteCache cache;
  dataset.transferInit();
  OFCondition state = EC_StreamNotifyClient;
  while (state == EC_StreamNotifyClient) {
    state = dataset.write(stream, encoding, lengths, &cache, EGL_withoutGL);
    drain(stream, bytes);
  }
  dataset.transferEnd();
  check(state, "writing the data set");
  while (!stream.isFlushed()) {
    stream.flush();
    drain(stream, bytes);
  }
  if (bytes.size() % 2 != 0)
    bytes.push_back(0);  // a deflated data set has an even length (PS3.5 A.5)
}

}  // namespace

struct DicomBuilder::Content {
  DcmDataset dataset;
  bool has_pixels = true;
  bool undefined_lengths = false;
  std::optional<std::vector<std::uint8_t>> pixels;  // none: zeros

  bool is_signed() { return number(dataset, DCM_PixelRepresentation, 0) == 1; }

  std::vector<std::uint8_t> native_pixels() {
    if (pixels) return *pixels;
    Sint32 frames = 1;
    if (dataset.findAndGetSint32(DCM_NumberOfFrames, frames).bad()) frames = 1;
    const std::uint64_t frame_bits =
        number(dataset, DCM_Rows, 0) * number(dataset, DCM_Columns, 0) *
        number(dataset, DCM_SamplesPerPixel, 1) * number(dataset, DCM_BitsAllocated, 16);
    const std::uint64_t limit =
        most_default_pixel_bytes / static_cast<std::uint64_t>(std::max(frames, 1));
    const std::uint64_t frame_bytes = (frame_bits + 7) / 8;
    if (frame_bytes > limit) return std::vector<std::uint8_t>(24);
    return std::vector<std::uint8_t>(frame_bytes * static_cast<std::uint64_t>(std::max(frames, 1)));
  }
};

DicomBuilder::DicomBuilder() : content_(std::make_unique<Content>()) {
  // DCMTK warns on every odd value, and odd values are what tests are made of.
  static const bool quiet = (OFLog::configure(OFLogger::OFF_LOG_LEVEL), true);
  static_cast<void>(quiet);
  for (const auto& [keyword, text] : small_ct) set(keyword, text);
}

DicomBuilder::DicomBuilder(const DicomBuilder& other)
    : content_(std::make_unique<Content>(*other.content_)) {}

DicomBuilder& DicomBuilder::operator=(const DicomBuilder& other) {
  if (this != &other) content_ = std::make_unique<Content>(*other.content_);
  return *this;
}

DicomBuilder::~DicomBuilder() = default;

DicomBuilder& DicomBuilder::set(std::string_view keyword, std::string_view text) {
  if (find_tag(keyword).getXTag() == DCM_PixelData)
    throw std::runtime_error("PixelData is given by pixels()");
  put_text(content_->dataset, keyword, text, content_->is_signed());
  return *this;
}

DicomBuilder& DicomBuilder::set_in(std::string_view sequence, unsigned item,
                                   std::string_view keyword, std::string_view text) {
  DcmItem* parent = &content_->dataset;
  std::string_view rest = sequence;
  for (auto dot = rest.find('.'); dot != std::string_view::npos; dot = rest.find('.')) {
    const auto [name, index] = split_index(rest.substr(0, dot));
    parent = &item_of(*parent, name, index);
    rest.remove_prefix(dot + 1);
  }
  put_text(item_of(*parent, rest, item), keyword, text, content_->is_signed());
  return *this;
}

DicomBuilder& DicomBuilder::remove(std::string_view keyword) {
  const DcmTag tag = find_tag(keyword);
  if (tag.getXTag() == DCM_PixelData)
    content_->has_pixels = false;
  else if (content_->dataset.tagExists(tag))
    check(content_->dataset.findAndDeleteElement(tag), keyword);
  return *this;
}

DicomBuilder& DicomBuilder::set_private(std::uint16_t group, std::string_view creator,
                                        std::uint8_t element, std::string_view vr,
                                        std::string_view text) {
  DcmDataset& dataset = content_->dataset;
  for (Uint16 block = 0x10; block <= 0xff; ++block) {
    const DcmTagKey reservation(group, block);
    OFString owner;
    if (dataset.findAndGetOFString(reservation, owner).bad())
      check(dataset.putAndInsertString(DcmTag(reservation, EVR_LO), std::string(creator).c_str()),
            creator);
    else if (std::string_view(owner.c_str()) != creator)
      continue;
    const DcmTag tag(DcmTagKey(group, static_cast<Uint16>(block << 8U | element)),
                     DcmVR(std::string(vr).c_str()));
    const std::string value(text);
    check(dataset.putAndInsertString(tag, value.c_str(), static_cast<Uint32>(value.size())),
          creator);
    return *this;
  }
  throw std::runtime_error(std::string(creator) + ": no free private block");
}

DicomBuilder& DicomBuilder::pixels(std::span<const std::uint8_t> bytes) {
  content_->has_pixels = true;
  content_->pixels.emplace(bytes.begin(), bytes.end());
  return *this;
}

DicomBuilder& DicomBuilder::pixels16(std::span<const std::int32_t> values) {
  content_->has_pixels = true;
  auto& bytes = content_->pixels.emplace(values.size() * 2);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto word = static_cast<std::uint32_t>(values[i]);
    bytes[2 * i] = static_cast<std::uint8_t>(word);
    bytes[2 * i + 1] = static_cast<std::uint8_t>(word >> 8U);
  }
  return *this;
}

DicomBuilder& DicomBuilder::undefined_lengths() {
  content_->undefined_lengths = true;
  return *this;
}

std::vector<std::uint8_t> DicomBuilder::bytes(std::string_view transfer_syntax) const {
  DcmDataset dataset(content_->dataset);
  const E_TransferSyntax encoding =
      content_->has_pixels ? encode_pixels(dataset, content_->native_pixels(), transfer_syntax)
                           : dataset_encoding(transfer_syntax);
  std::vector<std::uint8_t> result = file_head(dataset, transfer_syntax);
  append_dataset(dataset, encoding,
                 content_->undefined_lengths ? EET_UndefinedLength : EET_ExplicitLength, result);
  return result;
}

void DicomBuilder::save(const std::string& path, std::string_view transfer_syntax) const {
  const auto content = bytes(transfer_syntax);
  const auto folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder);
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(content.data()),
             static_cast<std::streamsize>(content.size()));
  file.close();
  if (!file) throw std::runtime_error(path + ": cannot be written");
}

}  // namespace dcmflow
