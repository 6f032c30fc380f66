#pragma once
// Small functions that alter a scene: a ramp case is a row of them. Those that alter the base come
// first, since they lay the files out anew.

#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

#include "test-data/ramp/scene.h"

namespace dcmflow::cases {

using Change = std::function<void(Scene&)>;
// `k` counts the files of the scene.
using FileChange = std::function<void(File&, unsigned k)>;
using TextOf = std::function<std::string(unsigned k)>;

// The base

Change base(std::function<void(Base&, Random&)> alter);
Change plane(const Vector& row, const Vector& column);
// The axial plane turned by random angles about the patient's x and, for a doubly oblique one, y.
Change oblique(bool doubly);
Change slices(unsigned count);
Change modality(std::string name);
// The slices drift by tan(angle) · gap along `direction`, of the plane: 'r'ow or 'c'olumn. The sign
// goes with it, the size is random.
Change tilt(char direction, int sign, double least_deg, double most_deg);

// Positions

// Slice k is moved along the normal by gaps[k] · gap.
Change displace(std::vector<double> gaps);
// The same for all slices of a file.
void shift(File& file, double gaps);
// The header says something else than where the voxels lie.
Change header_positions(std::function<Vector(const Vector&, Random&)> alter, double tolerance_mm);

// Attributes

Change set(std::string path, std::string text);
Change set_each(std::string path, TextOf text);
Change unset(std::string path);
Change each(FileChange alter);
// Of one file: for second_image() and its like.
FileChange give(std::string path, std::string text);
// What a function adds to each file as it is written.
Change described(Describe describe);
// Instance Numbers in random order.
Change shuffle_numbers();
// The files in random order: names, and frames of a multi-frame file.
Change shuffle_files();
Change shuffle_frames();

// What is there

Change missing(std::vector<unsigned> files);
// Once more every file of the first image, as another image: other UIDs, another ramp.
Change second_image(FileChange alter);
// No file but these.
Change only_slices(std::vector<unsigned> files);
// Once more every file, `volumes` in all, each with another ramp; `alter` gets the volume.
Change repeat(unsigned volumes, std::function<void(File&, unsigned volume)> alter);
// Once more file k, which becomes no image; `alter` can change it.
Change once_more(unsigned k, const std::function<void(File&)>& alter, const std::string& reason);
// The volumes whose files are no longer all there are in no image.
Change only_whole_volumes();

// Pixels and files

Change stored(const Storage& storage);
Change rescale(double slope, double intercept);
Change syntax(std::string_view uid);
Change damaged(unsigned k, const std::string& reason, const FileChange& alter);
// All files become one multi-frame file, or `parts` of them.
Change multi_frame(Describe describe, unsigned parts = 1);
// What the item of each frame in the Per-Frame Functional Groups Sequence says, by its path there.
// After what orders frames.
Change set_each_frame(std::string path, std::function<std::string(const Frame&)> text);
// Each volume becomes one Siemens mosaic.
Change mosaic();

// What comes out

Change verdict(std::string word);
// Of the volumes: which comes first is not said.
Change any_order();
Change fact(std::function<void(Facts&)> alter);
// No image, and every file has this reason.
Change refuse(std::string reason);
Change flag(std::string name);
// An option of dcmflow: such a case is not for other programs.
Change option(std::string name, std::string value);
// A series with gaps becomes an image for each run of slices without.
Change in_pieces();

}  // namespace dcmflow::cases
