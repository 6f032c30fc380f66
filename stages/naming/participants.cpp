#include "stages/naming/participants.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "stages/base/ascii.h"
#include "stages/base/printable.h"
#include "stages/base/text_file.h"
#include "stages/naming/bids_labels.h"

namespace dcmflow {
namespace {

struct KeyColumn {
  std::string_view name;
  std::uint32_t tag;
};
constexpr std::array keys{
    KeyColumn{"PatientID", 0x00100020},        KeyColumn{"IssuerOfPatientID", 0x00100021},
    KeyColumn{"StudyInstanceUID", 0x0020000D}, KeyColumn{"StudyID", 0x00200010},
    KeyColumn{"StudyDate", 0x00080020},        KeyColumn{"AccessionNumber", 0x00080050}};

std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> cells;
  for (;;) {
    const auto tab = line.find('\t');
    cells.emplace_back(trimmed(line.substr(0, tab), " \r"));
    if (tab == std::string_view::npos) return cells;
    line.remove_prefix(tab + 1);
  }
}

class TableParser {
 public:
  explicit TableParser(std::string_view source) : source_(source) {}

  Result<Participants> parse(std::string_view text) {
    for (std::size_t line = 1; !text.empty(); ++line) {
      const auto end = text.find('\n');
      const auto cells = cells_of(text.substr(0, end));
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
      const bool is_blank = cells.size() == 1 && cells.front().empty();
      if (is_blank) continue;
      auto taken = names_.empty() ? take_names(cells) : take_row(cells, line);
      if (!taken) return taken.problem();
    }
    if (made_.rows.empty()) return wrong("it has no rows");
    return std::move(made_);
  }

 private:
  Problem wrong(std::string detail) const {
    return {Reason::bad_settings, std::string(source_), std::move(detail)};
  }
  Problem wrong_line(std::size_t line, const std::string& detail) const {
    return wrong("line " + std::to_string(line) + ": " + detail);
  }

  Status take_names(const std::vector<std::string>& names) {
    names_ = names;
    const auto has = [&](std::string_view name) {
      return std::ranges::find(names, name) != names.end();
    };
    for (auto at = names.begin(); at != names.end(); ++at) {
      if (at->empty() || std::find(names.begin(), at, *at) != at)
        return wrong("its first line names a column twice, or one not at all");
      const auto key = std::ranges::find(keys, *at, &KeyColumn::name);
      if (key != keys.end())
        made_.key_tags.push_back(key->tag);
      else if (*at != "participant_id" && *at != "session_id")
        made_.columns.push_back(*at);
    }
    if (!has("participant_id") || made_.key_tags.empty())
      return wrong("its first line names no " +
                   std::string(has("participant_id") ? "key, expected PatientID or StudyInstanceUID"
                                                     : "participant_id") +
                   " among columns with tabs between");
    return Done{};
  }

  Status take_row(const std::vector<std::string>& cells, std::size_t line) {
    if (cells.size() != names_.size())
      return wrong_line(line, "found " + std::to_string(cells.size()) + " cells, expected " +
                                  std::to_string(names_.size()) + " with tabs between");
    ParticipantRow row;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const auto& name = names_[i];
      if (std::ranges::find(keys, name, &KeyColumn::name) != keys.end())
        row.keys.push_back(cells[i]);
      else if (name == "participant_id")
        row.participant = cells[i].starts_with("sub-") ? cells[i].substr(4) : cells[i];
      else if (name == "session_id")
        row.session = cells[i].starts_with("ses-") ? cells[i].substr(4) : cells[i];
      else
        row.cells.push_back(cells[i].empty() ? "n/a" : cells[i]);
    }
    if (!is_bids_label(row.participant) || (!row.session.empty() && !is_bids_label(row.session)))
      return wrong_line(line, "participant_id and session_id take letters and digits, 64 at most");
    if (std::ranges::all_of(row.keys, [](const auto& key) { return key.empty(); }))
      return wrong_line(line, "none of its keys has a value");
    const auto [first, is_new] = cells_of_.try_emplace(row.participant, row.cells);
    if (!is_new && first->second != row.cells)
      return wrong_line(line, "sub-" + row.participant + " has other values in a line before");
    made_.rows.push_back(std::move(row));
    return Done{};
  }

  std::string_view source_;
  std::vector<std::string> names_;
  std::map<std::string, std::vector<std::string>> cells_of_;  // by participant
  Participants made_;
};

}  // namespace

const ParticipantRow* Participants::find(const Value& value) const {
  const auto fits = [&](const ParticipantRow& row) {
    for (std::size_t i = 0; i < row.keys.size(); ++i)
      if (!row.keys[i].empty() && row.keys[i] != value(key_tags[i])) return false;
    return true;
  };
  const auto row = std::ranges::find_if(rows, fits);
  return row == rows.end() ? nullptr : &*row;
}

Result<Participants> parse_participants(std::string_view text, std::string_view source) {
  return TableParser(source).parse(without_byte_order_mark(text));
}

}  // namespace dcmflow
