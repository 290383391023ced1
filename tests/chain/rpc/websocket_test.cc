// What only a WebSocket can do to us, and certificates over both transports; the peer is odd_node.mjs.

#include "tests/chain/rpc/support.h"
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reconcile::chain {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using namespace testing;

class OddNode {
 public:
  explicit OddNode(const std::vector<std::string>& pem_files = {})
      : child_("chain/support/odd_node.mjs", pem_files) {}
  std::string at(const std::string& scheme, const std::string& host = "127.0.0.1") const {
    return scheme + "://" + host + ":" + std::to_string(child_.ready().at("port").get<int>());
  }

 private:
  Child child_;
};

TEST(RpcWebSocket, AnswersPingsWhileItWaits) {
  const OddNode node;
  EXPECT_EQ(ask(*rpc_to({node.at("ws")}), "pingFirst").value(), "are you there");
}

TEST(RpcWebSocket, JoinsFragments) {
  const OddNode node;
  EXPECT_EQ(ask(*rpc_to({node.at("ws")}), "fragments").value(), "in pieces");
}

TEST(RpcWebSocket, SkipsWhatAnswersNothingAsked) {
  const OddNode node;
  const auto rpc = rpc_to({node.at("ws")});
  EXPECT_EQ(ask(*rpc, "notifyFirst").value(), "after notifications");
  EXPECT_EQ(ask(*rpc, "othersFirst").value(), "yours");
  EXPECT_EQ(ask(*rpc, "connections").value(), 1);
}

TEST(RpcWebSocket, BoundsWhatItSkipsInCountAndBytes) {
  const OddNode node;
  const auto rpc = rpc_to({node.at("ws")});
  EXPECT_EQ(words(ask(*rpc, "notifyForever")),
            "transient: notifyForever: " + node.at("ws") + ": it sends messages that answer nothing asked");
  EXPECT_THAT(words(ask(*rpc, "notifyLarge")), HasSubstr("the answer is longer than"));
  EXPECT_EQ(words(ask(*rpc)), "fine");
}

TEST(RpcWebSocket, SaysThatThePeerClosed) {
  const OddNode node;
  const auto rpc = rpc_to({node.at("ws")});
  ASSERT_TRUE(ask(*rpc));
  EXPECT_EQ(words(ask(*rpc, "close")),
            "transient: close: " + node.at("ws") + ": waiting for the answer: the connection was closed");
  EXPECT_EQ(words(ask(*rpc)), "fine");
}

TEST(RpcWebSocket, FindsADeadConnectionWithAQuestionAndNotWithASubmission) {
  const OddNode node;
  const auto rpc = rpc_to({node.at("ws")});
  ASSERT_TRUE(ask(*rpc, "closeAfter"));
  EXPECT_EQ(rpc->submit("0x00").value().result, "author_submitExtrinsic");
  EXPECT_EQ(ask(*rpc, "connections").value(), 2);
}

TEST(RpcWebSocket, ComparesTheGenesisFirstOnEachConnection) {
  const OddNode node;
  const auto rpc = rpc_to({node.at("ws")});
  ASSERT_TRUE(ask(*rpc));
  ASSERT_TRUE(ask(*rpc, "closeAfter"));
  EXPECT_EQ(ask(*rpc, "seen").value(),
            (json{"chain_getBlockHash", "system_chain", "chain_getBlockHash", "seen"}));
}

TEST(RpcWebSocket, LeavesAConnectionThatWasIdleForLong) {
  const OddNode node;
  Hand hand;
  const auto rpc = rpc_to(RpcOptions{.endpoints = {node.at("ws")}, .now = hand.read()});
  EXPECT_EQ(ask(*rpc, "connections").value(), 1);
  hand.time += Seconds(30);
  EXPECT_EQ(ask(*rpc, "connections").value(), 1);
  hand.time += Seconds(31);
  EXPECT_EQ(ask(*rpc, "connections").value(), 2);
}

/// A certificate authority and certificates of its making, in a folder that goes away.
class Authority {
 public:
  Authority() {
    std::string folder = (std::filesystem::temp_directory_path() / "reconcile-tls-XXXXXX").string();
    if (!::mkdtemp(folder.data())) throw std::runtime_error("no temporary folder");
    folder_ = folder;
    run("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=Test-authority "
        "-keyout ca.key -out ca.pem");
  }
  ~Authority() { std::filesystem::remove_all(folder_); }
  Path file() const { return folder_ / "ca.pem"; }

  /// Key and certificate for `names`, such as "DNS:localhost,IP:127.0.0.1", valid for `days` from now.
  std::vector<std::string> issue(const std::string& name, const std::string& names, int days = 1) {
    std::ofstream(folder_ / (name + ".ext")) << "subjectAltName=" << names << "\n";
    run("req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=node -keyout " + name +
        ".key -out " + name + ".csr");
    run("x509 -req -in " + name + ".csr -CA ca.pem -CAkey ca.key -CAcreateserial -days " +
        std::to_string(days) + " -extfile " + name + ".ext -out " + name + ".pem");
    return {folder_ / (name + ".key"), folder_ / (name + ".pem")};
  }

 private:
  void run(const std::string& arguments) const {
    const std::string command = "cd " + folder_.string() + " && openssl " + arguments + " 2>>log";
    if (std::system(command.c_str()) != 0) throw std::runtime_error("openssl " + arguments);
  }
  Path folder_;
};

/// What asking `url` gives when `ca_file` is trusted besides the system's authorities.
std::string asked(const std::string& url, const Path& ca_file = {}) {
  return words(ask(*rpc_to(RpcOptions{.endpoints = {url}, .ca_file = ca_file})));
}

TEST(RpcTls, TrustsTheNamedAuthorityAndNoOther) {
  Authority ours, another;
  const OddNode node(ours.issue("node", "DNS:localhost,IP:127.0.0.1"));
  for (const std::string scheme : {"wss", "https"}) {
    SCOPED_TRACE(scheme);
    EXPECT_EQ(asked(node.at(scheme), ours.file()), "fine") << "by address";
    EXPECT_EQ(asked(node.at(scheme, "localhost"), ours.file()), "fine") << "by name";
    EXPECT_THAT(asked(node.at(scheme)), StartsWith("untrusted: system_chain: " + node.at(scheme)));
    EXPECT_THAT(asked(node.at(scheme), another.file()), StartsWith("untrusted: "));
  }
}

TEST(RpcTls, RefusesACertificateForAnotherName) {
  Authority authority;
  const OddNode elsewhere(authority.issue("elsewhere", "DNS:elsewhere.example,IP:192.0.2.1"));
  const OddNode by_name(authority.issue("name", "DNS:localhost"));
  for (const std::string scheme : {"wss", "https"}) {
    SCOPED_TRACE(scheme);
    EXPECT_THAT(asked(elsewhere.at(scheme), authority.file()), StartsWith("untrusted: "));
    EXPECT_THAT(asked(elsewhere.at(scheme, "localhost"), authority.file()), StartsWith("untrusted: "));
    EXPECT_THAT(asked(by_name.at(scheme), authority.file()), StartsWith("untrusted: "))
        << "an address is no name";
    EXPECT_EQ(asked(by_name.at(scheme, "localhost"), authority.file()), "fine");
  }
}

TEST(RpcTls, RefusesAnExpiredCertificate) {
  Authority authority;
  const OddNode node(authority.issue("old", "DNS:localhost,IP:127.0.0.1", -1));
  for (const std::string scheme : {"wss", "https"})
    EXPECT_THAT(asked(node.at(scheme), authority.file()),
                AllOf(StartsWith("untrusted: "), HasSubstr("expired")))
        << scheme;
}

TEST(RpcTls, TellsPlainTextOnATlsPortAndTheReverse) {
  Authority authority;
  const OddNode plain, encrypted(authority.issue("node", "IP:127.0.0.1"));
  EXPECT_THAT(asked(plain.at("wss")), StartsWith("transient: system_chain: " + plain.at("wss") + ": TLS: "));
  EXPECT_THAT(asked(encrypted.at("ws")),
              StartsWith("transient: system_chain: " + encrypted.at("ws") + ": WebSocket handshake: "));
}

}  // namespace
}  // namespace reconcile::chain
