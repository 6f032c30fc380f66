// In dcmflow-prepare under the thread sanitizer. ITK's threads wait for each other in its
// libraries, which the sanitizer does not see: it takes what they and ITK's headers do for races.

extern "C" const char* __tsan_default_suppressions() { return "race:libITK\n"; }
