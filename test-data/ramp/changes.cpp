#include "test-data/ramp/changes.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace dcmflow::cases {
namespace {

double radians(double degrees) { return degrees * std::numbers::pi / 180; }

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

void shift(File& file, double gaps) {
  for (Frame& frame : file.frames)
    frame.position = along(frame.position, gaps * file.gap, cross(file.row, file.column));
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

FileChange give(std::string path, std::string text) {
  return [path = std::move(path), text = std::move(text)](File& file, unsigned) {
    file.attributes.push_back({path, text});
  };
}

Change described(Describe describe) {
  return each([describe](File& file, unsigned) { file.describe = describe; });
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

Change damaged(unsigned k, const std::string& reason, const FileChange& alter) {
  return [=](Scene& scene) {
    alter(scene.files.at(k), k);
    scene.files[k].refused = reason;
    scene.facts[0].is_interpolated = true;
    scene.facts[0].verdict = "warn";
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

Change any_order() {
  return fact([](Facts& facts) { facts.any_order = true; });
}

Change refuse(std::string reason) {
  return [reason = std::move(reason)](Scene& scene) { scene.refused = reason; };
}

Change flag(std::string name) {
  return [name = std::move(name)](Scene& scene) { scene.flags.push_back(name); };
}

Change option(std::string name, std::string value) {
  return [name = std::move(name), value = std::move(value)](Scene& scene) {
    scene.options.push_back(name);
    scene.options.push_back(value);
  };
}

Change in_pieces() {
  return [](Scene& scene) { scene.in_pieces = true; };
}

}  // namespace dcmflow::cases
