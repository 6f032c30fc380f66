#pragma once

namespace dcmflow {

// Keeps DCMTK from writing to the console, once for the process. Call before threads start. No
// Problems.
void silence_dcmtk();

}  // namespace dcmflow
