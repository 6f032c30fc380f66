// Private headers of vendors for the target "vendor".

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stages/dicom/vendor/vendor_attributes.h"
#include "tests/fuzz/choices_writer.h"
#include "tests/support/mosaic.h"

namespace dcmflow::fuzz {
namespace {

using Values = std::vector<std::pair<std::uint32_t, std::string>>;

struct VendorInput {
  std::string_view maker;
  std::string_view kind;
  Values values;      // of private elements, by gggg00ee
  Values neighbours;  // of others
  std::string comment;
  std::vector<std::pair<std::string, std::string>> tiles;  // time, position
  Bytes csa;
};

const std::string* value_of(const Values& values, std::uint32_t tag) {
  const auto at = std::ranges::find(values, tag, &Values::value_type::first);
  return at == values.end() ? nullptr : &at->second;
}

void choose_optional(Choices& choices, const std::string* value) {
  choices.yes_or_no(value != nullptr);
  if (value != nullptr) choices.text(*value);
}

void choose_blocks(Choices& choices, const VendorInput& input, std::uint32_t first,
                   std::uint32_t end) {
  for (const auto& row : vendor_attributes) {
    if (row.tag >> 16 < first || row.tag >> 16 >= end) continue;
    const auto* value = value_of(input.values, row.tag);
    const bool is_there = value != nullptr || (row.vr == "SQ"  ? !input.tiles.empty()
                                               : row.is_placed ? !input.csa.empty()
                                                               : false);
    choices.yes_or_no(is_there);
    if (is_there && row.vr == "SQ") {
      choices.number(static_cast<unsigned>(input.tiles.size()), most_tiles);
      for (const auto& [time, position] : input.tiles) {
        choose_optional(choices, &time);
        choose_optional(choices, &position);
      }
    } else if (is_there && !row.is_placed) {
      choices.text(*value);
    }
  }
}

// In the order of vendor_fuzz.cpp.
Bytes vendor_input(const VendorInput& input) {
  Choices choices;
  choices.number(0, 1);  // one frame
  choices.number(index_of(makers, input.maker), makers.size() - 1);
  choices.number(index_of(image_kinds, input.kind), image_kinds.size() - 1);
  choices.bytes(input.csa, longest_csa);
  for (const auto& [tag, vr] : vendors_neighbours)
    choose_optional(choices, value_of(input.neighbours, tag));
  choose_blocks(choices, input, 0x0019, 0x0020);
  choose_optional(choices, input.comment.empty() ? nullptr : &input.comment);
  choose_blocks(choices, input, 0x0029, 0x7FE0);
  return choices.input();
}

void add_siemens_headers(const Inputs& inputs) {
  const auto diffusion = binary<double>({0, 0.6, 0.8});
  const auto matrix = binary<double>({360, 0, 480, 0, 0, 640});
  const MosaicPhantom mosaic{.columns = 2,
                             .rows = 2,
                             .tiles = 3,
                             .across = 2,
                             .down = 2,
                             .column_spacing = 1,
                             .row_spacing = 1,
                             .step = 2,
                             .first = {1, 1, 0},
                             .row = {1, 0, 0},
                             .column = {0, 1, 0}};
  for (const auto format : {CsaFormat::older, CsaFormat::sv10}) {
    auto elements = csa_image_elements(mosaic);
    elements.insert(elements.end(), {{"B_value", {"1000"}},
                                     {"DiffusionGradientDirection", {"0", "0.6", "0.8"}},
                                     {"B_matrix", {"0", "0", "0", "360", "480", "640"}}});
    const auto image = elements;
    std::ranges::copy(csa_series_elements(mosaic, format == CsaFormat::older),
                      std::back_inserter(elements));
    const std::string name = format == CsaFormat::sv10 ? "sv10" : "older";
    inputs.add("vendor", name,
               vendor_input({.maker = "SIEMENS",
                             .kind = "MOSAIC",
                             .values = {{0x00190029, binary<double>({0, 1000, 500})}},
                             .neighbours = {{0x00180088, "2"}},
                             .csa = csa_header(elements, format)}));
    inputs.add("vendor", name + "_image_alone",
               vendor_input({.maker = "SIEMENS",
                             .kind = "MOSAIC",
                             .values = {},
                             .neighbours = {{0x00180088, "2"}},
                             .csa = csa_header(image, format)}));
    inputs.add("vendor", name + "_diffusion",
               vendor_input({.maker = "?", .kind = "DIFFUSION", .csa = csa_header(image, format)}));
  }
  inputs.add("vendor", "siemens",
             vendor_input({.maker = "SIEMENS",
                           .kind = "NORM",
                           .values = {{0x0019000A, binary<std::uint16_t>({3})},
                                      {0x0019000C, "700"},
                                      {0x0019000E, diffusion},
                                      {0x00510014, "v150in"}}}));
  inputs.add("vendor", "siemens_matrix",
             vendor_input({.maker = "SIEMENS",
                           .kind = "NORM",
                           .values = {{0x0019000C, "700"}, {0x00190027, matrix}}}));
}

}  // namespace

void add_vendor_headers(const Inputs& inputs) {
  add_siemens_headers(inputs);
  const std::pair<const char*, const char*> phase_encodings[] = {{"row", "ROW"}, {"column", "COL"}};
  for (const auto& [name, phase_encoding] : phase_encodings)
    inputs.add("vendor", std::string("ge_") + name,
               vendor_input({.maker = "GE MEDICAL SYSTEMS",
                             .kind = "NORM",
                             .values = {{0x0019009C, "efgre3d"},
                                        {0x001900BB, "0.6"},
                                        {0x001900BC, "0"},
                                        {0x001900BD, "0.8"},
                                        {0x0043002F, binary<std::int16_t>({2})},
                                        {0x00430039, "1000000800\\8\\0\\0"}},
                             .neighbours = {{0x00181312, phase_encoding}, {0x00185100, "HFS"}}}));
  inputs.add("vendor", "ge_kind",
             vendor_input({.maker = "?",
                           .kind = "NORM",
                           .values = {{0x001900BB, "0.6"},
                                      {0x001900BC, "0"},
                                      {0x001900BD, "0.8"},
                                      {0x0043002F, binary<std::int16_t>({0})},
                                      {0x00430030, binary<std::int16_t>({15})},
                                      {0x00430039, "800"}},
                           .neighbours = {{0x00181310, binary<std::uint16_t>({0, 128, 128, 0})}}}));
  inputs.add(
      "vendor", "uih",
      vendor_input(
          {.maker = "UIH",
           .kind = "VFRAME",
           .values = {{0x00650009, binary<double>({1000})},
                      {0x00650037, binary<double>({0.6, 0, 0.8})}},
           .tiles = {{"120000.5", "0\\0\\0"}, {"120001.5", "0\\0\\2"}, {"120001", "0\\0\\4"}}}));
  inputs.add("vendor", "philips",
             vendor_input({.maker = "Philips Medical Systems",
                           .kind = "NORM",
                           .values = {{0x20010003, binary<float>({1000})},
                                      {0x20010004, "O"},
                                      {0x20050011, "P"},
                                      {0x200500B0, binary<float>({0.6F})},
                                      {0x200500B1, binary<float>({0})},
                                      {0x200500B2, binary<float>({0.8F})}}}));
  inputs.add("vendor", "philips_isotropic",
             vendor_input({.maker = "?",
                           .kind = "NORM",
                           .values = {{0x20010003, binary<float>({1000})}, {0x20010004, "I"}}}));
  inputs.add("vendor", "canon",
             vendor_input(
                 {.maker = "Canon", .kind = "NORM", .comment = "b=1500(0.445,0.000,0.895) TE=90"}));
}

}  // namespace dcmflow::fuzz
