#include "tests/support/http_request.h"

#include <stdexcept>
#include <vector>

#include "tests/support/run_program.h"

namespace dcmflow {
namespace {

constexpr const char* client = R"(
import http.client, sys
address, method, path = sys.argv[1:4]
connection = http.client.HTTPConnection(address, timeout=10)
connection.putrequest(method, path, skip_host=True)
headers = dict(Host=address) | dict(pair.split('=', 1) for pair in sys.argv[4:])
for name, value in headers.items(): connection.putheader(name, value)
connection.endheaders()
answer = connection.getresponse()
body = answer.read()
out = ''.join(f'{name.lower()}: {value}\n' for name, value in answer.getheaders())
sys.stdout.buffer.write(f'{answer.status}\n{out}\n'.encode() + body)
)";

}  // namespace

HttpReply http_get(const std::string& address, const std::string& path,
                   const std::map<std::string, std::string>& headers, const std::string& method) {
  std::vector<std::string> command{"/usr/bin/python3", "-c", client, address, method, path};
  for (const auto& [name, value] : headers) command.push_back(name + "=" + value);
  const auto run = run_program({.command = std::move(command)});
  const auto line = run.output.find('\n');
  const auto empty = run.output.find("\n\n");
  if (run.exit_status != 0 || empty == std::string::npos) throw std::runtime_error(run.errors);
  return {std::stoi(run.output), run.output.substr(line + 1, empty - line),
          run.output.substr(empty + 2)};
}

}  // namespace dcmflow
