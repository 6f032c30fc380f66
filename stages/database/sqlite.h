#pragma once
// SQLite, as much of it as the catalogue needs: a database, and statements whose values are bound,
// never part of their text.

#include <atomic>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "stages/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace dcmflow {

// A value of a row. Views end with the next step of their statement.
using SqlBytes = std::span<const std::uint8_t>;
using SqlValue = std::variant<std::nullptr_t, std::int64_t, double, std::string_view, SqlBytes>;

template <std::same_as<SqlValue> Value>
SqlValue sql_value(const Value& value) {
  return value;
}
inline SqlValue sql_value(std::integral auto number) { return static_cast<std::int64_t>(number); }
inline SqlValue sql_value(double number) { return number; }
inline SqlValue sql_value(std::string_view text) { return text; }
inline SqlValue sql_value(const std::string& text) { return std::string_view(text); }
inline SqlValue sql_value(const char* text) { return std::string_view(text); }
inline SqlValue sql_value(SqlBytes bytes) { return bytes; }
inline SqlValue sql_value(std::nullptr_t) { return nullptr; }
template <class Value>
SqlValue sql_value(const std::optional<Value>& value) {
  return value ? sql_value(*value) : SqlValue(nullptr);
}

// Not thread-safe. Ends before its Database. Problems: catalogue_failed, with SQLite's words.
class SqlStatement {
 public:
  SqlStatement() = default;

  // Binds the values to the parameters in their order and runs to the end; then it can run again.
  // Texts and bytes are read, not kept.
  template <class... Values>
  Status run(const Values&... values) {
    int at = 0;
    (bind(++at, sql_value(values)), ...);
    return run_bound();
  }
  // Binds the values of a question, whose rows next() gives.
  template <class... Values>
  void ask(const Values&... values) {
    int at = 0;
    (bind(++at, sql_value(values)), ...);
  }
  // True where there is a row; false behind the last.
  Result<bool> next();
  // Of the row that next() came to, and of any.
  int columns() const;
  std::string_view column_name(int column) const;
  SqlValue value(int column) const;
  std::int64_t integer(int column) const;  // 0 for what is none
  double real(int column) const;           // 0 for what is none
  std::string text(int column) const;      // "" for NULL
  // Changes nothing in the database.
  bool is_reading() const;

 private:
  friend class Database;
  void bind(int at, const SqlValue& value);
  Status run_bound();

  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// Of a text of SQL, the first statement, and what stands behind it.
struct PreparedSql {
  SqlStatement statement;  // without one: nothing but white space and comments
  bool is_empty = false;
  std::string_view rest;
};

// For one thread at a time. Problems: catalogue_failed, with the path and SQLite's words.
class Database {
 public:
  enum class Open : std::uint8_t {
    create,     // a file that is there is opened
    read,       // one that is there; nothing in it can change
    immutable,  // the same where no lock and no file beside it can be made (read-only media)
  };
  static Result<Database> open(const std::string& path, Open how);
  // Where SQLite puts what does not fit into its memory (sorting for an index); by default
  // /var/tmp, which may be read-only, small, or not for names of files. Of all databases of the
  // process: not while another thread uses one.
  static void put_temporary_files_in(const std::string& folder);

  // Statements that have no values; `sql` comes from the program, never from outside.
  Status execute(const std::string& sql);
  Result<SqlStatement> prepare(std::string_view sql) const;
  Result<PreparedSql> prepare_first(std::string_view sql) const;
  // The first column of the first row, as a number; 0 where there is none.
  Result<std::int64_t> number(const std::string& sql) const;

  // From now on only statements that read: no other database, no file, no function that reaches
  // outside, whatever their text says.
  void allow_only_reading();
  // Gives up a statement that is running once `stop` is not 0. It must outlive the database.
  void give_up_when(const std::atomic<int>& stop);

  const std::string& path() const { return path_; }

 private:
  Problem failed() const;

  struct Close {
    void operator()(sqlite3* database) const;
  };
  std::string path_;
  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace dcmflow
