#include "test-data/ramp/changes.h"

#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>
#include <stdexcept>

#include "test-data/ramp/multi_frame.h"

namespace dcmflow::cases {
namespace {

double radians(double degrees) { return degrees * std::numbers::pi / 180; }

// Of volumes and images; no multiple of a gap.
constexpr double offset_step = 37;

unsigned highest_number(const Scene& scene) {
  unsigned highest = 0;
  for (const File& file : scene.files) highest = std::max(highest, file.number);
  return highest;
}

void every_frame(Scene& scene, const std::function<void(Frame&)>& alter) {
  for (File& file : scene.files)
    for (Frame& frame : file.frames) alter(frame);
}

}  // namespace

Change base(std::function<void(Base&, Random&)> alter) {
  return [alter = std::move(alter)](Scene& scene) {
    alter(scene.base, scene.random);
    lay_out(scene);
  };
}

Change plane(const Vector& row, const Vector& column) {
  return base([row, column](Base& b, Random&) {
    b.row = row;
    b.column = column;
  });
}

Change oblique(bool doubly) {
  return base([doubly](Base& b, Random& random) {
    const double about_x = radians(random.number(12, 40));
    const double about_y = doubly ? radians(random.number(12, 40)) : 0;
    b.row = {std::cos(about_y), 0, -std::sin(about_y)};
    b.column = {std::sin(about_x) * std::sin(about_y), std::cos(about_x),
                std::sin(about_x) * std::cos(about_y)};
  });
}

Change slices(unsigned count) {
  return base([count](Base& b, Random&) { b.slices = count; });
}

Change modality(std::string name) {
  return base([name = std::move(name)](Base& b, Random&) { b.modality = name; });
}

Change tilt(char direction, int sign, double least_deg, double most_deg) {
  return base([=](Base& b, Random& random) {
    const double drift = std::tan(radians(random.number(least_deg, most_deg))) * b.gap * sign;
    b.drift = along({}, drift, direction == 'r' ? b.row : b.column);
  });
}

Change displace(std::vector<double> gaps) {
  return [gaps = std::move(gaps)](Scene& scene) {
    every_frame(scene, [&](Frame& frame) {
      if (frame.slice < gaps.size())
        frame.position =
            along(frame.position, gaps[frame.slice] * scene.base.gap, scene.base.normal());
    });
  };
}

Change header_positions(std::function<Vector(const Vector&, Random&)> alter, double tolerance_mm) {
  return [alter = std::move(alter), tolerance_mm](Scene& scene) {
    scene.facts[0].tolerance_mm = tolerance_mm;
    for (File& file : scene.files)
      file.attributes.push_back(
          {"ImagePositionPatient", text_of(alter(file.frames[0].position, scene.random))});
  };
}

Change each(FileChange alter) {
  return [alter = std::move(alter)](Scene& scene) {
    for (unsigned k = 0; k < scene.files.size(); ++k) alter(scene.files[k], k);
  };
}

Change set(std::string path, std::string text) {
  return each([path = std::move(path), text = std::move(text)](File& file, unsigned) {
    file.attributes.push_back({path, text});
  });
}

Change set_each(std::string path, TextOf text) {
  return each([path = std::move(path), text = std::move(text)](File& file, unsigned k) {
    file.attributes.push_back({path, text(k)});
  });
}

Change unset(std::string path) {
  return each([path = std::move(path)](File& file, unsigned) {
    file.attributes.push_back({path, std::nullopt});
  });
}

Change shuffle_numbers() {
  return [](Scene& scene) {
    const auto order = scene.random.permutation(static_cast<unsigned>(scene.files.size()));
    for (unsigned k = 0; k < order.size(); ++k) scene.files[k].number = order[k] + 1;
  };
}

Change shuffle_files() {
  return [](Scene& scene) {
    const auto order = scene.random.permutation(static_cast<unsigned>(scene.files.size()));
    std::vector<File> files;
    for (const unsigned k : order) files.push_back(scene.files[k]);
    scene.files = std::move(files);
  };
}

Change shuffle_frames() {
  return [](Scene& scene) {
    for (File& file : scene.files) {
      const auto order = scene.random.permutation(static_cast<unsigned>(file.frames.size()));
      std::vector<Frame> frames;
      for (const unsigned k : order) frames.push_back(file.frames[k]);
      file.frames = std::move(frames);
    }
  };
}

Change missing(std::vector<unsigned> files) {
  return [files = std::move(files)](Scene& scene) {
    for (const unsigned k : files) scene.files.at(k).is_written = false;
    scene.facts[0].is_interpolated = true;
    scene.facts[0].verdict = "warn";
  };
}

Change second_image(FileChange alter) {
  return [alter = std::move(alter)](Scene& scene) {
    const unsigned first = highest_number(scene);
    auto more = scene.files;
    for (unsigned k = 0; k < more.size(); ++k) {
      more[k].number += first;
      for (Frame& frame : more[k].frames) {
        frame.image = 1;
        frame.offset += offset_step;
      }
      alter(more[k], k);
    }
    scene.files.insert(scene.files.end(), more.begin(), more.end());
    name_instances(scene);
  };
}

Change repeat(unsigned volumes, std::function<void(File&, unsigned)> alter) {
  return [volumes, alter = std::move(alter)](Scene& scene) {
    std::vector<File> files;
    for (unsigned v = 0; v < volumes; ++v)
      for (File file : scene.files) {
        // Position by position: Instance Numbers alone make no blocks of volumes.
        file.number = (file.number - 1) * volumes + v + 1;
        for (Frame& frame : file.frames) {
          frame.volume = v;
          frame.offset += offset_step * v;
        }
        alter(file, v);
        files.push_back(std::move(file));
      }
    scene.files = std::move(files);
    name_instances(scene);
  };
}

Change once_more(unsigned k, const std::function<void(File&)>& alter, std::string reason) {
  return [=](Scene& scene) {
    File again = scene.files.at(k);
    for (Frame& frame : again.frames) frame.image = no_image;
    again.refused = reason;
    alter(again);
    scene.files.push_back(std::move(again));
  };
}

Change only_whole_volumes() {
  return [](Scene& scene) {
    std::set<unsigned> broken;
    for (const File& file : scene.files)
      if (!file.is_written) broken.insert(file.frames[0].volume);
    every_frame(scene, [&](Frame& frame) {
      if (broken.contains(frame.volume)) frame.image = no_image;
    });
    scene.facts[0].verdict = "partial";
  };
}

Change stored(const Storage& storage) {
  return each([storage](File& file, unsigned) { file.storage = storage; });
}

Change rescale(double slope, double intercept) {
  return [=](Scene& scene) {
    every_frame(scene, [&](Frame& frame) {
      frame.slope = slope;
      frame.intercept = intercept;
    });
  };
}

Change syntax(std::string_view uid) {
  return each([uid](File& file, unsigned) { file.transfer_syntax = uid; });
}

Change damaged(unsigned k, std::string reason, const FileChange& alter) {
  return [=](Scene& scene) {
    alter(scene.files.at(k), k);
    scene.files[k].refused = reason;
    scene.facts[0].is_interpolated = true;
    scene.facts[0].verdict = "warn";
  };
}

Change multi_frame(Describe describe, unsigned parts) {
  return [=](Scene& scene) {
    const std::size_t each_part = (scene.files.size() + parts - 1) / parts;
    std::vector<File> files;
    for (std::size_t k = 0; k < scene.files.size(); ++k) {
      if (k % each_part != 0) {
        const auto& frames = scene.files[k].frames;
        files.back().frames.insert(files.back().frames.end(), frames.begin(), frames.end());
        continue;
      }
      files.push_back(scene.files[k]);
      files.back().describe = describe;
      files.back().number = static_cast<unsigned>(files.size());
    }
    scene.files = std::move(files);
    name_instances(scene);
  };
}

Change mosaic() {
  return [](Scene& scene) {
    std::vector<File> files;
    for (const File& file : scene.files)
      if (!files.empty() && files.back().frames[0].volume == file.frames[0].volume)
        files.back().frames.push_back(file.frames[0]);
      else
        files.push_back(file);
    for (unsigned k = 0; k < files.size(); ++k) {
      files[k].describe = siemens_mosaic;
      files[k].tiles_across = static_cast<unsigned>(std::ceil(std::sqrt(files[k].frames.size())));
      files[k].number = k + 1;
    }
    scene.files = std::move(files);
    name_instances(scene);
  };
}

Change fact(std::function<void(Facts&)> alter) {
  return [alter = std::move(alter)](Scene& scene) { alter(scene.facts[0]); };
}

Change verdict(std::string word) {
  return [word = std::move(word)](Scene& scene) {
    scene.facts[0].verdict = word;
    scene.facts[1].verdict = word;
  };
}

Change refuse(std::string reason) {
  return [reason = std::move(reason)](Scene& scene) { scene.refused = reason; };
}

Change flag(std::string name) {
  return [name = std::move(name)](Scene& scene) { scene.flags.push_back(name); };
}

void cut_preamble(std::vector<std::uint8_t>& bytes) {
  bytes.erase(bytes.begin(), bytes.begin() + 132);
}

void cut_file_head(std::vector<std::uint8_t>& bytes) {
  // (0002,0000) UL, length 4: how many bytes of group 2 follow (PS3.10 7.1)
  constexpr std::size_t length_at = 140;
  std::size_t length = 0;
  for (unsigned i = 0; i < 4; ++i) length |= std::size_t{bytes.at(length_at + i)} << 8 * i;
  bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length_at + 4 + length));
}

void gzip(std::vector<std::uint8_t>& bytes) {
  z_stream stream{};
  constexpr int with_gzip_header = 15 + 16;
  if (deflateInit2(&stream, 6, Z_DEFLATED, with_gzip_header, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("zlib does not start");
  std::vector<std::uint8_t> packed(deflateBound(&stream, bytes.size()));
  stream.next_in = bytes.data();
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = packed.data();
  stream.avail_out = static_cast<uInt>(packed.size());
  const int state = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  if (state != Z_STREAM_END) throw std::runtime_error("zlib does not finish");
  bytes = std::move(packed);
}

void break_fragment(std::vector<std::uint8_t>& bytes) {
  // From the end: (FFFE,E0DD) closes the sequence; the last (FFFE,E000) opens the fragment.
  constexpr std::array<std::uint8_t, 4> item{0xfe, 0xff, 0x00, 0xe0};
  const auto found = std::find_end(bytes.begin(), bytes.end(), item.begin(), item.end());
  if (found == bytes.end()) throw std::runtime_error("no fragment to break");
  std::fill(found + 8, bytes.end() - 8, std::uint8_t{0x11});
}

}  // namespace dcmflow::cases
