#include "stages/database/catalogue_views.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "stages/catalog/metadata_levels.h"

namespace dcmflow {
namespace {

constexpr std::string_view version_1 = R"(
CREATE VIEW instances AS
  SELECT id, series, SOPInstanceUID, path AS file, disposition, attributes FROM files WHERE series IS NOT NULL;

CREATE VIEW series_overview AS
  SELECT t.StudyInstanceUID, t.patient, s.SeriesInstanceUID,
         coalesce(s.attributes ->> '$.Modality', t.attributes ->> '$.Modality') AS Modality,
         s.attributes ->> '$.SeriesNumber' AS SeriesNumber,
         s.attributes ->> '$.SeriesDescription' AS SeriesDescription,
         s.instances,
         (SELECT count(*) FROM files f WHERE f.series = s.id AND f.disposition = 'converted') AS converted,
         (SELECT count(*) FROM images i WHERE i.series = s.id) AS images,
         (SELECT i.name FROM images i WHERE i.series = s.id AND i.main) AS main_image,
         (SELECT i.columns || ' x ' || i.rows || ' x ' || i.slices || iif(i.volumes > 1, ' x ' || i.volumes, '')
            FROM images i WHERE i.series = s.id AND i.main) AS dimensions
  FROM series s JOIN studies t ON t.id = s.study
  ORDER BY s.id;

CREATE VIEW refused AS
  SELECT f.path, f.disposition, f.reason, r.text, f.detail, s.SeriesInstanceUID
  FROM files f JOIN reasons r ON r.code = f.reason LEFT JOIN series s ON s.id = f.series
  WHERE f.disposition IN ('refused', 'failed');

CREATE VIEW selected AS
  SELECT n.name AS selection, c.key, i.name AS image, s.SeriesInstanceUID, i.main, i.verdict
  FROM selected_images c JOIN selections n ON n.id = c.selection JOIN images i ON i.id = c.image
  JOIN series s ON s.id = i.series
  ORDER BY c.selection, c.number;
)";

// A path of JSON cannot say every name.
bool can_be_column(std::string_view keyword) {
  return !keyword.empty() && std::ranges::none_of(keyword, [](char c) {
    return c == '"' || c == '\\' || c == '\'' || (c >= 0 && c < ' ');
  });
}

}  // namespace

std::string_view views_of_version_1() { return version_1; }

Status make_attribute_views(Database& database, const AttributeTable& table, bool no_patient) {
  constexpr std::size_t most_columns = 1500;  // SQLite's own limit is 2000
  std::string series, instance;
  const MetadataLevels levels(table, no_patient);
  for (std::size_t column = 0; const auto row : levels.shown()) {
    const auto& keyword = table[row].keyword;
    if (!can_be_column(keyword) || ++column > most_columns) continue;
    const std::string value = ".attributes->>'$.\"" + keyword + "\"'";
    const std::string name = ")\"" + keyword + '"';
    // Only rows of patient and study may stand at the study.
    const std::string above = levels.may_rise(row) ? "s" + value + ",t" + value : "s" + value;
    series += levels.may_rise(row) ? ",coalesce(" + above + name : ",(" + above + name;
    instance += ",coalesce(f" + value + ',' + above + name;
  }
  return database.execute(
      "DROP VIEW IF EXISTS series_attributes; DROP VIEW IF EXISTS instance_attributes;"
      "CREATE VIEW series_attributes AS SELECT s.id AS series, t.StudyInstanceUID, "
      "s.SeriesInstanceUID" +
      series +
      " FROM series s JOIN studies t ON t.id = s.study;"
      "CREATE VIEW instance_attributes AS SELECT f.id AS instance, f.path AS file, "
      "t.StudyInstanceUID, s.SeriesInstanceUID, f.SOPInstanceUID" +
      instance +
      " FROM files f JOIN series s ON s.id = f.series JOIN studies t ON t.id = s.study;");
}

}  // namespace dcmflow
