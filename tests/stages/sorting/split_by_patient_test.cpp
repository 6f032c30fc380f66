#include "stages/sorting/split_by_patient.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "test-data/dicom_builder.h"
#include "tests/support/instances.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

// Of one ID: a birth date alone may be of either, of whom one is a woman and one a man.
TEST(SplitByPatient, IsTheSameInAnyOrder) {
  const TemporaryFolder folder;
  std::vector<int> order{0, 1, 2};
  do {
    std::vector<InstancePtr> instances;
    for (const int who : order) {
      DicomBuilder file;
      file.set("PatientID", "7").set("PatientBirthDate", "").set("PatientSex", "");
      if (who == 0) file.set("PatientBirthDate", "19900102");
      if (who == 1) file.set("PatientSex", "F");
      if (who == 2) file.set("PatientSex", "M");
      instances.push_back(decode_built(file, folder / std::to_string(who)));
    }
    EXPECT_EQ(split_by_patient(instances).size(), 3U) << testing::PrintToString(order);
  } while (std::ranges::next_permutation(order).found);
}

}  // namespace
}  // namespace dcmflow
