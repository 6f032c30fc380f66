#pragma once
// The values of one image that rules ask for: attributes of its frames, in spatial order, and
// derived facts. Each is looked up once. No Problems.

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stages/dicom/attribute_table.h"
#include "stages/selection/image_facts.h"
#include "stages/selection/rule_key.h"

namespace dcmflow {

// The values of an attribute in one frame, without the spaces and zero bytes that pad them (PS3.5
// 6.2); empty: the attribute is missing or blank.
using ValueList = std::vector<std::string_view>;

// Keeps views into the frames and facts. For one thread. REQUIRES: they and `table` outlive it.
class ImageValues {
 public:
  // `frames` in spatial order.
  ImageValues(const ImageFacts& facts, std::span<const Frame> frames, const AttributeTable& table)
      : facts_(facts), frames_(frames), table_(table) {}

  // The different value lists of the frames, in the order of the first frame that has each; at
  // least one. More than one: the attribute varies inside the image. A fact has one. Valid as long
  // as this is.
  const std::vector<ValueList>& find(const RuleKey& key);

  // The first list that is not empty, or an empty one: what an image has under "instances":
  // "first".
  const ValueList& first(const RuleKey& key);

 private:
  std::vector<ValueList> read(const RuleKey& key) const;
  std::vector<ValueList> read_attribute(AttributeIndex attribute) const;
  std::vector<ValueList> read_paths() const;

  const ImageFacts& facts_;
  std::span<const Frame> frames_;
  const AttributeTable& table_;
  std::vector<std::pair<RuleKey, std::unique_ptr<const std::vector<ValueList>>>> read_;
};

}  // namespace dcmflow
