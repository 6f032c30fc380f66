#include "engine/dicomweb_client.h"

#include <optional>
#include <set>
#include <utility>

#include "stages/base/printable.h"
#include "stages/dicomweb/server_words.h"

namespace dcmflow {
namespace {

constexpr std::size_t most_rows = 10'000'000;
constexpr std::size_t most_text_bytes = std::size_t{16} << 20;  // a page, of some KB a row
constexpr auto json_type = "application/dicom+json";
// Without the transfer syntax a server may decompress what it has.
constexpr auto instance_type = "multipart/related; type=\"application/dicom\"; transfer-syntax=*";

Problem problem_of(const HttpHead& head) {
  constexpr int redirects = 300, client_errors = 400;
  const auto status = "HTTP status " + std::to_string(head.status);
  if (head.status >= redirects && head.status < client_errors)
    return {Reason::answer_invalid,
            {},
            status + ": it leads to another place, which is not followed" +
                (head.location.empty() ? "" : ": " + place_words(head.location))};
  switch (head.status) {
    case 401:
    case 403:
      return {Reason::access_denied, {}, status};
    case 404:
    case 410:
      return {Reason::not_on_server, {}, status};
    default:
      return {Reason::server_failed, {}, status + "; expected 200"};
  }
}

std::optional<Problem> problem_of(const HttpOutcome& outcome) {
  switch (outcome.end) {
    case HttpEnd::no_connection:
      return Problem{Reason::server_unreachable, {}, printable(outcome.words)};
    case HttpEnd::no_trust:
      return Problem{Reason::certificate_refused, {}, printable(outcome.words)};
    case HttpEnd::cut:
      return Problem{Reason::transfer_cut, {}, printable(outcome.words)};
    case HttpEnd::stopped:
      return Problem{Reason::interrupted, {}, "the pull was ended"};
    default:
      return std::nullopt;
  }
}

// Keeps why it wants no more.
class Receiver : public HttpReceiver {
 public:
  bool begin(const HttpHead& head) final { return keep(receive_head(head)); }
  bool take(std::string_view bytes) final { return keep(receive(bytes)); }
  // How all of it went.
  Status end(const HttpOutcome& outcome) {
    if (problem_) return *problem_;
    if (const auto problem = problem_of(outcome)) return *problem;
    return finish();
  }

 private:
  virtual Status receive_head(const HttpHead& head) = 0;
  virtual Status receive(std::string_view bytes) = 0;
  virtual Status finish() = 0;

  bool keep(const Status& status) {
    if (!status) problem_ = status.problem();
    return status.ok();
  }

  std::optional<Problem> problem_;
};

class TextReceiver : public Receiver {
 public:
  std::string take_text() { return std::move(text_); }

 private:
  Status receive_head(const HttpHead& head) override {
    constexpr int ok = 200, no_content = 204;
    if (head.status != ok && head.status != no_content) return problem_of(head);
    return Done{};
  }
  Status receive(std::string_view bytes) override {
    text_.append(bytes);
    if (text_.size() <= most_text_bytes) return Done{};
    return Problem{Reason::answer_invalid,
                   {},
                   "more than " + std::to_string(most_text_bytes) + " bytes of a list of at most " +
                       std::to_string(rows_a_page) + " rows"};
  }
  Status finish() override { return Done{}; }

  std::string text_;
};

class InstancesReceiver : public Receiver {
 public:
  explicit InstancesReceiver(PartReceiver& parts) : parts_(parts) {}

 private:
  Status receive_head(const HttpHead& head) override {
    if (head.status != 200) return problem_of(head);
    auto reader = MultipartReader::of(head.type, parts_);
    if (!reader) return reader.problem();
    reader_ = std::move(*reader);
    return Done{};
  }
  Status receive(std::string_view bytes) override { return reader_->read(bytes); }
  Status finish() override { return reader_->end(); }

  PartReceiver& parts_;
  std::optional<MultipartReader> reader_;
};

}  // namespace

Result<std::string> DicomwebClient::get_text(const std::string& path) {
  TextReceiver receiver;
  const auto outcome = http_->get(root_ + '/' + path, json_type, receiver);
  if (auto ended = receiver.end(outcome); !ended) return ended.problem();
  return receiver.take_text();
}

// A server may have a limit of its own, or know none of `limit` and `offset`: it ends where a page
// brings nothing new. Where one obeys `limit` alone, what is behind the first page is never seen.
Result<std::vector<ListedRow>> DicomwebClient::list(const std::string& path) {
  std::vector<ListedRow> rows;
  std::set<std::string> seen;
  for (std::size_t offset = 0;;) {
    const auto text = get_text(path + "?limit=" + std::to_string(rows_a_page) +
                               "&offset=" + std::to_string(offset));
    if (!text) return text.problem();
    auto page = text->empty() ? Result(std::vector<ListedRow>()) : read_listed_rows(*text);
    if (!page) return page.problem();
    offset += page->size();
    const auto before = rows.size();
    for (auto& row : *page)
      if (seen.insert(row.study + '/' + row.series + '/' + row.instance).second)
        rows.push_back(std::move(row));
    if (rows.size() == before && page->size() == rows_a_page)
      return Problem{Reason::answer_invalid,
                     {},
                     "the server ignores offset: " + std::to_string(rows.size()) + ' ' +
                         path.substr(path.rfind('/') + 1) + " listed, there may be more"};
    if (rows.size() == before) return rows;
    if (rows.size() > most_rows)
      return Problem{
          Reason::answer_invalid, {}, "a list of more than " + std::to_string(most_rows) + " rows"};
  }
}

Result<std::vector<std::string>> DicomwebClient::list_studies() {
  const auto rows = list("studies");
  if (!rows) return rows.problem();
  std::vector<std::string> studies;
  for (const auto& row : *rows) studies.push_back(row.study);
  return studies;
}

Result<StudyListing> DicomwebClient::list_study(const std::string& study) {
  const auto series = list("studies/" + study + "/series");
  if (!series) return series.problem();
  const auto instances = list("studies/" + study + "/instances");
  if (!instances) return instances.problem();
  if (series->empty() && instances->empty())
    return Problem{Reason::not_on_server, {}, "the server lists no instance of it"};
  return make_study_listing(*series, *instances);
}

Status DicomwebClient::retrieve(const std::string& path, PartReceiver& parts) {
  InstancesReceiver receiver(parts);
  return receiver.end(http_->get(root_ + '/' + path, instance_type, receiver));
}

}  // namespace dcmflow
