#include "stages/prepare/plan_prepared.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "stages/prepare/arrange_case.h"
#include "stages/prepare/prepare_source.h"
#include "stages/prepare/target_grid.h"

namespace dcmflow {
namespace {

// Of one patient: where two have the same Study Instance UID, they are no study.
using StudyKey = std::pair<std::string_view, std::string_view>;

StudyKey study_of(const ChosenImage& image) {
  return {image.file.stack->series->study_instance_uid, image.patient};
}

auto place_of(const ChosenImage& image) {
  const Stack& stack = *image.file.stack;
  return std::tuple(study_of(image), std::string_view(stack.series->series_instance_uid),
                    stack.series->patient, !stack.is_main, std::string_view(image.file.name));
}

bool is_kept_by(const ChosenImage& image, const std::string& selection) {
  return std::ranges::find(image.selections, selection) != image.selections.end();
}

std::string series_of(const ChosenImage& image) {
  return image.file.stack->series->series_instance_uid;
}

constexpr const char* name_is_taken = "an image of the run has the name that it would get";

// What all images of a study are aligned to.
struct Reference {
  const ChosenImage* image = nullptr;
  Grid grid;  // with the changes
};

// Whether along an axis of the source all of the grid lies on one side of it.
bool lies_beside(const Grid& grid, const Grid& source) {
  const auto map = index_map(grid, source);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    double least = map.at[axis][3], greatest = least;
    for (std::size_t along = 0; along < 3; ++along) {
      const double reach = map.at[axis][along] * (grid.size[along] - 1.0);
      (reach < 0 ? least : greatest) += reach;
    }
    if (greatest < -0.5 || least > source.size[axis] - 0.5) return true;
  }
  return false;
}

class Planner {
 public:
  Planner(std::span<const ChannelRule> channels, const PrepareOptions& options,
          const ImageFormat& format, const std::set<std::string>& taken)
      : channels_(channels), options_(options), format_(format), taken_(taken) {
    if (options.arrange != Arrangement::none)
      for (const auto& channel : channels) {
        plan_.channels.push_back(channel.name);
        plan_.requires_channels |= channel.is_required;
      }
  }

  PreparedPlan plan(std::span<const ChosenImage> chosen) {
    while (!chosen.empty()) {
      const auto end = std::ranges::find_if_not(
          chosen, [&](const auto& image) { return study_of(image) == study_of(chosen.front()); });
      const auto count = static_cast<std::size_t>(end - chosen.begin());
      plan_study(chosen.first(count));
      chosen = chosen.subspan(count);
    }
    return std::move(plan_);
  }

 private:
  using Study = std::span<const ChosenImage>;

  void plan_study(Study study) {
    const auto reference = find_reference(study);
    std::vector<PlannedImage> planned;
    for (const ChosenImage& image : study) {
      auto one = plan_image(image, reference);
      if (one) {
        planned.push_back({&image, std::move(*one)});
      } else {
        tell({one.problem().reason, series_of(image), one.problem().detail});
      }
    }
    if (options_.arrange == Arrangement::none) {
      for (auto& [image, one] : planned) {
        PreparedCase of_one;
        of_one.images.push_back(std::move(one));
        plan_.cases.push_back(std::move(of_one));
      }
      return;
    }
    arrange(study, planned);
  }

  void arrange(Study study, const std::vector<PlannedImage>& planned) {
    const auto& uid = study.front().file.stack->series->study_instance_uid;
    auto arranged = arrange_case(planned, plan_.channels, options_.arrange, name_case(uid));
    const auto is_taken = [&](const PreparedImage& one) { return taken_.contains(one.stem); };
    if (arranged && std::ranges::any_of(arranged->images, is_taken))
      arranged = Problem{Reason::channel_missing, {}, name_is_taken};
    if (arranged) {
      plan_.cases.push_back(std::move(*arranged));
      return;
    }
    tell({Reason::channel_missing, uid, arranged.problem().detail});
    // A channel that is there counts as lacking where none lacks: then it is what does not fit.
    const auto is_there = [&](const ChannelRule& channel) {
      return std::ranges::count_if(planned, [&](const PlannedImage& image) {
               return is_kept_by(*image.image, channel.name);
             }) == 1;
    };
    const bool all_there = std::ranges::all_of(channels_, is_there);
    plan_.lacks_required |= std::ranges::any_of(channels_, [&](const ChannelRule& channel) {
      return channel.is_required && (all_there || !is_there(channel));
    });
  }

