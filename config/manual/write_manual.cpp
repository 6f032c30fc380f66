// Writes the man page and the completions into a folder: a program of the build.
// usage: write_manual FOLDER

#include <array>
#include <cstdio>
#include <fstream>

#include "config/manual/manual.h"

int main(int argc, char** argv) {
  using namespace dcmflow;
  if (argc != 2) {
    std::fputs("usage: write_manual FOLDER\n", stderr);
    return 2;
  }
  struct File {
    const char* name;
    std::string (*text)();
  };
  constexpr std::array files{File{"dcmflow.1", man_page}, File{"dcmflow.bash", bash_completion},
                             File{"_dcmflow", zsh_completion},
                             File{"dcmflow.fish", fish_completion}};
  for (const auto& [name, text] : files) {
    const auto path = std::string(argv[1]) + '/' + name;
    std::ofstream file(path, std::ios::binary);
    if (file << text() << std::flush) continue;
    std::fprintf(stderr, "write_manual: %s cannot be written\n", path.c_str());
    return 1;
  }
  return 0;
}
