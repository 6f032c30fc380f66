#pragma once
// Which private elements of a header are wanted: their blocks are reserved anew in each data set
// (PS3.5 7.8.1). No Problems.

#include <cstdint>
#include <span>
#include <vector>

#include "stages/dicom/header_plan.h"
#include "stages/dicom/text_reader.h"

namespace dcmflow {

// Of the top level of one data set, whose elements come one after the other. For one thread.
class PrivateBlocks {
 public:
  // `wanted` is cleared: memory that serves one data set after the other.
  PrivateBlocks(const HeaderPlan& plan, TextReader& texts, std::vector<HeaderPlan::Wanted>& wanted)
      : plan_(plan), texts_(texts), wanted_(wanted) {
    wanted_.clear();
  }

  // Whether look_at() is to be asked: most headers are private elements for the larger part, and of
  // few groups is anything wanted.
  bool is_watched(std::uint32_t tag) const { return tag >= watched_tag_; }

  // Reserves the block that the element names, or gives what is wanted of the element. Valid until
  // the next call.
  std::span<const HeaderPlan::Wanted> look_at(const ElementReader& reader, const Element& element);

  // The tags go down: not valid, but read.
  void start_again() { next_ = 0, watched_tag_ = 0; }

  // A creator has two blocks, so that an attribute can be met twice.
  bool can_repeat() const { return can_repeat_; }

 private:
  void enter_group(std::uint32_t group);
  void reserve_block(const ElementReader& reader, const Element& element);
  void want_without_creator();
  template <class Belongs>
  void want_block(std::uint32_t block, Belongs&& belongs);

  const HeaderPlan& plan_;
  TextReader& texts_;
  // What is wanted of the blocks met so far, by the tags they have in this file; ascending.
  std::vector<HeaderPlan::Wanted>& wanted_;
  std::size_t next_ = 0;  // in wanted_: lower tags are behind the walk
  // From this tag on an element can be a creator or wanted.
  std::uint32_t watched_tag_ = 0;
  bool can_repeat_ = false;
  // The group that was looked at last: its rows of the plan, and whether a creator was met.
  struct Group {
    std::uint32_t number = 0;
    std::size_t first = 0;
    std::size_t last = 0;
    bool has_creators = false;
  };
  Group group_;
};

}  // namespace dcmflow
