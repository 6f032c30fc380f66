#pragma once
// What this CPU can do beyond what every x86-64 can. Whatever is chosen by it gives the same bytes.

namespace dcmflow {

#ifdef __x86_64__
inline const bool has_avx2 = __builtin_cpu_supports("avx2");
#endif

}  // namespace dcmflow
