# together.cmake: what a source keeps to itself, and that sources which would hide each other's names stand apart. cmake -P tests/together_test.cmake
cmake_minimum_required(VERSION 3.25)
include(${CMAKE_CURRENT_LIST_DIR}/../together.cmake)

function(expect actual expected)
  if(NOT actual STREQUAL expected)
    message(SEND_ERROR "'${actual}' instead of '${expected}'")
  endif()
endfunction()

private_names(names "
#define LIMIT 3
using Public = int
namespace {
using testing::HasSubstr
using Words = std::vector<int>
namespace fs = boost::filesystem
constexpr auto most = 1s
struct Row final {
  int inside = 0
}
class Scene : public testing::Test {
}
template <typename T>
bool is_even(T value) { return value % 2 == 0 }
const Row rows  = {}
MATCHER_P(Holds, what, \"\") { return true }
TEST(Suite, Name) {}
}  // namespace
int of_all() { return 1 }
namespace {
int second(int a) { return a }
}  // namespace
")
expect("${names}" "LIMIT;Words;most;Row;Scene;is_even;rows;Holds;second")
private_names(names "\nint of_all() { return 1 }\n")
expect("${names}" "")

set(private "most|rows")
foreach(code "f(most)" "return most + 1" " rows ")
  stand_in(found private code)
  expect("${found}" TRUE)
endforeach()
foreach(code "almost(1)" "most_rows" "")
  stand_in(found private code)
  expect("${found}" FALSE)
endforeach()

# What a header declares, and those that it includes.
set(PROJECT_SOURCE_DIR ${CMAKE_CURRENT_BINARY_DIR}/together_test)
file(WRITE ${PROJECT_SOURCE_DIR}/a/inner.h "#pragma once\n// int in_comment(int);\nstruct Inner {\n  int member;\n};\n")
file(WRITE ${PROJECT_SOURCE_DIR}/a/outer.h "#include \"a/inner.h\"\nnamespace dcmflow {\nInner outer(int argument);\n}\n")
headers_of(headers "#include <vector>\n#include \"a/outer.h\"\n#include \"not/there.h\"\n")
expect("${headers}" "a/inner.h;a/outer.h")
get_property(names GLOBAL PROPERTY names_of_a/inner.h)
expect("${names}" "Inner")
get_property(names GLOBAL PROPERTY names_of_a/outer.h)
expect("${names}" "outer")
file(REMOVE_RECURSE ${PROJECT_SOURCE_DIR})
