#include "stages/catalog/bids_dataset.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "stages/base/ascii.h"
#include "stages/base/output_file.h"
#include "stages/base/plain_name.h"
#include "stages/catalog/json_writer.h"
#include "stages/dicom/attributes.h"
#include "stages/dicom/value_text.h"
#include "stages/selection/bids_rule.h"

namespace dcmflow {
namespace {

constexpr std::string_view description = "dataset_description.json";
constexpr std::string_view participants_table = "participants.tsv";
constexpr std::string_view participants_columns = "participants.json";
constexpr std::string_view bids_version = "1.10.0";

// Of dcmflow, beside those of BIDS.
constexpr std::string_view ignored =
    "dicom-metadata.json\nmetadata.json\nreport.html\nreport.json\nselected-images.json\n"
    "selection-report.json\nseries-images.json\nvolumes.json\n*.dicom.json\n*.csv\n*.ndjson\n*."
    "log\n";

std::string attribute_text(const Stack& stack, AttributeIndex attribute) {
  return std::string(trimmed(stack.frames.front().find(attribute).value_or(""), {" \0", 2}));
}

// In years (PS3.5 6.2, AS); "89+" for all from there on, as BIDS recommends.
std::string age_in_years(std::string_view text) {
  constexpr double oldest = 89;
  struct Unit {
    char letter;
    double in_year;
  };
  constexpr std::array units{Unit{'Y', 1}, Unit{'M', 12}, Unit{'W', 52.1775}, Unit{'D', 365.2425}};
  if (text.size() != 4) return "n/a";
  const auto unit = std::ranges::find(units, text.back(), &Unit::letter);
  const auto number = parse_integer(text.substr(0, 3));
  if (unit == units.end() || !number || *number < 0) return "n/a";
  constexpr double digits = 1000;
  const double years = static_cast<double>(*number) / unit->in_year;
  if (years >= oldest) return "89+";
  auto json = JsonWriter::to_text();
  json.value(static_cast<double>(static_cast<long>(years * digits)) / digits);
  auto years_text = json.take_text();
  years_text.pop_back();
  return years_text;
}

std::string sex_of(std::string_view text) {
  return text == "M" || text == "F" || text == "O" ? std::string(text) : "n/a";
}

// Of a participant, as the first image that says it has it.
struct Person {
  std::string age = "n/a", sex = "n/a";
};

using Persons = std::map<std::string, Person>;  // by the label behind "sub-"

Persons find_persons(const std::vector<const Stack*>& images) {
  Persons persons;
  for (const Stack* image : images) {
    auto& person = persons[image->bids->subject];
    if (person.age == "n/a")
      person.age = age_in_years(attribute_text(*image, attribute_index(0x00101010)));
    if (person.sex == "n/a")
      person.sex = sex_of(attribute_text(*image, attribute_index(0x00100040)));
  }
  return persons;
}

// A tab or line break in a cell would be another cell.
std::string in_cell(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return c >= 0 && c < ' '; }, ' ');
  return text;
}

class Dataset {
 public:
  Dataset(const OutputFolder& folder, const Catalog& catalog, const BidsDatasetOptions& options)
      : folder_(folder), options_(options) {
    for (const ImageFile& image : catalog.images)
      if (image.stack->bids) images_.push_back(image.stack.get());
    std::ranges::sort(images_, {}, [](const Stack* image) { return image->bids->order; });
  }

  Status write_description() {
    auto json = JsonWriter::to_text();
    json.object().member("Name", "A data set that dcmflow made of DICOM files");
    json.member("BIDSVersion", bids_version).member("DatasetType", "raw");
    json.key("GeneratedBy").array().object();
    json.member("Name", "dcmflow").member("Version", DCMFLOW_VERSION).end().end().end();
    return write(description, json.take_text());
  }

  Status write_participants() {
    const auto columns =
        options_.participants ? options_.participants->columns : std::vector<std::string>();
    const auto adds = [&](std::string_view name) {
      return !options_.no_patient && std::ranges::find(columns, name) == columns.end();
    };
    const bool adds_age = adds("age"), adds_sex = adds("sex");
    std::string text = "participant_id";
    for (const auto& column : columns) text += '\t' + in_cell(column);
    text += std::string(adds_age ? "\tage" : "") + (adds_sex ? "\tsex" : "") + '\n';
    for (const auto& [label, person] : find_persons(images_)) {
      text += "sub-" + label;
      for (const auto& cell : cells_of(label, columns.size())) text += '\t' + in_cell(cell);
      if (adds_age) text += '\t' + person.age;
      if (adds_sex) text += '\t' + person.sex;
      text += '\n';
    }
    if (auto done = write(participants_table, text); !done) return done;
    const auto has = [&](std::string_view name) {
      return adds(name) || std::ranges::find(columns, name) != columns.end();
    };
    return write_columns(has("age"), has("sex"));
  }

