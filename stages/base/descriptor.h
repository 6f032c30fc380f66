#pragma once
// A file descriptor that closes itself: the one owner of whatever a call opens.

#include <unistd.h>

#include <cerrno>
#include <utility>

namespace dcmflow {

// A value that moves; empty when the call failed. Closing leaves errno as it is, so that whoever
// made it can be asked why it is empty. What close() says is lost: who wants it takes release().
// For one thread.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() { reset(); }
  Descriptor(Descriptor&& other) noexcept : value_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }

  explicit operator bool() const { return value_ >= 0; }
  int get() const { return value_; }
  // Gives it up to the caller, who closes it.
  int release() { return std::exchange(value_, -1); }
  void reset(int value = -1) {
    const int error = errno;
    if (value_ >= 0) ::close(value_);
    value_ = value;
    errno = error;
  }

 private:
  int value_ = -1;
};

}  // namespace dcmflow
