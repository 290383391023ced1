#include "reconciler/manifest/node.h"

#include <algorithm>

namespace reconcile::manifest {

const char* name_of(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::kNull:
      return "nothing";
    case Node::Kind::kPlain:
      return "a plain value";
    case Node::Kind::kString:
      return "text";
    case Node::Kind::kList:
      return "a list";
    case Node::Kind::kMap:
      return "a map";
  }
  return "";
}

const Node* find(const Node& map, const std::string& key) {
  const auto found = std::find_if(map.members.begin(), map.members.end(),
                                  [&](const Member& member) { return member.key == key; });
  return found == map.members.end() ? nullptr : &found->value;
}

}  // namespace reconcile::manifest
