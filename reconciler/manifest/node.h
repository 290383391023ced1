#pragma once
// YAML and TOML as one tree, each value with its place. Nothing is interpreted: a scalar keeps its letters.

#include <string>
#include <vector>

#include "reconciler/model/desired.h"

namespace reconcile::manifest {

struct Member;

struct Node {
  enum class Kind {
    kNull,    ///< YAML only: no value, `~` or `null`
    kPlain,   ///< a scalar without quotes; in TOML a number, a boolean or a time
    kString,  ///< a scalar in quotes, or a YAML block
    kList,
    kMap,
  };
  Kind kind = Kind::kNull;
  std::string text;           ///< scalars: the letters, with ${VAR} replaced
  std::string written;        ///< the letters before that; what messages show
  bool interpolated = false;  ///< a variable stood in it: it may take any scalar type
  Position at;
  std::vector<Node> items;
  std::vector<Member> members;

  bool is_scalar() const { return kind == Kind::kPlain || kind == Kind::kString; }
};

struct Member {
  std::string key;
  Position key_at;
  Node value;
};

/// "a map", "a list", "text", …
const char* name_of(Node::Kind kind);

/// The member of that name; nullptr when there is none.
const Node* find(const Node& map, const std::string& key);

}  // namespace reconcile::manifest
