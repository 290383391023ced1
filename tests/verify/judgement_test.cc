#include "reconciler/verify/judgement.h"

#include <gtest/gtest.h>

namespace reconcile::verify {
namespace {

TEST(Blame, IsThePublishersForWhatIsKnownToBeThere) {
  for (const int status : {301, 302, 307, 400, 401, 403, 404, 405, 410, 416, 451}) {
    EXPECT_EQ(of_status(status).verdict, Verdict::kFail) << status;
    EXPECT_EQ(of_status(status).blame, Blame::kPublisher) << status;
  }
}

TEST(Blame, IsTheInfrastructuresForTroubleThatSaysSo) {
  for (const int status : {100, 204, 206, 408, 425, 429, 500, 502, 503, 504, 521, 599}) {
    EXPECT_EQ(of_status(status).verdict, Verdict::kUnknown) << status;
    EXPECT_EQ(of_status(status).blame, Blame::kInfrastructure) << status;
  }
}

TEST(Blame, OfNoAnswerIsNeverThePublishers) {
  for (const Fault fault : {Fault::kTransient, Fault::kInvalidInput, Fault::kUnknownOutcome, Fault::kQuota,
                            Fault::kCorrupt, Fault::kConflict})
    EXPECT_EQ(
        of_error({fault, "x", "y", {}}, "data.example.org"),
        not_judged(Blame::kInfrastructure, "x", "verify again later; nothing follows for the publisher"));
  for (const Fault fault : {Fault::kCancelled, Fault::kDiskFull, Fault::kInternal})
    EXPECT_EQ(of_error({fault, "x", "y", {}}, "data.example.org"), not_judged(Blame::kReader, "x", "y"));
}

TEST(Blame, OfAPrivateAddressIsThePublishersOnlyWhereTheUrlNamesIt) {
  const Error refused{Fault::kDenied, "leads to 10.0.0.1", "", {}};
  for (const char* host : {"10.0.0.1", "[::1]", "169.254.169.254", "localhost"})
    EXPECT_EQ(of_error(refused, host).blame, Blame::kPublisher) << host;
  EXPECT_EQ(of_error(refused, "data.example.org").blame, Blame::kInfrastructure);
}

TEST(Blame, OfTheChainIsNeverThePublishers) {
  for (const Fault fault : {Fault::kTransient, Fault::kNotFound, Fault::kCorrupt, Fault::kDenied})
    EXPECT_EQ(of_chain_error({fault, "x", "y", {}}).blame, Blame::kInfrastructure);
  EXPECT_EQ(of_chain_error({Fault::kInvalidInput, "x", "y", {}}).blame, Blame::kReader);
}

TEST(Verdict, OfAFailureIsCertainWhateverElseIsUnknown) {
  EXPECT_EQ(worse(Verdict::kFail, Verdict::kUnknown), Verdict::kFail);
  EXPECT_EQ(worse(Verdict::kUnknown, Verdict::kPass), Verdict::kUnknown);
  EXPECT_EQ(worse(Verdict::kPass, Verdict::kPass), Verdict::kPass);
}

}  // namespace
}  // namespace reconcile::verify
