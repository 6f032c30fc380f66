#pragma once
// Makes one DICOM file for a test or an archive: a picture of its case in a few lines.
//   DicomBuilder().set("Rows", "4").set("RescaleSlope", "0.5").save(path);

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dcmflow {

// Transfer Syntax UIDs by name (PS3.6 A-1).
namespace transfer_syntax {
inline constexpr std::string_view implicit_little = "1.2.840.10008.1.2";
inline constexpr std::string_view explicit_little = "1.2.840.10008.1.2.1";
inline constexpr std::string_view encapsulated_uncompressed = "1.2.840.10008.1.2.1.98";
inline constexpr std::string_view deflated = "1.2.840.10008.1.2.1.99";
inline constexpr std::string_view explicit_big = "1.2.840.10008.1.2.2";
inline constexpr std::string_view jpeg_baseline = "1.2.840.10008.1.2.4.50";
inline constexpr std::string_view jpeg_extended = "1.2.840.10008.1.2.4.51";
inline constexpr std::string_view jpeg_lossless = "1.2.840.10008.1.2.4.57";
inline constexpr std::string_view jpeg_lossless_sv1 = "1.2.840.10008.1.2.4.70";
inline constexpr std::string_view jpeg_ls = "1.2.840.10008.1.2.4.80";
inline constexpr std::string_view jpeg_ls_near = "1.2.840.10008.1.2.4.81";
inline constexpr std::string_view jpeg_2000_lossless = "1.2.840.10008.1.2.4.90";
inline constexpr std::string_view jpeg_2000 = "1.2.840.10008.1.2.4.91";
inline constexpr std::string_view htj2k_lossless = "1.2.840.10008.1.2.4.201";
inline constexpr std::string_view htj2k_rpcl = "1.2.840.10008.1.2.4.202";
inline constexpr std::string_view htj2k = "1.2.840.10008.1.2.4.203";
inline constexpr std::string_view rle = "1.2.840.10008.1.2.5";
}  // namespace transfer_syntax

// A data set under construction. Starts as a small valid CT image: SOP class CT Image Storage,
// fixed UIDs (1.2.3 the study, 1.2.3.4 the series, 1.2.3.4.5 the instance), 4 columns × 3 rows,
// 16 bits signed, Pixel Spacing 1\1, position 0\0\0, axial orientation, Slice Thickness 1, rescale
// 1 and 0. Pixels are 0, as many as the attributes ask for; above 64 MiB (a header that lies) only
// 24 bytes. Throws std::runtime_error when a keyword or a value is refused: it is for tests and
// generators. Threads may use distinct objects; even reading one (a copy, bytes()) is use.
class DicomBuilder {
 public:
  DicomBuilder();
  DicomBuilder(const DicomBuilder& other);
  DicomBuilder& operator=(const DicomBuilder& other);
  ~DicomBuilder();

  // Sets an attribute from DICOM text ('\' separates values; hexadecimal numbers for OB, OW and
  // UN); keyword from PS3.6, or "gggg,eeee" for any other tag, which is written as LO when PS3.6
  // has no VR for it. US-or-SS attributes follow the Pixel Representation set so far. Text that is
  // wrong for its VR (a letter in a DS) is kept as it is, except in binary VRs.
  DicomBuilder& set(std::string_view keyword, std::string_view text);
  // The same inside an item of a sequence, which is made when missing:
  // set_in("ModalityLUTSequence", 0, "LUTExplanation", "x"). `sequence` may be a path:
  // "PerFrameFunctionalGroupsSequence[2].PlanePositionSequence".
  DicomBuilder& set_in(std::string_view sequence, unsigned item, std::string_view keyword,
                       std::string_view text);
  DicomBuilder& remove(std::string_view keyword);
  // Private element with its creator: set_private(0x0019, "SIEMENS MR HEADER", 0x0c, "IS", "1000").
  DicomBuilder& set_private(std::uint16_t group, std::string_view creator, std::uint8_t element,
                            std::string_view vr, std::string_view text);
  // Native pixel bytes, little endian, one frame after the other. Too few or too many are written
  // as they are by the native transfer syntaxes.
  DicomBuilder& pixels(std::span<const std::uint8_t> bytes);
  // The same from 16-bit values (cast to the stored type by two's complement).
  DicomBuilder& pixels16(std::span<const std::int32_t> values);
  // Sequences and items with undefined length and delimiters (PS3.5 7.5.2) instead of explicit
  // lengths.
  DicomBuilder& undefined_lengths();

  // The Part 10 file, pixels compressed by DCMTK's, OpenJPEG's, OpenJPH's or CharLS's encoder when
  // the transfer syntax asks for it. A transfer syntax that has no encoder here gets the native
  // bytes of each frame as one fragment, in an explicit little endian data set: right for
  // Encapsulated Uncompressed, and a case to refuse for the others.
  std::vector<std::uint8_t> bytes(
      std::string_view transfer_syntax = transfer_syntax::explicit_little) const;
  // Writes bytes() to a file; missing folders are made.
  void save(const std::string& path,
            std::string_view transfer_syntax = transfer_syntax::explicit_little) const;

 private:
  struct Content;
  std::unique_ptr<Content> content_;
};

}  // namespace dcmflow
