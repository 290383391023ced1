#include "reconciler/net/roots.h"

#include <gtest/gtest.h>

#include "reconciler/base/files.h"

namespace reconcile::net {
namespace {

TEST(Roots, AreTheSystemsWhereNoneAreGiven) { EXPECT_TRUE(Roots::load("")); }

TEST(Roots, OfTextWithoutACertificateAreNone) {
  EXPECT_FALSE(Roots::load("no PEM"));
  EXPECT_FALSE(Roots::load("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"));
}

TEST(Roots, OfManyInOneTextAreTaken) {
  const curl_version_info_data* version = curl_version_info(CURLVERSION_NOW);
  ASSERT_TRUE(version->cainfo);
  const Result<std::string> bundle = read_file(version->cainfo, Bytes(16u << 20));
  ASSERT_TRUE(bundle);
  EXPECT_TRUE(Roots::load(*bundle));
}

}  // namespace
}  // namespace reconcile::net
