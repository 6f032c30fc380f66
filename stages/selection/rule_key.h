#pragma once
// What a key of a rule names: an attribute of the header, or a fact that dcmflow derives from the
// series.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "stages/dicom/attribute_table.h"

namespace dcmflow {

enum class SeriesFact : std::uint8_t {
  plane,
  slice_count,
  instance_count,
  volume_count,
  slice_spacing,
  is_regular,
  converted,
  format,
};

struct SeriesFactRow {
  SeriesFact fact;
  std::string_view key;
  bool numeric;
};

// In the order of the enum.
inline constexpr auto series_facts = std::to_array<SeriesFactRow>({
    {SeriesFact::plane, "Plane", false},
    {SeriesFact::slice_count, "SliceCount", true},
    {SeriesFact::instance_count, "InstanceCount", true},
    {SeriesFact::volume_count, "VolumeCount", true},
    {SeriesFact::slice_spacing, "SliceSpacing", true},
    {SeriesFact::is_regular, "IsRegular", false},
    {SeriesFact::converted, "Converted", false},
    {SeriesFact::format, "Format", false},
});

struct RuleKey {
  enum class Source : std::uint8_t { unknown, attribute, fact };
  Source source = Source::unknown;  // unknown: never has a value
  AttributeIndex attribute = 0;
  SeriesFact fact = SeriesFact::plane;
  bool numeric = false;  // IS DS US SS UL SL FL FD SV UV, or a fact that is a number
  bool untyped = false;  // the VR is not known
};

// A key, and what is to be said about it.
struct ResolvedKey {
  RuleKey key{};
  std::string error{};
  std::string warning{};
};

// Reads a key: a keyword, ggggeeee, (gggg,eeee), private (gggg,"CREATOR",ee), or a path through
// sequences to one of these, ProcedureCodeSequence[0].CodeValue. An attribute that `table` does not
// have is added to it, for rules only. A keyword that is in no dictionary is a warning that names
// the nearest one.
ResolvedKey resolve_rule_key(std::string_view text, AttributeTable& table);

}  // namespace dcmflow
