#include "stages/dicom/dictionary.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdicent.h>
#include <dcmtk/dcmdata/dcdict.h>
#include <dcmtk/dcmdata/dcuid.h>

#include "stages/base/nearest_name.h"

namespace dcmflow {
namespace {

// DCMTK marks retired attributes in their names; PS3.6 does not.
constexpr std::string_view retired = "RETIRED_";

class ReadLock {
 public:
  ReadLock() : dictionary_(dcmDataDict.rdlock()) {}
  ~ReadLock() { dcmDataDict.rdunlock(); }
  ReadLock(const ReadLock&) = delete;
  ReadLock& operator=(const ReadLock&) = delete;
  const DcmDataDictionary* operator->() const { return &dictionary_; }

 private:
  const DcmDataDictionary& dictionary_;
};

std::string_view standard_keyword(const DcmDictEntry& entry) {
  std::string_view name = entry.getTagName();
  if (name.starts_with(retired)) name.remove_prefix(retired.size());
  return name;
}

// Names of ACR-NEMA and of DCMTK's own placeholders are no PS3.6 keywords.
bool is_standard(const DcmDictEntry& entry) {
  const std::string_view version = entry.getStandardVersion() ? entry.getStandardVersion() : "";
  return entry.getPrivateCreator() == nullptr && version.starts_with("DICOM");
}

DictionaryEntry to_entry(const DcmDictEntry& entry) {
  const std::string_view vr = entry.getVR().getValidVRName();
  const std::uint32_t tag = std::uint32_t{entry.getGroup()} << 16 | entry.getElement();
  const std::string_view keyword = is_standard(entry) ? standard_keyword(entry) : "";
  const bool several = entry.getVMMax() == DcmVariableVM || entry.getVMMax() > 1;
  return {tag, vr.size() == 2 && vr != "??" ? std::string(vr) : "UN", std::string(keyword), several,
          entry.getVR().getEVR() == EVR_xs};
}

}  // namespace

std::optional<DictionaryEntry> find_keyword(std::string_view keyword) {
  const ReadLock dictionary;
  for (const std::string_view prefix : {std::string_view(), retired}) {
    const std::string name = std::string(prefix).append(keyword);
    const DcmDictEntry* entry = dictionary->findEntry(name.c_str());
    // The comparison rejects names with a zero byte and those that carry DCMTK's prefix themselves.
    if (entry != nullptr && is_standard(*entry) && standard_keyword(*entry) == keyword)
      return to_entry(*entry);
  }
  return std::nullopt;
}

std::string sop_class_name(std::string_view uid) {
  const char* name = dcmFindNameOfUID(std::string(uid).c_str());
  return name == nullptr ? "" : name;
}

std::optional<DictionaryEntry> find_tag(std::uint32_t tag, std::string_view private_creator) {
  const ReadLock dictionary;
  const DcmTagKey key(static_cast<Uint16>(tag >> 16), static_cast<Uint16>(tag & 0xFFFF));
  const std::string creator(private_creator);
  const auto* entry = dictionary->findEntry(key, creator.empty() ? nullptr : creator.c_str());
  if (entry == nullptr || (creator.empty() && !is_standard(*entry))) return std::nullopt;
  DictionaryEntry found = to_entry(*entry);
  if (entry->isRepeating()) found.keyword.clear();  // the keyword names the first of the groups
  found.tag = tag;
  return found;
}

std::optional<std::string> nearest_keyword(std::string_view keyword) {
  NearestName nearest(keyword);
  const ReadLock lock;
  // DCMTK offers its iterators on a mutable dictionary only; they change nothing.
  auto& dictionary = const_cast<DcmDataDictionary&>(*lock.operator->());
  for (auto entry = dictionary.normalBegin(); entry != dictionary.normalEnd(); ++entry)
    if (is_standard(**entry)) nearest.offer(standard_keyword(**entry));
  return nearest.best();
}

}  // namespace dcmflow
