#pragma once
// A mutex whose use clang checks when it compiles (-Wthread-safety, in ./dev lint): what is
// GUARDED_BY a mutex is touched under its lock alone. For other compilers the annotations are
// nothing and the types cost what std::mutex costs.

#include <chrono>
#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define DCMFLOW_THREAD_SAFETY(annotation) __attribute__((annotation))
#else
#define DCMFLOW_THREAD_SAFETY(annotation)
#endif

// Of a member: it is read and written under the lock of `mutex`.
#define GUARDED_BY(mutex) DCMFLOW_THREAD_SAFETY(guarded_by(mutex))
// Of a function: whoever calls it holds the lock of `mutex`, or does not.
#define REQUIRES_LOCK(mutex) DCMFLOW_THREAD_SAFETY(requires_capability(mutex))
#define EXCLUDES_LOCK(mutex) DCMFLOW_THREAD_SAFETY(locks_excluded(mutex))
// Of a function that only one thread calls, as its contract says: it is not checked.
#define SINGLE_THREADED DCMFLOW_THREAD_SAFETY(no_thread_safety_analysis)

namespace dcmflow {

class DCMFLOW_THREAD_SAFETY(capability("mutex")) Mutex {
 public:
  void lock() DCMFLOW_THREAD_SAFETY(acquire_capability()) { mutex_.lock(); }
  void unlock() DCMFLOW_THREAD_SAFETY(release_capability()) { mutex_.unlock(); }

 private:
  friend class ConditionVariable;
  std::mutex mutex_;
};

// Holds a Mutex from its construction to its destruction.
class DCMFLOW_THREAD_SAFETY(scoped_lockable) Lock {
 public:
  explicit Lock(Mutex& mutex) DCMFLOW_THREAD_SAFETY(acquire_capability(mutex)) : mutex_(mutex) {
    mutex_.lock();
  }
  ~Lock() DCMFLOW_THREAD_SAFETY(release_capability()) { mutex_.unlock(); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  Mutex& mutex_;
};

// Something that threads wait for under a lock. Waits end without it, too: ask again in a loop.
class ConditionVariable {
 public:
  template <class Clock, class Duration>
  void wait_until(Mutex& mutex, const std::chrono::time_point<Clock, Duration>& end)
      REQUIRES_LOCK(mutex) {
    std::unique_lock lock(mutex.mutex_, std::adopt_lock);
    condition_.wait_until(lock, end);
    lock.release();  // the caller holds it
  }
  void notify_all() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace dcmflow
