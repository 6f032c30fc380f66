#pragma once
// The label images of one file, slab by slab.

#include <memory>
#include <span>
#include <vector>

#include "engine/label_file.h"
#include "engine/run.h"
#include "engine/worker_threads.h"
#include "stages/labels/label_image.h"
#include "stages/write_image.h"

namespace dcmflow {

// For one thread, which others help.
class PaintLabels {
 public:
  // As many slabs are at work as `budget` bytes hold; one that is larger alone.
  PaintLabels(Run& run, WorkerThreads& threads, const LabelSet& labels, std::uint64_t budget)
      : run_(run), threads_(threads), labels_(labels), budget_(budget) {}

  // Paints and publishes the images, in their order, and adds them to `file`, with what is told of
  // them; after a Problem some are there. Problems: those of LabelPainter and ImageWriter;
  // labels_not_merged: segments share voxels, with both numbers; exceeds_memory; interrupted.
  Status paint(std::span<const PlannedLabels> images, LabelFile& file);

 private:
  struct Work {  // a slab on its way
    std::size_t image = 0;
    SlabRange range;
    bool is_blank = false;
    std::vector<PaintedSegment> painted{};
    Status done = Done{};
  };
  struct Open {  // an image on its way
    std::shared_ptr<ImageWriter> writer;
    std::vector<SlabRange> ranges;
    std::size_t given = 0;  // ranges that work was made of
    std::vector<PaintedSegment> painted;
  };

  // The next slabs that fit into memory, of the first image that has any left on.
  Result<std::vector<Work>> next_wave(std::span<const PlannedLabels> images);
  Status open(const PlannedLabels& image);
  Status work(const PlannedLabels& image, Work& work);
  Status end(const PlannedLabels& image, Open& open, LabelFile& file);

  Run& run_;
  WorkerThreads& threads_;
  const LabelSet& labels_;
  const std::uint64_t budget_;
  std::vector<Open> open_;  // of the images so far
  std::size_t ended_ = 0;   // of them
};

}  // namespace dcmflow
