#pragma once
// A value or a Problem: how every step reports what went wrong. Errors are values; nothing is
// thrown. Plain values.

#include <string>
#include <utility>
#include <variant>

#include "stages/base/reasons.h"

namespace dcmflow {

// What went wrong with one subject: a stable code, the subject (a file name relative to the input,
// or a UID; never patient data) and a sentence with what was found and what was expected, both
// numbers included.
struct Problem {
  Reason reason = Reason::internal_error;
  std::string subject;
  std::string detail;
};

// Either a T or a Problem. value() REQUIRES ok(); problem() REQUIRES !ok().
template <class T>
class [[nodiscard]] Result {
 public:
  Result() : content_(Problem{}) {}  // oneTBB messages must be default-constructible
  Result(T value) : content_(std::move(value)) {}
  Result(Problem problem) : content_(std::move(problem)) {}

  bool ok() const { return content_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() { return std::get<0>(content_); }
  const T& value() const { return std::get<0>(content_); }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Problem& problem() const { return std::get<1>(content_); }

 private:
  std::variant<T, Problem> content_;
};

struct Done {};
using Status = Result<Done>;

}  // namespace dcmflow
