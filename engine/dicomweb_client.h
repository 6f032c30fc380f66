#pragma once
// A DICOMweb server (PS3.18): QIDO-RS lists, WADO-RS retrieves. For one thread.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/http/http_client.h"
#include "stages/base/result.h"
#include "stages/dicomweb/multipart_reader.h"
#include "stages/dicomweb/study_listing.h"

namespace dcmflow {

// Problems of all calls, without subject: server_unreachable, certificate_refused, access_denied
// (401, 403), not_on_server (404, 410), server_failed (another status), answer_invalid,
// transfer_cut, interrupted. No detail quotes what an answer says.
class DicomwebClient {
 public:
  // `root`: the URL of the service, without '/' at its end.
  DicomwebClient(std::string root, std::unique_ptr<HttpClient> http)
      : root_(std::move(root)), http_(std::move(http)) {}

  // The Study Instance UIDs, as the server says them.
  Result<std::vector<std::string>> list_studies();
  // Problem{not_on_server}, too, where it lists no instance of the study. REQUIRES: is_uid(study).
  Result<StudyListing> list_study(const std::string& study);

  // The instances of `path` ("studies/1.2/series/1.2.3") as they are stored, in whichever transfer
  // syntax that is. Problems, too: those of `parts`.
  Status retrieve(const std::string& path, PartReceiver& parts);

 private:
  Result<std::vector<ListedRow>> list(const std::string& path);
  Result<std::string> get_text(const std::string& path);

  const std::string root_;
  const std::unique_ptr<HttpClient> http_;
};

}  // namespace dcmflow
