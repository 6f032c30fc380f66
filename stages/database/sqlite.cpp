#include "stages/database/sqlite.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <type_traits>

#include "stages/base/printable.h"

namespace dcmflow {
namespace {

// How long a lock of another process is waited for.
constexpr int busy_ms = 2000;
constexpr int steps_between_questions = 10'000;
constexpr unsigned least_sorted_pages = 8;

Problem problem_of(sqlite3* database, const std::string& path) {
  return {Reason::catalogue_failed, path, sqlite3_errmsg(database)};
}

// A path as a URI (RFC 3986), so that it can carry parameters.
std::string uri_of(const std::string& path, const char* parameters) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string uri = "file:";
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '/' || c == '.' || c == '-' || c == '_';
    if (plain)
      uri += c;
    else
      uri.append({'%', digits[byte >> 4], digits[byte & 15]});
  }
  return uri + parameters;
}

// What tells of the schema, and takes no value.
bool is_telling(std::string_view pragma, const char* argument) {
  constexpr std::array<std::string_view, 6> of_one{"table_info", "table_xinfo",      "index_list",
                                                   "index_info", "foreign_key_list", "index_xinfo"};
  if (std::ranges::find(of_one, pragma) != of_one.end()) return true;
  return argument == nullptr && (pragma == "table_list" || pragma == "user_version");
}

int authorize_reading(void*, int action, const char* first, const char* second, const char*,
                      const char*) {
  switch (action) {
    case SQLITE_PRAGMA:
      return first != nullptr && is_telling(first, second) ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    case SQLITE_FUNCTION:
      return second != nullptr && std::string_view(second) == "load_extension" ? SQLITE_DENY
                                                                               : SQLITE_OK;
    default:
      return SQLITE_DENY;
  }
}

}  // namespace

void SqlStatement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

void SqlStatement::bind(int at, const SqlValue& value) {
  auto* const to = statement_.get();
  std::visit(
      [&](const auto& what) {
        using Kind = std::decay_t<decltype(what)>;
        if constexpr (std::is_same_v<Kind, std::nullptr_t>)
          sqlite3_bind_null(to, at);
        else if constexpr (std::is_same_v<Kind, std::int64_t>)
          sqlite3_bind_int64(to, at, what);
        else if constexpr (std::is_same_v<Kind, double>)
          sqlite3_bind_double(to, at, what);
        else if constexpr (std::is_same_v<Kind, std::string_view>)
          sqlite3_bind_text64(to, at, what.data() ? what.data() : "", what.size(), SQLITE_STATIC,
                              SQLITE_UTF8);
        else
          sqlite3_bind_blob64(to, at, what.data(), what.size(), SQLITE_STATIC);
      },
      value);
}

Status SqlStatement::run_bound() {
  int code = SQLITE_ROW;
  while (code == SQLITE_ROW) code = sqlite3_step(statement_.get());
  auto* const database = sqlite3_db_handle(statement_.get());
  if (code != SQLITE_DONE) {
    const auto* const path = sqlite3_db_filename(database, "main");
    const auto problem = problem_of(database, path ? path : "");
    sqlite3_reset(statement_.get());
    return problem;
  }
  sqlite3_reset(statement_.get());
  return Done{};
}

Result<bool> SqlStatement::next() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    sqlite3_reset(statement_.get());
    return false;
  }
  auto* const database = sqlite3_db_handle(statement_.get());
  const auto* const path = sqlite3_db_filename(database, "main");
  const auto problem = problem_of(database, path ? path : "");
  sqlite3_reset(statement_.get());
  return problem;
}

int SqlStatement::columns() const { return sqlite3_column_count(statement_.get()); }

std::string_view SqlStatement::column_name(int column) const {
  const char* const name = sqlite3_column_name(statement_.get(), column);
  return name ? name : "";
}

