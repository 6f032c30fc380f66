#include "stages/dicom/data_set.h"

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <memory>
#include <utility>

#include "stages/dicom/value_text.h"

namespace dcmflow {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint32_t undefined_length = 0xFFFFFFFF;
constexpr std::string_view explicit_little = "1.2.840.10008.1.2.1";
// A UID of dcmflow's own (PS3.5 B.2): what wrote the file.
constexpr std::string_view implementation_uid = "2.25.305828488182831875890203105390285383139";

template <std::unsigned_integral Number>
void append(Bytes& bytes, Number number) {
  for (std::size_t i = 0; i < sizeof(Number); ++i)
    bytes.push_back(static_cast<std::uint8_t>(number >> (8 * i)));
}

void append_tag(Bytes& bytes, std::uint32_t tag) {
  append(bytes, static_cast<std::uint16_t>(tag >> 16));
  append(bytes, static_cast<std::uint16_t>(tag));
}

// Lengths of 32 bits stand behind two bytes that are kept free (PS3.5 table 7.1-1).
bool has_long_length(std::string_view vr) {
  constexpr std::array<std::string_view, 6> with{"OB", "OW", "SQ", "UT", "UC", "UN"};
  return std::ranges::find(with, vr) != with.end();
}

void append_header(Bytes& bytes, std::uint32_t tag, std::string_view vr, std::uint32_t length) {
  append_tag(bytes, tag);
  bytes.insert(bytes.end(), vr.begin(), vr.end());
  if (has_long_length(vr)) {
    append(bytes, std::uint16_t{0});
    append(bytes, length);
  } else {
    append(bytes, static_cast<std::uint16_t>(length));
  }
}

void append_delimiter(Bytes& bytes, std::uint32_t tag, std::uint32_t length) {
  append_tag(bytes, tag);
  append(bytes, length);
}

// The numbers of a text as the VR stores them; nothing for VRs of characters.
void append_binary(Bytes& bytes, std::string_view vr, double number) {
  const auto integer = static_cast<std::int64_t>(number);
  if (vr == "US" || vr == "SS") append(bytes, static_cast<std::uint16_t>(integer));
  if (vr == "UL" || vr == "SL") append(bytes, static_cast<std::uint32_t>(integer));
  if (vr == "FL") append(bytes, std::bit_cast<std::uint32_t>(static_cast<float>(number)));
  if (vr == "FD") append(bytes, std::bit_cast<std::uint64_t>(number));
}

bool is_binary(std::string_view vr) {
  constexpr std::array<std::string_view, 6> binary{"US", "SS", "UL", "SL", "FL", "FD"};
  return std::ranges::find(binary, vr) != binary.end();
}

template <class Numbers>
Bytes bytes_of(const Numbers& numbers) {
  Bytes bytes;
  for (const auto number : numbers) append(bytes, number);
  return bytes;
}

DataSet::Sink into(Bytes& gathered) {
  return [&gathered](std::span<const std::uint8_t> bytes) -> Status {
    gathered.insert(gathered.end(), bytes.begin(), bytes.end());
    return Done{};
  };
}

}  // namespace

DataSet& DataSet::put_bytes(std::uint32_t tag, std::string_view vr, Bytes value) {
  Element element;
  element.vr = vr;
  element.value = std::move(value);
  elements_[tag] = std::move(element);
  return *this;
}

DataSet& DataSet::put(std::uint32_t tag, std::string_view vr, std::string_view text) {
  Bytes value;
  if (is_binary(vr)) {
    for (const double number : parse_numbers(text).value_or(std::vector<double>()))
      append_binary(value, vr, number);
    return put_bytes(tag, vr, std::move(value));
  }
  value.assign(text.begin(), text.end());
  if (value.size() % 2 != 0) value.push_back(vr == "UI" ? 0 : ' ');
  return put_bytes(tag, vr, std::move(value));
}

DataSet& DataSet::put_if(std::uint32_t tag, std::string_view vr, std::string_view text) {
  return text.empty() ? *this : put(tag, vr, text);
}

DataSet& DataSet::put_us(std::uint32_t tag, std::initializer_list<std::uint16_t> values) {
  return put_bytes(tag, "US", bytes_of(values));
}

DataSet& DataSet::put_ul(std::uint32_t tag, std::initializer_list<std::uint32_t> values) {
  return put_bytes(tag, "UL", bytes_of(values));
}

DataSet& DataSet::put_fd(std::uint32_t tag, double number) {
  return put_bytes(tag, "FD", bytes_of(std::array{std::bit_cast<std::uint64_t>(number)}));
}

DataSet& DataSet::put_at(std::uint32_t tag, std::uint32_t of_tag) {
  Bytes value;
  append_tag(value, of_tag);
  return put_bytes(tag, "AT", std::move(value));
}

DataSet& DataSet::put_sequence(std::uint32_t tag, std::vector<DataSet> items) {
  const auto count = items.size();
  const auto kept = std::make_shared<const std::vector<DataSet>>(std::move(items));
  put_sequence(tag, count, [kept](std::size_t index) { return (*kept)[index]; });
  elements_[tag].is_long = false;
  return *this;
}

