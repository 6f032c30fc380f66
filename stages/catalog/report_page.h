#pragma once
// report.html: one page to look at what a run made, without any other file or network.

#include "stages/catalog/run_summary.h"
#include "stages/selection/selection_rules.h"
#include "stages/write_catalog.h"

namespace dcmflow {

// Data, pictures, style and script stand in the page, which shows them piece by piece. Text of the
// input is data alone: it is escaped so that it ends no script, its place in the page is that of
// text, and the page's policy runs no other script than its own. `run`: its series are in the order
// of sort_for_people(). `no_patient` leaves out the patient's name and ID, and what conditions of
// selections saw. Streamed series by series. The same bytes for any threads. Problems: as those of
// write_catalog.h.
Status write_report_page(const OutputFolder& folder, const Catalog& catalog, const RunSummary& run,
                         const SelectionRules& rules, bool no_patient);

}  // namespace dcmflow