SqlValue SqlStatement::value(int column) const {
  auto* const from = statement_.get();
  switch (sqlite3_column_type(from, column)) {
    case SQLITE_INTEGER:
      return std::int64_t{sqlite3_column_int64(from, column)};
    case SQLITE_FLOAT:
      return sqlite3_column_double(from, column);
    case SQLITE_TEXT: {
      const auto* const text = reinterpret_cast<const char*>(sqlite3_column_text(from, column));
      return std::string_view(text ? text : "",
                              static_cast<std::size_t>(sqlite3_column_bytes(from, column)));
    }
    case SQLITE_BLOB: {
      const auto* const bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(from, column));
      return SqlBytes(bytes, static_cast<std::size_t>(sqlite3_column_bytes(from, column)));
    }
    default:
      return nullptr;
  }
}

std::int64_t SqlStatement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

double SqlStatement::real(int column) const {
  return sqlite3_column_double(statement_.get(), column);
}

std::string SqlStatement::text(int column) const {
  const auto* const text =
      reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  return text ? std::string(
                    text, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column)))
              : std::string();
}

bool SqlStatement::is_reading() const { return sqlite3_stmt_readonly(statement_.get()) != 0; }

void Database::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

Problem Database::failed() const { return problem_of(database_.get(), path_); }

Result<Database> Database::open(const std::string& path, Open how) {
  // Counting its memory takes a lock for each allocation; and what it sorts is to take as much
  // memory as its cache, not 250 pages. Before anything else, and once.
  static const int configured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) +
                                sqlite3_config(SQLITE_CONFIG_PMASZ, least_sorted_pages);
  static_cast<void>(configured);
  Database made;
  made.path_ = path;
  const int flags =
      how == Open::create ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  sqlite3* database = nullptr;
  const auto uri = uri_of(path, how == Open::immutable ? "?immutable=1" : "");
  const int code = sqlite3_open_v2(uri.c_str(), &database,
                                   flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI, nullptr);
  made.database_.reset(database);
  if (code != SQLITE_OK)
    return Problem{Reason::catalogue_failed, path,
                   database ? sqlite3_errmsg(database) : "out of memory"};
  sqlite3_extended_result_codes(database, 1);
  sqlite3_busy_timeout(database, busy_ms);
  // SQL is not to damage the file itself. Its views have to be trusted, since SQLite 3.40 counts
  // JSON functions among those that may do harm; no function that could is there.
  sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  return made;
}

void Database::put_temporary_files_in(const std::string& folder) {
  sqlite3_free(sqlite3_temp_directory);
  sqlite3_temp_directory = sqlite3_mprintf("%s", folder.c_str());
}

Status Database::execute(const std::string& sql) {
  if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return failed();
  return Done{};
}

Result<SqlStatement> Database::prepare(std::string_view sql) const {
  sqlite3_stmt* made = nullptr;
  const int code = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &made, nullptr);
  if (code != SQLITE_OK) return failed();
  SqlStatement statement;
  statement.statement_.reset(made);
  return statement;
}

Result<PreparedSql> Database::prepare_first(std::string_view sql) const {
  sqlite3_stmt* made = nullptr;
  const char* rest = nullptr;
  if (sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()), 0, &made,
                         &rest) != SQLITE_OK)
    return failed();
  PreparedSql prepared;
  prepared.statement.statement_.reset(made);
  prepared.is_empty = made == nullptr;
  prepared.rest = sql.substr(static_cast<std::size_t>(rest - sql.data()));
  return prepared;
}

Result<std::int64_t> Database::number(const std::string& sql) const {
  auto question = prepare(sql);
  if (!question) return question.problem();
  const auto row = question->next();
  if (!row) return row.problem();
  return *row ? question->integer(0) : 0;
}

void Database::allow_only_reading() {
  sqlite3_exec(database_.get(), "PRAGMA query_only = 1", nullptr, nullptr, nullptr);
  sqlite3_set_authorizer(database_.get(), authorize_reading, nullptr);
}

void Database::give_up_when(const std::atomic<int>& stop) {
  const auto is_stopped = [](void* argument) {
    return static_cast<const std::atomic<int>*>(argument)->load() == 0 ? 0 : 1;
  };
  sqlite3_progress_handler(database_.get(), steps_between_questions, is_stopped,
                           const_cast<std::atomic<int>*>(&stop));
}

}  // namespace dcmflow
