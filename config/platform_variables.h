#pragma once
// The variables by which platforms set what dcmflow has options for, in the order in which they are
// asked. An argument comes before them, a variable DCMFLOW_... of an option behind them.

#include <array>

namespace dcmflow {

struct PlatformVariable {
  const char* name;
  bool is_list = false;  // entries `name:/path`, separated by ';' or ','
};

inline constexpr std::array input_variables{
    PlatformVariable{"NVIDIA_CLARA_INPUT"}, PlatformVariable{"NVIDIA_CLARA_INPUTPATHS", true},
    PlatformVariable{"HOLOSCAN_INPUT_PATH"}, PlatformVariable{"MONAI_INPUTPATH"}};
inline constexpr std::array output_variables{
    PlatformVariable{"NVIDIA_CLARA_OUTPUT"}, PlatformVariable{"NVIDIA_CLARA_OUTPUTPATHS", true},
    PlatformVariable{"HOLOSCAN_OUTPUT_PATH"}, PlatformVariable{"MONAI_OUTPUTPATH"}};
inline constexpr std::array log_variables{PlatformVariable{"NVIDIA_CLARA_LOGS"},
                                          PlatformVariable{"HOLOSCAN_LOGS_PATH"}};
inline constexpr std::array format_variables{PlatformVariable{"NVIDIA_CLARA_IMAGE_FORMAT"}};
inline constexpr std::array rules_variables{PlatformVariable{"NVIDIA_CLARA_SELECTION_RULES_BASE64"},
                                            PlatformVariable{"NVIDIA_CLARA_SELECTION_RULES_FILE"}};

}  // namespace dcmflow
