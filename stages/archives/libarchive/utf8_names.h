#pragma once
// libarchive gives a name in the character set of the thread's locale, or not at all.

#include <locale.h>

namespace dcmflow {

// UTF-8, in which every name of a zip or pax header has a place. Thread-safe to read.
class Utf8 {
 public:
  Utf8() : locale_(newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {}
  ~Utf8() {
    if (locale_ != nullptr) freelocale(locale_);
  }
  Utf8(const Utf8&) = delete;
  Utf8& operator=(const Utf8&) = delete;

  locale_t locale() const { return locale_; }

 private:
  const locale_t locale_;
};

// For as long as this lives the thread has UTF-8. For one thread.
class Utf8Names {
 public:
  explicit Utf8Names(const Utf8& utf8) : before_(uselocale(utf8.locale())) {}
  ~Utf8Names() { uselocale(before_); }
  Utf8Names(const Utf8Names&) = delete;
  Utf8Names& operator=(const Utf8Names&) = delete;

 private:
  const locale_t before_;
};

}  // namespace dcmflow
