#pragma once
// Every call by which the program reads, writes or names files, and every large allocation, can
// fail by a seed. The calls are this program's own definitions of the functions of the C library,
// so the sources of dcmflow know nothing of it, and a release build has nothing of it: whoever
// links system_calls.cpp calls the kernel through it, libraries included.

#include <cstdint>
#include <string>

namespace dcmflow::faults {

enum class Call : std::uint8_t { open, read, write, rename, sync, size, close, allocate };
inline constexpr std::size_t calls = 8;

// What goes wrong, once a plan is begun. The n-th call is that of its kind, from 1.
struct Plan {
  enum class Kind : std::uint8_t {
    none,     // calls are counted
    one,      // the n-th fails
    all,      // the n-th and all behind it: a full disk, a lost share
    some,     // each fails once in n
    partial,  // reads and writes that do a part, or nothing since a signal came, one in n
  };
  Kind kind = Kind::none;
  Call call = Call::open;
  std::uint64_t n = 1;
  std::uint64_t seed = 1;
};

// The plan of a run, by its seed: another kind of fault each time, at a place that is not behind
// the last call of `counted`, which a run without faults made.
struct Counts {
  std::uint64_t of[calls] = {};
};
Plan plan_of(std::uint64_t seed, const Counts& counted);
std::string describe(const Plan& plan);

// From now on. REQUIRES: one thread.
void begin(const Plan& plan);
// No more faults. What was called, and how many of the calls failed.
Counts end();
std::uint64_t failed();

}  // namespace dcmflow::faults