  std::string name_case(const std::string& uid) {
    auto name = uid;
    for (std::size_t n = 2; !case_names_.insert(name).second; ++n)
      name = uid + '_' + std::to_string(n);
    return name;
  }

  // Empty where none is asked for.
  Result<Reference> find_reference(Study study) const {
    if (options_.align_to.empty()) return Reference();
    std::vector<const ChosenImage*> found;
    for (const ChosenImage& image : study)
      if (is_kept_by(image, options_.align_to)) found.push_back(&image);
    const auto refused = [&](const std::string& what) {
      return Problem{Reason::no_reference, {}, "selection '" + options_.align_to + "' " + what};
    };
    if (found.empty()) return refused("keeps no image of its study, expected one");
    if (found.size() > 1)
      return refused("keeps " + std::to_string(found.size()) +
                     " images of its study, expected one: a limit of 1 keeps the first");
    if (const auto can = prepare_source(*found.front(), options_.align_to, options_); !can)
      return refused("keeps an image that cannot be prepared: " + can.problem().detail);
    auto grid = change_grid(found.front()->file.stack->grid, options_.changes);
    if (!grid) return refused("keeps an image of which " + grid.problem().detail);
    return Reference{found.front(), *grid};
  }

  static Status check_frame_of_reference(const ChosenImage& image, const ChosenImage& reference) {
    if (&image == &reference) return Done{};
    const auto found = frame_of_reference(*image.file.stack);
    const auto expected = frame_of_reference(*reference.file.stack);
    const auto refused = [](std::string what) {
      return Problem{Reason::no_reference, {}, std::move(what)};
    };
    if (found.empty() || expected.empty())
      return refused(std::string(found.empty() ? "it" : "the reference") +
                     " says no Frame of Reference, or several: nothing tells whether both lie in "
                     "the same");
    if (found != expected)
      return refused("it lies in the Frame of Reference " + found + ", the reference in " +
                     expected);
    return Done{};
  }

  Result<PreparedImage> plan_image(const ChosenImage& image, const Result<Reference>& reference) {
    if (!reference) return reference.problem();
    const auto& first = image.selections.empty() ? std::string() : image.selections.front();
    auto source = prepare_source(image, first, options_);
    if (!source) return source.problem();
    auto grid = change_grid(image.file.stack->grid, options_.changes);
    if (reference->image != nullptr) {
      if (auto same = check_frame_of_reference(image, *reference->image); !same)
        return same.problem();
      grid = reference->grid;
      if (lies_beside(*grid, image.file.stack->grid))
        return Problem{Reason::not_prepared, {}, "no voxel of the reference lies within it"};
    }
    if (!grid) return grid.problem();
    PreparedImage prepared{
        .stem = std::string(prepared_folder) + '/' + image.file.stack->image_stem,
        .format = std::string(format_.name),
        .grid = *grid,
        .sources = {std::move(*source)},
        .type = std::nullopt,
        .aligned_to = reference->image ? reference->image->file.name : "",
        .made = {}};
    if (taken_.contains(prepared.stem)) return Problem{Reason::not_prepared, {}, name_is_taken};
    return prepared;
  }

  void tell(Problem problem) { plan_.problems.push_back(std::move(problem)); }

  const std::span<const ChannelRule> channels_;
  const PrepareOptions& options_;
  const ImageFormat& format_;
  const std::set<std::string>& taken_;
  std::set<std::string> case_names_;
  PreparedPlan plan_;
};

}  // namespace

PreparedPlan plan_prepared(std::vector<ChosenImage> chosen, std::span<const ChannelRule> channels,
                           const PrepareOptions& options, const ImageFormat& format,
                           const std::set<std::string>& taken) {
  std::ranges::stable_sort(chosen, {}, place_of);
  return Planner(channels, options, format, taken).plan(chosen);
}

}  // namespace dcmflow