DataSet& DataSet::put_sequence(std::uint32_t tag, std::size_t items, MakeItem make) {
  Element element;
  element.vr = "SQ";
  element.items = items;
  element.make_item = std::move(make);
  elements_[tag] = std::move(element);
  return *this;
}

DataSet& DataSet::put_stream(std::uint32_t tag, std::string_view vr, std::uint32_t length,
                             Stream stream) {
  Element element;
  element.vr = vr;
  element.stream_length = length;
  element.stream = std::move(stream);
  elements_[tag] = std::move(element);
  return *this;
}

DataSet& DataSet::leave_out(std::uint32_t tag) {
  elements_.erase(tag);
  return *this;
}

DataSet& DataSet::move(std::uint32_t tag, std::uint32_t to) {
  elements_[to] = std::move(elements_.at(tag));
  return leave_out(tag);
}

Status DataSet::write_elements(const Sink& sink) const {
  for (const auto& [tag, element] : elements_) {
    Bytes bytes;
    if (element.stream) {
      append_header(bytes, tag, element.vr, element.stream_length);
      if (auto written = sink(bytes); !written) return written;
      if (auto written = element.stream(sink); !written) return written;
      continue;
    }
    if (element.vr != "SQ") {
      constexpr std::size_t most = 0xFFFE;  // of a length of 16 bits
      if (!has_long_length(element.vr) && element.value.size() > most)
        return Problem{Reason::labels_unusable,
                       {},
                       "a value of " + std::to_string(element.value.size()) + " bytes, at most " +
                           std::to_string(most) + " can be written of a " + element.vr};
      append_header(bytes, tag, element.vr, static_cast<std::uint32_t>(element.value.size()));
      bytes.insert(bytes.end(), element.value.begin(), element.value.end());
      if (auto written = sink(bytes); !written) return written;
      continue;
    }
    if (auto written = write_sequence(tag, element, sink); !written) return written;
  }
  return Done{};
}

// Items have their lengths, so that readers can step over them; a sequence that is made while it is
// written has a delimiter at its end.
Status DataSet::write_sequence(std::uint32_t tag, const Element& element, const Sink& sink) {
  Bytes items;
  const Sink gather = into(items);
  if (element.is_long) append_header(items, tag, element.vr, undefined_length);
  for (std::size_t i = 0; i < element.items; ++i) {
    const auto begin = items.size();
    append_delimiter(items, item_tag, 0);
    if (auto written = element.make_item(i).write_elements(gather); !written) return written;
    const auto length = bytes_of(std::array{static_cast<std::uint32_t>(items.size() - begin - 8)});
    std::ranges::copy(length, items.begin() + static_cast<std::ptrdiff_t>(begin + 4));
    if (!element.is_long) continue;
    if (auto written = sink(items); !written) return written;
    items.clear();
  }
  if (element.is_long) {
    append_delimiter(items, sequence_delimiter_tag, 0);
    return sink(items);
  }
  Bytes header;
  append_header(header, tag, element.vr, static_cast<std::uint32_t>(items.size()));
  if (auto written = sink(header); !written) return written;
  return sink(items);
}

Status write_dicom_file(OutputFile& file, const DataSet& data_set, std::string_view sop_class_uid,
                        std::string_view sop_instance_uid) {
  constexpr std::size_t at_once = std::size_t{1} << 20;
  constexpr std::size_t preamble_bytes = 128;
  Bytes meta;
  append_header(meta, 0x00020001, "OB", 2);  // File Meta Information Version
  meta.insert(meta.end(), {0, 1});
  auto gathered = DataSet()
                      .put(0x00020002, "UI", sop_class_uid)
                      .put(0x00020003, "UI", sop_instance_uid)
                      .put(0x00020010, "UI", explicit_little)
                      .put(0x00020012, "UI", implementation_uid)
                      .put(0x00020013, "SH", "DCMFLOW")
                      .write_elements(into(meta));
  if (!gathered) return gathered;
  Bytes buffer(preamble_bytes, 0);
  for (const char c : std::string_view("DICM")) buffer.push_back(static_cast<std::uint8_t>(c));
  append_header(buffer, 0x00020000, "UL", sizeof(std::uint32_t));
  append(buffer, static_cast<std::uint32_t>(meta.size()));
  buffer.insert(buffer.end(), meta.begin(), meta.end());
  const auto flush = [&]() -> Status {
    auto written = file.append(std::span<const std::uint8_t>(buffer));
    buffer.clear();
    return written;
  };
  const auto written = data_set.write_elements([&](std::span<const std::uint8_t> bytes) -> Status {
    buffer.insert(buffer.end(), bytes.begin(), bytes.end());
    return buffer.size() < at_once ? Status(Done{}) : flush();
  });
  return written ? flush() : written;
}

}  // namespace dcmflow
