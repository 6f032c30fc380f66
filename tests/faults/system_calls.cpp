#include "tests/faults/system_calls.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace dcmflow::faults {
namespace {

struct State {
  Plan plan;
  std::atomic<bool> is_on = false;
  std::array<std::atomic<std::uint64_t>, calls> made{};
  std::atomic<std::uint64_t> failed = 0;
};
State state;

// SplitMix64: the n-th number of a seed.
std::uint64_t random_of(std::uint64_t seed, std::uint64_t n) {
  std::uint64_t z = seed * 0x9E3779B97F4A7C15u + n * 0xD1B54A32D192ED03u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

// Counts the call, and tells whether it is to go wrong.
bool fails(Call call) {
  if (!state.is_on.load(std::memory_order_relaxed)) return false;
  const auto nth = ++state.made[static_cast<std::size_t>(call)];
  const auto& plan = state.plan;
  if (plan.call != call) return false;
  const bool now = (plan.kind == Plan::Kind::one && nth == plan.n) ||
                   (plan.kind == Plan::Kind::all && nth >= plan.n) ||
                   ((plan.kind == Plan::Kind::some || plan.kind == Plan::Kind::partial) &&
                    random_of(plan.seed, nth) % plan.n == 0);
  if (now) ++state.failed;
  return now;
}

// What the kernel would say of such a call, one of several.
int error_of(Call call) {
  constexpr std::array<std::array<int, 3>, calls> errors{{
      {EIO, EMFILE, EACCES},    // open
      {EIO, ESTALE, EIO},       // read
      {ENOSPC, EIO, EDQUOT},    // write
      {EIO, ENOSPC, EACCES},    // rename
      {EIO, ENOSPC, EDQUOT},    // sync
      {ENOSPC, EFBIG, EIO},     // size
      {EIO, ENOSPC, EDQUOT},    // close
      {ENOMEM, ENOMEM, ENOMEM}  // allocate
  }};
  return errors[static_cast<std::size_t>(call)][state.plan.seed % 3];
}

int fail(Call call) {
  errno = error_of(call);
  return -1;
}

// A read or write that goes wrong: not at all, or, by the plan, a part. `bytes` is an address: g++
// takes a pointer that is only to be written through for one that is read.
ssize_t transfer(Call call, long number, int descriptor, std::uintptr_t bytes, std::size_t count,
                 off_t offset, bool is_positioned) {
  if (fails(call)) {
    if (state.plan.kind != Plan::Kind::partial) return fail(call);
    if (count < 2) {
      errno = EINTR;
      return -1;
    }
    count = 1 + state.plan.seed % (count - 1);
  }
  return is_positioned ? syscall(number, descriptor, bytes, count, offset)
                       : syscall(number, descriptor, bytes, count);
}

}  // namespace

Plan plan_of(std::uint64_t seed, const Counts& counted) {
  Plan plan{.kind = static_cast<Plan::Kind>(1 + random_of(seed, 1) % 4), .seed = seed};
  if (plan.kind == Plan::Kind::partial)
    plan.call = random_of(seed, 2) % 2 == 0 ? Call::read : Call::write;
  else
    plan.call = static_cast<Call>(random_of(seed, 2) % calls);
  const auto made = std::max<std::uint64_t>(counted.of[static_cast<std::size_t>(plan.call)], 1);
  const bool counts_down = plan.kind == Plan::Kind::one || plan.kind == Plan::Kind::all;
  plan.n = counts_down ? 1 + random_of(seed, 3) % made : 2 + random_of(seed, 3) % 40;
  return plan;
}

std::string describe(const Plan& plan) {
  constexpr std::array<const char*, calls> names{"open", "read", "write", "rename",
                                                 "sync", "size", "close", "allocate"};
  constexpr std::array<const char*, 5> kinds{"no", "only no.", "all from no.", "one in",
                                             "partial, one in"};
  return std::string(names[static_cast<std::size_t>(plan.call)]) + ": " +
         kinds[static_cast<std::size_t>(plan.kind)] + ' ' + std::to_string(plan.n);
}

void begin(const Plan& plan) {
  state.plan = plan;
  for (auto& made : state.made) made = 0;
  state.failed = 0;
  state.is_on = true;
}

Counts end() {
  state.is_on = false;
  Counts counts;
  for (std::size_t i = 0; i < calls; ++i) counts.of[i] = state.made[i];
  return counts;
}

std::uint64_t failed() { return state.failed; }

}  // namespace dcmflow::faults

using dcmflow::faults::Call;
using dcmflow::faults::fail;
using dcmflow::faults::fails;
using dcmflow::faults::transfer;

// Folders and what is only looked at (O_PATH) stay out: nothing is read through them.
static int open_at(int folder, const char* path, int flags, mode_t mode) {
  if ((flags & O_PATH) == 0 && fails(Call::open)) return fail(Call::open);
  return static_cast<int>(syscall(SYS_openat, folder, path, flags, mode));
}

