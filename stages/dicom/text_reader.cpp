#include "stages/dicom/text_reader.h"

#include "stages/dicom/value_text.h"

namespace dcmflow {

std::string TextReader::text_of(const ElementReader& reader, const Element& element, Vr code) {
  if (element.length == 0 || element.length > longest_kept_value || !reader.has_value(element))
    return {};
  const auto* value = source_.at(element.value, element.length);
  if (!value) return {};
  return value_text({value, element.length}, code, reader.encoding().big_endian, character_set,
                    &note);
}

}  // namespace dcmflow
