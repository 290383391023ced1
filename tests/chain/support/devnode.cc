#include "tests/chain/support/devnode.h"

#include <algorithm>
#include <stdexcept>

#include "reconciler/net/http.h"

namespace reconcile::chain::testing {
namespace {

std::vector<std::string> settled(std::vector<std::string> arguments) {
  if (std::find(arguments.begin(), arguments.end(), "--block-ms") == arguments.end())
    arguments.push_back("--manual");
  arguments.push_back("--exit-with-stdin");
  return arguments;
}

}  // namespace

DevNode::DevNode(std::vector<std::string> arguments)
    : child_("devnode/node.mjs", settled(std::move(arguments))) {}

nlohmann::json DevNode::control(const nlohmann::json& operation) const {
  const std::string text = operation.dump();
  const auto body = net::memory_body(text);
  const auto client = net::Client::make({});
  const auto answer =
      client.value()->send({.method = "POST", .url = child_.ready().at("control"), .body = body.get()});
  if (!answer) throw std::runtime_error("devnode: " + answer.error().cause);
  if (answer->status != 200) throw std::runtime_error("devnode: " + text + ": " + answer->body);
  return nlohmann::json::parse(answer->body);
}

int DevNode::asked(const std::string& method) const { return record().at("requests").value(method, 0); }

void DevNode::fault(nlohmann::json fault) const {
  fault["op"] = "fault";
  control(fault);
}

}  // namespace reconcile::chain::testing