static mode_t mode_of(int flags, va_list& more) {
  return (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(more, mode_t) : 0;
}

extern "C" {

#define DCMFLOW_OPEN(name)                       \
  int name(const char* path, int flags, ...) {   \
    va_list more;                                \
    va_start(more, flags);                       \
    const auto mode = mode_of(flags, more);      \
    va_end(more);                                \
    return open_at(AT_FDCWD, path, flags, mode); \
  }
#define DCMFLOW_OPENAT(name)                               \
  int name(int folder, const char* path, int flags, ...) { \
    va_list more;                                          \
    va_start(more, flags);                                 \
    const auto mode = mode_of(flags, more);                \
    va_end(more);                                          \
    return open_at(folder, path, flags, mode);             \
  }
DCMFLOW_OPEN(open)
DCMFLOW_OPEN(open64)
DCMFLOW_OPENAT(openat)
DCMFLOW_OPENAT(openat64)

ssize_t read(int descriptor, void* bytes, std::size_t count) {
  return transfer(Call::read, SYS_read, descriptor, reinterpret_cast<std::uintptr_t>(bytes), count,
                  0, false);
}
ssize_t pread(int descriptor, void* bytes, std::size_t count, off_t offset) {
  return transfer(Call::read, SYS_pread64, descriptor, reinterpret_cast<std::uintptr_t>(bytes),
                  count, offset, true);
}
ssize_t pread64(int descriptor, void* bytes, std::size_t count, off_t offset) {
  return transfer(Call::read, SYS_pread64, descriptor, reinterpret_cast<std::uintptr_t>(bytes),
                  count, offset, true);
}
ssize_t write(int descriptor, const void* bytes, std::size_t count) {
  return transfer(Call::write, SYS_write, descriptor, reinterpret_cast<std::uintptr_t>(bytes),
                  count, 0, false);
}
ssize_t pwrite(int descriptor, const void* bytes, std::size_t count, off_t offset) {
  return transfer(Call::write, SYS_pwrite64, descriptor, reinterpret_cast<std::uintptr_t>(bytes),
                  count, offset, true);
}
ssize_t pwrite64(int descriptor, const void* bytes, std::size_t count, off_t offset) {
  return transfer(Call::write, SYS_pwrite64, descriptor, reinterpret_cast<std::uintptr_t>(bytes),
                  count, offset, true);
}

int rename(const char* from, const char* to) noexcept {
  if (fails(Call::rename)) return fail(Call::rename);
  return static_cast<int>(syscall(SYS_rename, from, to));
}
int renameat(int from_folder, const char* from, int to_folder, const char* to) noexcept {
  if (fails(Call::rename)) return fail(Call::rename);
  return static_cast<int>(syscall(SYS_renameat, from_folder, from, to_folder, to));
}
int renameat2(int from_folder, const char* from, int to_folder, const char* to,
              unsigned flags) noexcept {
  if (fails(Call::rename)) return fail(Call::rename);
  return static_cast<int>(syscall(SYS_renameat2, from_folder, from, to_folder, to, flags));
}

int fsync(int descriptor) {
  if (fails(Call::sync)) return fail(Call::sync);
  return static_cast<int>(syscall(SYS_fsync, descriptor));
}
int fdatasync(int descriptor) {
  if (fails(Call::sync)) return fail(Call::sync);
  return static_cast<int>(syscall(SYS_fdatasync, descriptor));
}
int syncfs(int descriptor) noexcept {
  if (fails(Call::sync)) return fail(Call::sync);
  return static_cast<int>(syscall(SYS_syncfs, descriptor));
}

int ftruncate(int descriptor, off_t size) noexcept {
  if (fails(Call::size)) return fail(Call::size);
  return static_cast<int>(syscall(SYS_ftruncate, descriptor, size));
}
int ftruncate64(int descriptor, off_t size) noexcept { return ftruncate(descriptor, size); }
int fallocate(int descriptor, int mode, off_t offset, off_t size) {
  if (fails(Call::size)) return fail(Call::size);
  return static_cast<int>(syscall(SYS_fallocate, descriptor, mode, offset, size));
}
int fallocate64(int descriptor, int mode, off_t offset, off_t size) {
  return fallocate(descriptor, mode, offset, size);
}
// Gives the error itself.
int posix_fallocate(int descriptor, off_t offset, off_t size) {
  return fallocate(descriptor, 0, offset, size) == 0 ? 0 : errno;
}
int posix_fallocate64(int descriptor, off_t offset, off_t size) {
  return posix_fallocate(descriptor, offset, size);
}

// The descriptor is closed all the same, as Linux does.
int close(int descriptor) {
  const bool goes_wrong = fails(Call::close);
  const auto closed = static_cast<int>(syscall(SYS_close, descriptor));
  return goes_wrong ? fail(Call::close) : closed;
}

// A fault that lasts is no other after a pause: without it, runs that wait for descriptors take no
// longer than others.
int usleep(useconds_t) { return 0; }

}  // extern "C"

// Small ones are the C++ library's own, and those of the text that tells of a failure.
static void* allocate(std::size_t bytes, std::size_t alignment) {
  constexpr std::size_t large = 4096;
  if (bytes >= large && fails(Call::allocate)) return nullptr;
  void* place = nullptr;
  if (alignment <= alignof(std::max_align_t)) return std::malloc(bytes == 0 ? 1 : bytes);
  return posix_memalign(&place, alignment, bytes) == 0 ? place : nullptr;
}

void* operator new(std::size_t bytes) {
  if (void* const place = allocate(bytes, 1)) return place;
  throw std::bad_alloc();
}
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept { return allocate(bytes, 1); }
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  if (void* const place = allocate(bytes, static_cast<std::size_t>(alignment))) return place;
  throw std::bad_alloc();
}
void operator delete(void* place) noexcept { std::free(place); }
void operator delete(void* place, std::size_t) noexcept { std::free(place); }
void operator delete(void* place, std::align_val_t) noexcept { std::free(place); }
void operator delete(void* place, std::size_t, std::align_val_t) noexcept { std::free(place); }
