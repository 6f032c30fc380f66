#include "stages/dicom/silence.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/oflog/oflog.h>

namespace dcmflow {

void silence_dcmtk() { OFLog::configure(OFLogger::OFF_LOG_LEVEL); }

}  // namespace dcmflow
