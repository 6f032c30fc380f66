#include "config/command_line.h"
#include "config/help_text.h"
#include "config/manual/manual.h"
#include "config/manual/verb_options.h"
#include "config/verb_table.h"

namespace dcmflow {
namespace {

// A text in which nothing is a request or an escape. groff makes another dash of a bare '-'.
std::string escaped(std::string_view text) {
  std::string line;
  for (const char c : text) {
    if (line.empty() && (c == '.' || c == '\'')) line += "\\&";
    if (c == '\\')
      line += "\\e";
    else if (c == '-')
      line += "\\-";
    else
      line += c;
  }
  return line;
}

std::string bold(std::string_view text) { return "\\fB" + escaped(text) + "\\fR"; }
std::string italic(std::string_view text) { return "\\fI" + escaped(text) + "\\fR"; }

std::string section(std::string_view name) { return ".SH " + std::string(name) + '\n'; }

std::string tagged(const std::string& tag, std::string_view text) {
  return ".TP\n" + tag + '\n' + escaped(text) + '\n';
}

// Lines as they stand.
std::string verbatim(std::string_view text) {
  std::string page = ".EX\n.in 0\n";
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    page += escaped(text.substr(0, end)) + '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return page + ".in\n.EE\n";
}

std::string tag_of(std::string_view letter, std::string_view name, std::string_view value) {
  std::string tag;
  if (!letter.empty()) tag = bold(letter) + ", ";
  tag += bold(name);
  if (!value.empty()) tag += ' ' + italic(value);
  return tag;
}

std::string options() {
  std::string page = section("OPTIONS");
  std::string_view group;
  for (const OptionRow& row : command_line_options()) {
    if (row.group != group) page += ".SS " + std::string(row.group) + '\n';
    group = row.group;
    const bool is_folder = !row.name.starts_with('-');
    page +=
        tagged(is_folder ? italic(row.name) : tag_of(row.letter, row.name, row.value), row.help);
  }
  page += ".SS Other\n";
  for (const OtherOption& row : other_options)
    page += tagged(tag_of(row.letter, row.name, {}), row.help);
  return page;
}

std::string verb_list() {
  std::string page = section("VERBS");
  for (const Verb& verb : verbs) {
    auto tag = bold("dcmflow " + words_of(verb));
    if (!verb.arguments.empty()) tag += ' ' + escaped(verb.arguments);
    page += tagged(tag, std::string(verb.help) + '.');
    page += ".IP\n" + escaped(verb.about) + '\n';
  }
  return page;
}

// A part of --help: its first line is the heading that the section has already.
std::string part(std::string_view name, const std::string& text) {
  return section(name) + verbatim(text);
}

}  // namespace

std::string man_page() {
  std::string page = R"(.\" Made from the tables of options and verbs; do not edit.
.nr HY 0
.TH DCMFLOW 1 "" "dcmflow )" DCMFLOW_VERSION R"(" "User Commands"
.ad l
.SH NAME
dcmflow \- turn folders of DICOM files into volumes that lie where the slices lie
.SH SYNOPSIS
)";
  page += bold("dcmflow") + " [" + bold("run") + "] [" + italic("INPUT") + " ...] [" +
          italic("OUTPUT") + "] [options]\n.br\n" + bold("dcmflow") + ' ' + italic("VERB") +
          " ...\n";
  page += section("DESCRIPTION") + verbatim(opening_help()) + verb_list() + options();
  page += part("IMAGE FORMATS", formats_help());
  page += part("EXIT STATUS", exit_codes_help());
  page += part("ENVIRONMENT", environment_help());
  page += section("SEE ALSO") +
          "The documentation and schemas that are installed with dcmflow in\n.I share/doc/dcmflow\n"
          "and\n.IR share/dcmflow .\n";
  return page;
}

}  // namespace dcmflow
