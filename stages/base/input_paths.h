#pragma once
// What a run reads: the inputs of its command line, then the paths of its list. Not thread-safe.

#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace dcmflow {

// In byte order, each once, without slashes at their ends. Shared, since a list may be long.
using PathList = std::shared_ptr<const std::vector<std::string>>;

std::string without_trailing_slashes(std::string path);

// The folder in which a path lies; "." for a bare name.
std::string folder_of(const std::string& path);

struct InputPaths {
  std::vector<std::string> given;  // in their order
  PathList listed;                 // behind them; may be null

  std::size_t size() const { return given.size() + (listed ? listed->size() : 0); }
  // Whether a path is named as it was given: else it is below the one input.
  bool are_many() const { return size() > 1 || listed; }
};

// They are taken one after the other.
class TakeInputs {
 public:
  explicit TakeInputs(InputPaths inputs);

  bool at_end() const { return next_ == inputs_.size(); }
  bool are_many() const { return inputs_.are_many(); }
  // REQUIRES: not at_end().
  const std::string& take();

  // Of many, whether the one that was taken last was taken before, by the same path.
  bool is_repeated() const { return is_repeated_; }
  // Of many, whether a path is one of them, and whether it is a given one that was taken.
  bool has(const std::string& path) const;
  bool was_taken(const std::string& path) const { return taken_.contains(path); }

  // That the input that was taken last is a folder, and walked.
  void walked();
  // Whether the path of the one that was taken last is that of a folder that was walked, or lies
  // within: then the walk has told what it found there under the same name.
  bool was_walked() const;
  // Whether the one that was taken last may stand for what it names, as a DICOMDIR does: not where
  // it is of the list, or others out of its folder are given, as by `cd/*`, or listed.
  bool may_name_others() const;

 private:
  const std::string& last() const;
  bool is_listed() const { return next_ > inputs_.given.size(); }
  bool lists_another(const std::string& input, const std::string& folder) const;

  InputPaths inputs_;
  std::size_t next_ = 0;
  bool is_repeated_ = false;
  std::set<std::string, std::less<>> given_, taken_;  // of many, by their paths; not the list
  std::set<std::string, std::less<>> folders_;        // that were walked, of many
};

}  // namespace dcmflow
