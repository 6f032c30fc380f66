#pragma once
// Whether a sanitizer watches the tests: it keeps memory of its own, several times what a program
// takes, and reserves addresses by the terabyte, so that no bound of memory can be tested.

namespace dcmflow {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool is_sanitized = true;
#elif defined(__clang__)
inline constexpr bool is_sanitized =
    __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
inline constexpr bool is_sanitized = false;
#endif

}  // namespace dcmflow
