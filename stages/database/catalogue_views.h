#pragma once
// The views of the catalogue: what its tables (catalogue_schema.h) say, in the form in which it is
// asked for; docs/catalogue.md describes them.

#include <string_view>

#include "stages/database/sqlite.h"
#include "stages/dicom/attribute_table.h"

namespace dcmflow {

// SQL of the views that stand behind the tables of version 1: instances, series_overview, refused
// and selected.
std::string_view views_of_version_1();

// The views series_attributes and instance_attributes: a column for each keyword of
// dicom-metadata.json, whichever level it stands at. `no_patient` leaves out those of the patient's
// level. Made anew where they are there. Problem{catalogue_failed}.
Status make_attribute_views(Database& database, const AttributeTable& table, bool no_patient);

}  // namespace dcmflow
