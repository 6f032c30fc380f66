#include "stages/dicom/multi_frame/functional_groups.h"

#include <algorithm>
#include <array>
#include <functional>

#include "stages/decode_header.h"
#include "stages/dicom/value_text.h"

namespace dcmflow {
namespace {

// An attribute of a macro, and the one under which it is kept. `nested`: the sequence within the
// macro that holds it, or 0.
struct MacroRow {
  std::uint32_t macro;
  std::uint32_t nested;
  std::uint32_t tag;
  Vr vr;
  AttributeIndex kept_as;
};

constexpr auto macro_rows = std::to_array<MacroRow>({
    // Plane Position, Plane Orientation, Pixel Measures
    {0x00209113, 0, 0x00200032, vr('D', 'S'), attribute_index(0x00200032)},
    {0x00209116, 0, 0x00200037, vr('D', 'S'), attribute_index(0x00200037)},
    {0x00289110, 0, 0x00280030, vr('D', 'S'), attribute_index(0x00280030)},
    {0x00289110, 0, 0x00180050, vr('D', 'S'), attribute_index(0x00180050)},
    {0x00289110, 0, 0x00180088, vr('D', 'S'), attribute_index(0x00180088)},
    // Pixel Value Transformation
    {0x00289145, 0, 0x00281052, vr('D', 'S'), attribute_index(0x00281052)},
    {0x00289145, 0, 0x00281053, vr('D', 'S'), attribute_index(0x00281053)},
    {0x00289145, 0, 0x00281054, vr('L', 'O'), attribute_index(0x00281054)},
    // MR Echo, MR Timing, MR Modifier
    {0x00189114, 0, 0x00189082, vr('F', 'D'), attribute_index(0x00180081)},
    {0x00189112, 0, 0x00180080, vr('D', 'S'), attribute_index(0x00180080)},
    {0x00189112, 0, 0x00181314, vr('D', 'S'), attribute_index(0x00181314)},
    {0x00189112, 0, 0x00180091, vr('I', 'S'), attribute_index(0x00180091)},
    {0x00189115, 0, 0x00189079, vr('F', 'D'), attribute_index(0x00180082)},
    // MR Diffusion
    {0x00189117, 0, 0x00189075, vr('C', 'S'), attribute_index(0x00189075)},
    {0x00189117, 0, 0x00189087, vr('F', 'D'), attribute_index(0x00189087)},
    {0x00189117, 0x00189076, 0x00189089, vr('F', 'D'), attribute_index(0x00189089)},
    // Frame Content
    {0x00209111, 0, 0x00189074, vr('D', 'T'), attribute_index(0x0008002A)},
    {0x00209111, 0, 0x00209056, vr('S', 'H'), attribute_index(0x00209056)},
    {0x00209111, 0, 0x00209057, vr('U', 'L'), attribute_index(0x00209057)},
    {0x00209111, 0, 0x00209128, vr('U', 'L'), attribute_index(0x00200100)},
    {0x00209111, 0, 0x00209156, vr('U', 'S'), attribute_index(0x00200012)},
    {0x00209111, 0, 0x00209158, vr('L', 'T'), attribute_index(0x00204000)},
    // Cardiac Synchronization
    {0x00189118, 0, 0x00209153, vr('F', 'D'), attribute_index(0x00181060)},
    // MR, CT and PET Frame Type; XA/XRF Frame Characteristics
    {0x00189226, 0, 0x00089007, vr('C', 'S'), attribute_index(0x00080008)},
    {0x00189226, 0, 0x00089208, vr('C', 'S'), attribute_index(0x00089208)},
    {0x00189329, 0, 0x00089007, vr('C', 'S'), attribute_index(0x00080008)},
    {0x00189751, 0, 0x00089007, vr('C', 'S'), attribute_index(0x00080008)},
    // Segmentation
    {0x0062000A, 0, 0x0062000B, vr('U', 'S'), attribute_index(0x0062000B)},
});

// Legacy converted images keep what no macro has in these, as single-frame images have it.
constexpr std::array unassigned_macros{0x00209170U, 0x00209171U};

class GroupsReader {
 public:
  GroupsReader(ByteSource& source, const HeaderPlan& plan, std::string_view character_set)
      : source_(source), plan_(plan), character_set_(character_set) {}

  Result<std::vector<AttributeValues>> read(const Element& sequence, DatasetEncoding encoding,
                                            std::uint64_t end, std::uint64_t most_items) {
    std::vector<AttributeValues> items;
    each_item(sequence, encoding, end, [&](ElementReader& item) {
      if (items.size() == most_items) {
        fail({Reason::malformed,
              {},
              "more functional groups than the " + std::to_string(most_items) + " frames"});
        return;
      }
      values_ = {};
      each_element(item, [&](const Element& macro) { read_macro(macro, item.encoding()); });
      values_.shrink_to_fit();
      items.push_back(std::move(values_));
    });
    if (!error_) return error_.problem();
    return items;
  }

