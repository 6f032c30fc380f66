#include "stages/pixels/check_rescale.h"

#include <algorithm>
#include <array>

#include "stages/base/printable.h"
#include "stages/dicom/attributes.h"
#include "stages/dicom/value_text.h"

namespace dcmflow {
namespace {

struct Term {
  AttributeIndex attribute;
  std::string_view name;
  double when_absent;
  bool may_be_zero;
};
constexpr std::array terms{
    Term{attribute_index(0x00281053), "Rescale Slope (0028,1053)", 1, false},
    Term{attribute_index(0x00281052), "Rescale Intercept (0028,1052)", 0, true},
};

std::string in_file(const Frame& frame) { return " in " + printable(frame.instance->file->name); }

Status check(const Stack& stack, const Term& term) {
  constexpr std::string_view way_out = "; --keep-stored writes the stored values";
  const auto unclear = [&](std::string detail) {
    return Problem{Reason::rescale_unclear, {}, std::move(detail).append(way_out)};
  };
  const Frame* without = nullptr;  // the first of each kind
  const Frame* with = nullptr;
  for (const auto& frame : stack.frames) {
    if (frame.table != TableKind::none) continue;
    const auto text = frame.find(term.attribute);
    if (!text) {
      if (!without) without = &frame;
      continue;
    }
    const auto value = parse_decimals<1>(*text);
    if (!value || ((*value)[0] == 0 && !term.may_be_zero))
      return unclear(std::string(term.name) + " is '" + printable(*text) + "'" + in_file(frame) +
                     (value ? ", which makes all values one" : ", which is no number"));
    if ((*value)[0] != term.when_absent && !with) with = &frame;
  }
  if (!with || !without) return Done{};
  return unclear(std::string(term.name) + " is " + printable(*with->find(term.attribute)) +
                 in_file(*with) + " and absent" + in_file(*without));
}

}  // namespace

Status check_rescale(const Stack& stack) {
  for (const auto& term : terms)
    if (auto status = check(stack, term); !status) return status;
  return Done{};
}

bool rescale_is_one(const Stack& stack) {
  const auto& first = stack.frames.front();
  return std::ranges::all_of(terms, [&](const Term& term) {
    const auto text = first.find(term.attribute);
    return std::ranges::all_of(
        stack.frames, [&](const Frame& frame) { return frame.find(term.attribute) == text; });
  });
}

}  // namespace dcmflow
