#pragma once
// dcmflow query OUTPUT "SQL": an answer from the catalogue of an output folder, as a table or JSON.

#include <cstddef>
#include <string>
#include <string_view>

#include "stages/base/result.h"
#include "stages/database/catalogue_schema.h"
#include "stages/database/sqlite.h"

namespace dcmflow {

// The catalogue of a folder, to be read; nothing in it or around it changes, whatever is asked.
// Problem{bad_settings}: there is none, or it cannot be read, with SQLite's words.
Result<Database> read_catalogue(const std::string& folder, Check check = Check::quick);

struct QueryForm {
  bool json = false;      // an array of objects, one a line
  std::size_t width = 0;  // of the table, in characters; 0: as wide as it needs
};

// The rows of the statements in `sql`, one after the other. Bytes that are no text, and control
// characters, are printable. Problem{bad_settings} with SQLite's words: the SQL is wrong, or wants
// to change something.
Result<std::string> query(Database& database, std::string_view sql, const QueryForm& form);

}  // namespace dcmflow
