#pragma once
// The JSON files of a run, so that each of them and the process tell the same end. Called by one
// thread.

#include "engine/outcome.h"
#include "engine/run.h"

namespace dcmflow {

// Joins and writes the JSON files, those that do not depend on each other at the same time, and
// gives them their names when all of them are whole: report.json when nothing but the marker can go
// wrong any more, selected-images.json last of all, when the disk has everything that it stands
// for. What goes wrong changes the outcome, which report.json and metadata.json tell in any case;
// it costs no other file, and all are written once more. Where neither volumes.json nor report.json
// can be had in the end the images go, since nothing names them. A signal makes it give up what
// takes long; from the report on it comes too late.
Outcome write_results(Run& run, Catalog& catalog, Outcome outcome);

}  // namespace dcmflow