  Status write_ignored() {
    return write(bids_ignore, std::string(ignored) + options_.further_ignored);
  }

  Status write_contexts(std::vector<std::string>& without) {
    for (const Stack* image : images_) {
      if (image->bids->rule->suffix != "asl") continue;
      const auto types = volume_types(*image);
      if (types.empty()) {
        const auto& uid = image->series->series_instance_uid;
        if (std::ranges::find(without, uid) == without.end()) without.push_back(uid);
        continue;
      }
      std::string text = "volume_type\n";
      for (const auto& type : types) text.append(type).append("\n");
      constexpr std::string_view suffix = "asl";
      const auto stem = image->image_stem.substr(0, image->image_stem.size() - suffix.size());
      if (auto done = write(stem + "aslcontext.tsv", text); !done) return done;
    }
    return Done{};
  }

 private:
  Status write(std::string_view name, const std::string& text) {
    if (options_.left.contains(std::string(name))) return Done{};
    auto file = OutputFile::create(folder_, std::string(name));
    if (!file) return file.problem();
    if (auto done = file->append(text); !done) return done;
    return file->commit();
  }

  // Of the columns that BIDS knows; the others are for whoever made the table.
  Status write_columns(bool has_age, bool has_sex) {
    if (!has_age && !has_sex) return Done{};
    auto json = JsonWriter::to_text();
    json.object();
    if (has_age) {
      json.key("age").object().member("Description", "Age; 89+ is 89 or more");
      json.member("Units", "year").end();
    }
    if (has_sex) {
      json.key("sex").object().member("Description", "Sex");
      json.key("Levels").object().member("M", "male").member("F", "female");
      json.member("O", "other").end().end();
    }
    json.end();
    return write(participants_columns, json.take_text());
  }

  std::vector<std::string> cells_of(const std::string& label, std::size_t count) const {
    if (options_.participants)
      for (const auto& row : options_.participants->rows)
        if (row.participant == label) return row.cells;
    return std::vector<std::string>(count, "n/a");
  }

  // Empty where nothing says them.
  static std::vector<std::string> volume_types(const Stack& stack) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 3> words{
        {{"LABEL", "label"}, {"CONTROL", "control"}, {"M_ZERO_SCAN", "m0scan"}}};
    const auto slices = stack.frames.size() / stack.volumes;
    std::vector<std::string> types;
    for (std::size_t volume = 0; volume < stack.volumes; ++volume) {
      const auto said =
          stack.frames[volume * slices].find(attribute_index(0x00189257)).value_or("");
      const auto* const word = std::ranges::find(words, trimmed(said, {" \0", 2}),
                                                 [](const auto& w) { return w.first; });
      if (word != words.end()) types.emplace_back(word->second);
    }
    if (types.size() == stack.volumes) return types;
    types.clear();
    const auto& told = stack.bids->rule->volume_types;
    for (std::size_t volume = 0; volume < stack.volumes && !told.empty(); ++volume)
      types.push_back(told[volume % told.size()]);
    return types;
  }

  const OutputFolder& folder_;
  const BidsDatasetOptions& options_;
  std::vector<const Stack*> images_;
};

}  // namespace

std::vector<std::string> bids_dataset_files() {
  std::vector<std::string> names;
  for (const auto name : {description, participants_table, participants_columns, bids_ignore})
    names.emplace_back(name);
  return names;
}

Result<std::vector<std::string>> write_bids_dataset(const OutputFolder& folder,
                                                    const Catalog& catalog,
                                                    const BidsDatasetOptions& options) {
  Dataset dataset(folder, catalog, options);
  std::vector<std::string> without;
  for (const auto& done : {dataset.write_description(), dataset.write_participants(),
                           dataset.write_ignored(), dataset.write_contexts(without)})
    if (!done) return done.problem();
  return without;
}

}  // namespace dcmflow
