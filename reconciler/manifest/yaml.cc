#include <sstream>
#include <unordered_map>

#include <fmt/core.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "reconciler/manifest/syntax.h"

namespace reconcile::manifest {
namespace {

/// Ends a parse from inside its callbacks; caught in this file.
struct Stop {
  Diagnostic why;
};

/// Builds the tree from events: that keeps duplicates visible and expands no alias.
class TreeBuilder final : public YAML::EventHandler {
 public:
  explicit TreeBuilder(const Source& source) : source_(source) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    // Where a document begins with what begins nothing (`,`), yaml-cpp 0.7 reports empty ones at the same
    // place for ever.
    if (mark.pos <= start_)
      stop(mark, "YAML: nothing can begin like this", "look for a stray comma or bracket");
    start_ = mark.pos;
    root_ = Node();
    open_.clear();
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    begin(mark, anchor, "?");
    put({Node::Kind::kNull, {}, {}, false, place(mark), {}, {}});
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    stop(mark, "an alias (`*name`)", "write the value out: a manifest says what it means where it stands");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    begin(mark, anchor, tag);
    const Node::Kind kind = tag == "?" ? Node::Kind::kPlain : Node::Kind::kString;
    put({kind, value, value, false, place(mark), {}, {}});
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::kList);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::kMap);
  }
  void OnMapEnd() override { close(); }

  Node take() { return std::move(root_); }

 private:
  struct Open {
    Node node;
    std::optional<Member> key;                  ///< read, its value not yet
    std::unordered_map<std::string, int> seen;  ///< key -> line
  };

  Position place(const YAML::Mark& mark) const { return {source_.file, mark.line + 1, mark.column + 1}; }

  [[noreturn]] void stop(const YAML::Mark& mark, std::string cause, std::string remedy) const {
    const Position at = place(mark);
    throw Stop{{at, {}, std::move(cause), std::move(remedy), source_.excerpt(at, true)}};
  }

  void begin(const YAML::Mark& mark, YAML::anchor_t anchor, const std::string& tag) {
    if (++values_ > kValuesMax) stop(mark, "more than 100,000 values", "split the file");
    if (anchor != 0)
      stop(mark, "an anchor (`&name`)", "write the value out: a manifest says what it means where it stands");
    if (!tag.empty() && tag != "?" && tag != "!")
      stop(mark, "an explicit tag (`!…`)", "drop it; put text in quotes where its type matters");
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Node::Kind kind) {
    begin(mark, anchor, tag);
    if (open_.size() >= static_cast<std::size_t>(kNestingMax))
      stop(mark, fmt::format("nested more than {} deep", kNestingMax),
           "a manifest needs no more than 6 levels");
    if (!open_.empty() && open_.back().node.kind == Node::Kind::kMap && !open_.back().key)
      stop(mark, "a list or a map as a key", "a key is text");
    open_.push_back({{kind, {}, {}, false, place(mark), {}, {}}, {}, {}});
  }

  void close() {
    Node node = std::move(open_.back().node);
    open_.pop_back();
    put(std::move(node));
  }

  void put(Node node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.kind == Node::Kind::kList) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.key) {
      parent.key = key_from(node, parent);
    } else {
      parent.key->value = std::move(node);
      parent.node.members.push_back(*std::move(parent.key));
      parent.key.reset();
    }
  }

  Member key_from(const Node& node, Open& parent) const {
    const YAML::Mark mark = [&] {
      YAML::Mark out;
      out.line = node.at.line - 1;
      out.column = node.at.column - 1;
      return out;
    }();
    if (!node.is_scalar()) stop(mark, "a key without a name", "a key is text");
    if (node.text == "<<") stop(mark, "a merge key (`<<`)", "write the values out");
    if (const auto [before, added] = parent.seen.emplace(node.text, node.at.line); !added)
      stop(mark,
           fmt::format("`{}` stands here twice, first in line {}", node.text.substr(0, 80), before->second),
           "remove one of the two");
    return {node.text, node.at, {}};
  }

  const Source& source_;
  Node root_;
  std::vector<Open> open_;
  int values_ = 0;
  int start_ = -1;  ///< offset of the document before
};

Diagnostic syntax_error(const Source& source, const YAML::Exception& error) {
  const Position at{source.file, error.mark.line + 1, error.mark.column + 1};
  const bool variable_in_braces = source.line(at.line).find("${") != std::string::npos;
  return {at,
          {},
          "YAML: " + error.msg,
          variable_in_braces ? "within {…} and […] put ${…} in quotes"
                             : "check indentation, quotes and brackets here and just above",
          source.excerpt(at)};
}

}  // namespace

Documents read_yaml(const Source& source) {
  Documents out;
  std::istringstream stream(source.text);
  try {
    YAML::Parser parser(stream);
    TreeBuilder builder(source);
    while (parser.HandleNextDocument(builder)) {
      Node root = builder.take();
      if (root.kind == Node::Kind::kNull) continue;  // nothing but comments
      if (root.kind != Node::Kind::kMap) {
        out.errors.push_back({root.at,
                              {},
                              fmt::format("a document is a map, this is {}", name_of(root.kind)),
                              "begin with apiVersion: reconcile/v1alpha1",
                              source.excerpt(root.at, true)});
        continue;
      }
      out.documents.push_back(std::move(root));
    }
  } catch (const Stop& stop) {
    out.errors.push_back(stop.why);
  } catch (const YAML::Exception& error) {
    out.errors.push_back(syntax_error(source, error));
  }
  return out;
}

}  // namespace reconcile::manifest
