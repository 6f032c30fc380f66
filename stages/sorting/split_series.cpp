#include "stages/sorting/split_series.h"

#include <algorithm>
#include <array>
#include <map>

#include "config/attributes.h"
#include "stages/geometry/vector3.h"

namespace dcmflow {
namespace {

std::vector<std::string_view> values_of(std::string_view text) {
  std::vector<std::string_view> values;
  for (;;) {
    const auto end = text.find('\\');
    values.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return values;
    text.remove_prefix(end + 1);
  }
}

std::string sop_class(const Frame& f) { return f.instance->shared->sop_class_uid; }

std::string matrix(const Frame& f) {
  const auto& layout = f.instance->shared->layout;
  return std::to_string(layout.columns) + 'x' + std::to_string(layout.rows) + 'x' +
         std::to_string(layout.samples_per_pixel);
}

std::string stored_type(const Frame& f) {
  const auto& layout = f.instance->shared->layout;
  return (layout.is_signed ? "s" : "u") + std::to_string(layout.bits_allocated);
}

std::string frame_of_reference(const Frame& f) {
  return f.instance->shared->frame_of_reference_uid;
}

std::string localizer(const Frame& f) {
  return std::ranges::count(values_of(f.find(attribute_index(0x00080008)).value_or("")),
                            "LOCALIZER") > 0
             ? "localizer"
             : "";
}

// Magnitude, phase, real or imaginary (PS3.3 C.8.13.3.1.1), in the words that scanners use.
std::string component(const Frame& f) {
  struct Word {
    std::string_view in_header;
    std::string_view component;
  };
  constexpr std::array words{
      Word{"M", "magnitude"}, Word{"MAGNITUDE", "magnitude"}, Word{"P", "phase"},
      Word{"PHASE", "phase"}, Word{"PHASE MAP", "phase"},     Word{"R", "real"},
      Word{"REAL", "real"},   Word{"I", "imaginary"},         Word{"IMAGINARY", "imaginary"},
      Word{"B0", "b0"},       Word{"B0 MAP", "b0"},           Word{"FIELDMAPHZ", "b0"}};
  const auto find = [&](std::string_view text) {
    const auto* word = std::ranges::find(words, text, &Word::in_header);
    return word == words.end() ? std::string() : std::string(word->component);
  };
  if (const auto declared = f.find(attribute_index(0x00089208)))
    if (auto found = find(*declared); !found.empty()) return found;
  const auto types = values_of(f.find(attribute_index(0x00080008)).value_or(""));
  for (auto type = types.rbegin(); type != types.rend() && types.rend() - type > 2; ++type)
    if (auto found = find(*type); !found.empty()) return found;
  return {};
}

std::string derivation(const Frame& f) {
  return values_of(f.find(attribute_index(0x00080008)).value_or("")).front() == "DERIVED"
             ? "derived"
             : "original";
}

std::string stack(const Frame& f) {
  return std::string(f.find(attribute_index(0x00209056)).value_or(""));
}

std::string segment(const Frame& f) {
  const auto number = f.find(attribute_index(0x0062000B));
  return number ? "segment" + std::string(*number) : "";
}

struct Property {
  std::string_view name;
  std::string (*value)(const Frame&);
  bool value_is_word;  // the value itself names the image that was split off
};
constexpr std::array discrete_properties{
    Property{"class", sop_class, false},      Property{"matrix", matrix, false},
    Property{"type", stored_type, false},     Property{"frame", frame_of_reference, false},
    Property{"localizer", localizer, true},   Property{"component", component, true},
    Property{"derivation", derivation, true}, Property{"stack", stack, false},
    Property{"segment", segment, true},
};
constexpr std::array further_properties{"spacing", "orientation", "echo"};

class ClusterBuilder {
 public:
  ClusterBuilder(const Frame& first, const Orientation& orientation)
      : first_(orientation), row_sum_{}, column_sum_{} {
    add(first, orientation);
  }

