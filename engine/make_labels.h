#pragma once
// Under --labels: segmentations and structure sets become label images on the grids of their
// images. What goes wrong is kept in run.label_files.

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/run.h"
#include "engine/worker_threads.h"

namespace dcmflow {

// Puts the segmentations and structure sets of series `i` into run.label_files[i]. Returns the
// series without them; null when nothing is left of it. Thread-safe on distinct series.
SeriesPtr take_label_files(Run& run, std::size_t i);

// Makes the label images of every file, one file after the other, with as many slabs of it at once
// as memory and threads allow, and publishes them as images with a path are. A file of which one
// image fails has none. A signal ends it early. Called by one thread, when the images have their
// names.
void make_labels(Run& run, WorkerThreads& threads);

// All that were made, by file name; and of each of their files the bytes.
std::vector<const LabelImage*> made_labels(const Run& run);
std::map<std::string, std::uint64_t> label_file_bytes(const Run& run);

}  // namespace dcmflow
