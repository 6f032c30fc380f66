// In dcmflow-prepare under the thread sanitizer: no reports. ITK's threads wait for each other in
// its libraries, which the sanitizer does not see, so that all that they do would be told as races.

extern "C" const char* __tsan_default_options() { return "report_bugs=0"; }