 private:
  using VisitItem = std::function<void(ElementReader&)>;

  void fail(Problem problem) {
    if (error_) error_ = std::move(problem);
  }

  // Calls visit with a reader of each item's content; visit reads it to its end.
  void each_item(const Element& sequence, DatasetEncoding encoding, std::uint64_t end,
                 const VisitItem& visit) {
    if (sequence.vr == vr('U', 'N')) encoding = {.explicit_vr = false, .big_endian = false};
    if (!sequence.has_undefined_length()) end = std::min(end, sequence.value + sequence.length);
    ElementReader items(source_, encoding, sequence.value, end);
    for (Element item; error_ && items.next(item) && item.tag == item_tag;) {
      const auto item_end =
          item.has_undefined_length() ? end : std::min(end, item.value + item.length);
      ElementReader content(source_, encoding, item.value, item_end);
      visit(content);
      auto length = item.length;
      if (item.has_undefined_length())
        length = static_cast<std::uint32_t>(content.offset() - item.value);
      if (!items.skip({item.tag, item.vr, length, item.value})) break;
    }
    if (!items.error()) fail(items.error().problem());
  }

  // Calls visit for each element up to the end of the item.
  template <class Visit>
  void each_element(ElementReader& content, const Visit& visit) {
    for (Element element; error_ && content.next(element) && element.tag != item_delimiter_tag;) {
      visit(element);
      if (!content.skip(element)) break;
    }
    if (!content.error()) fail(content.error().problem());
  }

  void read_macro(const Element& macro, DatasetEncoding encoding) {
    const bool unassigned =
        std::ranges::find(unassigned_macros, macro.tag) != unassigned_macros.end();
    const bool known =
        std::ranges::find(macro_rows, macro.tag, &MacroRow::macro) != macro_rows.end();
    if (!unassigned && !known) return;
    each_item(macro, encoding, source_.size(), [&](ElementReader& item) {
      each_element(item, [&](const Element& element) {
        if (unassigned) {
          keep_standard(element, item.encoding());
          return;
        }
        read_attribute(macro.tag, element, item.encoding());
      });
    });
  }

  void read_attribute(std::uint32_t macro, const Element& element, DatasetEncoding encoding) {
    for (const auto& row : macro_rows) {
      if (row.macro != macro) continue;
      if (row.nested == 0 && row.tag == element.tag) keep(element, row, encoding);
      if (row.nested != 0 && row.nested == element.tag)
        each_item(element, encoding, source_.size(), [&](ElementReader& item) {
          each_element(item, [&](const Element& nested) {
            if (nested.tag == row.tag) keep(nested, row, item.encoding());
          });
        });
    }
  }

  void keep_standard(const Element& element, DatasetEncoding encoding) {
    const auto wanted =
        std::ranges::lower_bound(plan_.standard, element.tag, {}, &HeaderPlan::Wanted::tag);
    if (wanted == plan_.standard.end() || wanted->tag != element.tag) return;
    const auto& code = plan_.table[wanted->attribute].vr;
    keep(element, {0, 0, element.tag, vr(code[0], code[1]), wanted->attribute}, encoding);
  }

  void keep(const Element& element, const MacroRow& row, DatasetEncoding encoding) {
    if (element.length > longest_kept_value || values_.find(row.kept_as)) return;
    const auto* value = source_.at(element.value, element.length);
    if (!value) return;
    const bool told = element.vr != unknown_vr && element.vr != vr('U', 'N');
    values_.add(row.kept_as, value_text({value, element.length}, told ? element.vr : row.vr,
                                        encoding.big_endian, character_set_));
  }

  ByteSource& source_;
  const HeaderPlan& plan_;
  std::string_view character_set_;
  AttributeValues values_;
  Status error_{Done{}};
};

}  // namespace

Result<std::vector<AttributeValues>> read_functional_groups(
    ByteSource& source, DatasetEncoding encoding, const Element& sequence, std::uint64_t end,
    std::uint64_t most_items, const HeaderPlan& plan, std::string_view character_set) {
  return GroupsReader(source, plan, character_set).read(sequence, encoding, end, most_items);
}

void add_missing(AttributeValues& values, const AttributeValues& others) {
  others.for_each([&](AttributeIndex attribute, std::string_view text) {
    if (!values.find(attribute)) values.add(attribute, text);
  });
}

}  // namespace dcmflow