  bool accepts(const Frame& f, const Orientation& orientation, const Tolerances& tolerances) const {
    const auto mine = *frames_.front().pixel_spacing();
    const auto its = *f.pixel_spacing();
    for (std::size_t axis = 0; axis < 2; ++axis)
      if (std::abs(mine[axis] - its[axis]) > tolerances.pixel_spacing_relative * mine[axis])
        return false;
    return angle_deg(mean(), orientation) <= tolerances.iop_cluster_deg;
  }

  void add(const Frame& f, const Orientation& orientation) {
    frames_.push_back(f);
    all_equal_ = all_equal_ && orientation.row == first_.row && orientation.column == first_.column;
    row_sum_ = row_sum_ + orientation.row;
    column_sum_ = column_sum_ + orientation.column;
  }

  // Equal orientations stay what they are, to the last bit.
  Orientation mean() const {
    if (all_equal_) return first_;
    Orientation o;
    o.row = normalised(row_sum_);
    o.column = normalised(column_sum_ - o.row * dot(o.row, column_sum_));
    o.normal = cross(o.row, o.column);
    return o;
  }

  const std::vector<Frame>& frames() const { return frames_; }

 private:
  std::vector<Frame> frames_;
  Orientation first_;
  Vector3 row_sum_, column_sum_;
  bool all_equal_ = true;
};

std::vector<std::string> discrete_values(const Frame& f) {
  std::vector<std::string> values;
  for (const auto& property : discrete_properties) values.push_back(property.value(f));
  return values;
}

}  // namespace

std::string split_word(const Cluster& cluster, const Cluster& main) {
  for (std::size_t k = 0; k < discrete_properties.size(); ++k) {
    if (cluster.properties[k] == main.properties[k]) continue;
    const auto& property = discrete_properties[k];
    return property.value_is_word && !cluster.properties[k].empty() ? cluster.properties[k]
                                                                    : std::string(property.name);
  }
  for (std::size_t k = 0; k < further_properties.size(); ++k) {
    const auto at = discrete_properties.size() + k;
    if (cluster.properties[at] != main.properties[at]) return further_properties[k];
  }
  return "part";
}

std::vector<Cluster> split_series(const std::vector<Frame>& frames, const Tolerances& tolerances) {
  std::map<std::vector<std::string>, std::vector<ClusterBuilder>> builders;
  for (const auto& frame : frames) {
    auto& candidates = builders[discrete_values(frame)];
    const auto orientation =
        *make_orientation(*frame.image_orientation_patient(), tolerances.iop_orthonormal);
    const auto fit = std::ranges::find_if(candidates, [&](const ClusterBuilder& c) {
      return c.accepts(frame, orientation, tolerances);
    });
    if (fit == candidates.end())
      candidates.emplace_back(frame, orientation);
    else
      fit->add(frame, orientation);
  }
  std::vector<Cluster> clusters;
  for (const auto& [values, candidates] : builders) {
    for (const auto& builder : candidates) {
      auto properties = values;
      const auto spacing = *builder.frames().front().pixel_spacing();
      properties.push_back(std::to_string(spacing[0]) + '\\' + std::to_string(spacing[1]));
      properties.push_back(std::to_string(&builder - candidates.data()));
      properties.emplace_back();
      clusters.push_back({builder.frames(), builder.mean(), std::move(properties)});
    }
  }
  return clusters;
}

std::vector<Cluster> split_echoes(const Cluster& cluster) {
  std::map<std::string, Cluster> echoes;
  for (const auto& frame : cluster.frames) {
    std::string echo(frame.find(attribute_index(0x00180081)).value_or(""));
    echo += '/';
    echo += frame.find(attribute_index(0x00180086)).value_or("");
    auto& part = echoes[echo];
    part.frames.push_back(frame);
    part.orientation = cluster.orientation;
    part.properties = cluster.properties;
    part.properties.back() = echo;
  }
  std::vector<Cluster> parts;
  for (auto& [echo, part] : echoes) parts.push_back(std::move(part));
  return parts;
}

}  // namespace dcmflow
