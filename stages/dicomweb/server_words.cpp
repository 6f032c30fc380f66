#include "stages/dicomweb/server_words.h"

#include <algorithm>
#include <array>

#include "stages/base/ascii.h"
#include "stages/base/counted.h"
#include "stages/dicomweb/media_type.h"

namespace dcmflow {
namespace {

constexpr std::array<std::string_view, 13> known_types{"application/dicom",
                                                       "application/dicom+json",
                                                       "application/dicom+xml",
                                                       "application/json",
                                                       "application/octet-stream",
                                                       "application/xml",
                                                       "application/zip",
                                                       "image/jpeg",
                                                       "multipart/mixed",
                                                       "multipart/related",
                                                       "text/html",
                                                       "text/plain",
                                                       "text/xml"};
constexpr std::size_t longest_host = 261;  // with its port

bool can_be_host(std::string_view host) {
  return !host.empty() && host.size() <= longest_host && std::ranges::all_of(host, [](char c) {
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') ||
           std::string_view(".-:[]").find(c) != std::string_view::npos;
  });
}

}  // namespace

std::string type_words(std::string_view content_type) {
  for (const auto known : known_types)
    if (is_media_type(content_type, known)) return std::string(known);
  return content_type.empty() ? "of no type"
                              : "of a type of " + counted(content_type.size(), "character");
}

std::string place_words(std::string_view url) {
  constexpr std::string_view behind_scheme = "://";
  const auto found = url.find(behind_scheme);
  const auto scheme = url.substr(0, found);
  if (found != std::string_view::npos &&
      (is_same_word(scheme, "http") || is_same_word(scheme, "https"))) {
    const auto rest = url.substr(found + behind_scheme.size());
    const auto authority = rest.substr(0, rest.find_first_of("/?#\\"));
    const auto host = authority.substr(authority.rfind('@') + 1);  // without a user
    if (can_be_host(host)) return std::string(scheme).append(behind_scheme).append(host);
  }
  return "a Location of " + counted(url.size(), "character");
}

}  // namespace dcmflow
