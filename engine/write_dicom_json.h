#pragma once
// Under --dicom-json: a file for each study in the DICOM JSON model (PS3.18 annex F). Called by one
// thread; what goes wrong is told to run.report.

#include <cstdint>
#include <vector>

#include "engine/run.h"
#include "engine/worker_threads.h"

namespace dcmflow {

// Reads every instance once more, many at the same time, and writes <StudyInstanceUID>.dicom.json
// of each study that run.side_files does not keep: an array of its instances in the order of
// dicom-metadata.json, whatever the threads. An instance that cannot be read has no entry, and is a
// problem of its series. The files are staged in `run.dicom_json`, whole and without a name; a run
// that is stopped writes no more of them. What is in memory are a few instances a thread, each of
// at most 4 MB of JSON: larger ones are written as they are read.
void write_dicom_json(Run& run, WorkerThreads& threads);

// The series of each study, in the order of the JSON files.
std::vector<std::vector<const Series*>> studies_of(const Run& run);

// How much disk space to book for the files: expected_json_bytes() of all instances that go into
// them.
std::uint64_t dicom_json_bytes(const Run& run);

}  // namespace dcmflow
