#include "stages/pixels/suv_header.h"

#include "stages/base/printable.h"
#include "stages/dicom/date_time.h"
#include "stages/dicom/value_text.h"

namespace dcmflow {
namespace {

constexpr std::size_t longest_quoted = 40;

}  // namespace

Problem suv_unclear(const Frame& frame, const SuvFact& fact, std::string_view what) {
  std::string detail(fact.name);
  detail.append(" ").append(what).append(" in ").append(printable(frame.instance->file->name));
  return {Reason::suv_unclear, {}, std::move(detail)};
}

Problem suv_value_unclear(const Frame& frame, const SuvFact& fact, std::string_view what) {
  if (fact.is_personal) return suv_unclear(frame, fact, "is " + std::string(what));
  const auto text = frame.find(fact.attribute).value_or("");
  return suv_unclear(
      frame, fact, "is '" + printable(text.substr(0, longest_quoted)) + "', " + std::string(what));
}

Result<std::string_view> suv_text(const Frame& frame, const SuvFact& fact) {
  const auto text = frame.find(fact.attribute);
  if (!text) return suv_unclear(frame, fact, "is absent or empty");
  const auto value = without_trailing_empty(*text);
  if (value.empty()) return suv_unclear(frame, fact, "is absent or empty");
  if (value.find('\\') != std::string_view::npos)
    return suv_value_unclear(frame, fact, "expected one value");
  return value;
}

Result<double> suv_number(const Frame& frame, const SuvFact& fact,
                          const std::array<double, 2>& bounds, std::string_view expected) {
  const auto text = suv_text(frame, fact);
  if (!text) return text.problem();
  const auto number = parse_decimal(*text);
  if (!number || !(*number >= bounds[0] && *number <= bounds[1]))
    return suv_value_unclear(frame, fact,
                             (fact.is_personal ? "not " : "expected ") + std::string(expected));
  return *number;
}

Result<std::int64_t> suv_moment(const Frame& frame, const SuvFact& date, const SuvFact& time) {
  const auto date_text = suv_text(frame, date);
  if (!date_text) return date_text.problem();
  const auto time_text = suv_text(frame, time);
  if (!time_text) return time_text.problem();
  const auto day = parse_date(*date_text);
  if (!day) return suv_value_unclear(frame, date, "which is no date");
  const auto time_of_day = parse_time_of_day(*time_text);
  if (!time_of_day) return suv_value_unclear(frame, time, "which is no time of day");
  return *day + *time_of_day;
}

Result<std::int64_t> suv_moment(const Frame& frame, const SuvFact& date_time) {
  constexpr std::size_t with_minutes = std::string_view("YYYYMMDDHHMM").size();
  const auto text = suv_text(frame, date_time);
  if (!text) return text.problem();
  const auto moment = parse_date_time(*text);
  if (!moment || text->substr(0, text->find_first_of("+-")).size() < with_minutes)
    return suv_value_unclear(frame, date_time, "which is no date with a time of day");
  const auto at = text->find_first_of("+-");
  if (at == std::string_view::npos) return *moment;
  const auto offset = parse_utc_offset(text->substr(at));
  if (!offset) return suv_value_unclear(frame, date_time, "whose offset from UTC is none");
  if (!frame.find(suv_fact::utc_offset.attribute))
    return suv_value_unclear(frame, date_time,
                             "with an offset from UTC; Timezone Offset From UTC (0008,0201), which "
                             "tells that of the other times, is absent");
  const auto zone_text = suv_text(frame, suv_fact::utc_offset);
  if (!zone_text) return zone_text.problem();
  const auto zone = parse_utc_offset(*zone_text);
  if (!zone) return suv_value_unclear(frame, suv_fact::utc_offset, "expected one as +0100");
  return *moment - *offset + *zone;
}

bool is_enhanced_pet(const Frame& frame) {
  return frame.instance->shared->sop_class_uid == enhanced_pet_class;
}

}  // namespace dcmflow
