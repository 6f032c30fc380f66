#pragma once
// What few of many objects have. Plain value, thread-safe to read; no Problems.

#include <memory>
#include <utility>

namespace dcmflow {

// Eight bytes, and the value only where there is one. It is copied with what has it.
template <class Value>
class Rare {
 public:
  Rare() = default;
  Rare(Value value) : value_(std::make_unique<Value>(std::move(value))) {}
  Rare(const Rare& other) : value_(other ? std::make_unique<Value>(*other) : nullptr) {}
  Rare(Rare&&) noexcept = default;
  Rare& operator=(const Rare& other) { return *this = Rare(other); }
  Rare& operator=(Rare&&) noexcept = default;
  ~Rare() = default;

  explicit operator bool() const { return value_ != nullptr; }
  // REQUIRES: there is one.
  const Value& operator*() const { return *value_; }
  const Value* operator->() const { return value_.get(); }
  // An empty one is made where there is none.
  Value& made() {
    if (!value_) value_ = std::make_unique<Value>();
    return *value_;
  }
  void reset() { value_.reset(); }

 private:
  std::unique_ptr<Value> value_;
};

}  // namespace dcmflow
