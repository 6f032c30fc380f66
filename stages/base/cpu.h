#pragma once
// What this CPU can do beyond what every x86-64 can. Whatever is chosen by it gives the same bytes.

#ifdef __x86_64__
#include <cpuid.h>
#endif

namespace dcmflow {

#ifdef __x86_64__
// Not every compiler's __builtin_cpu_supports() knows the name.
inline bool has_lzcnt() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  constexpr unsigned extended_features = 0x8000'0001;
  return __get_cpuid(extended_features, &a, &b, &c, &d) != 0 && (c & bit_LZCNT) != 0;
}

inline const bool has_avx2 = __builtin_cpu_supports("avx2");
// That, and instructions that count zeros and shift in one step (LZCNT, BMI2).
inline const bool has_avx2_and_bits = has_avx2 && __builtin_cpu_supports("bmi2") && has_lzcnt();
#endif

}  // namespace dcmflow
