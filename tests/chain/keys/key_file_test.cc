#include "reconciler/chain/keys/key_file.h"

#include "tests/chain/support/vectors.h"
#include <cstdlib>
#include <filesystem>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "reconciler/chain/keys/nacl_file.h"
#include "reconciler/chain/keys/password_variable.h"
#include "reconciler/chain/keys/ss58.h"

namespace reconcile::chain {
namespace {

using testing::alice;
using testing::fixed;
using testing::hex;
using testing::kAliceAddress;
using testing::nacl_vector;

std::string text_in(const char* name) { return nacl_vector()[name].get<std::string>(); }

std::string nacl_file() {
  const ByteVector bytes = hex(nacl_vector()["keyfile_hex"]);
  return std::string(bytes.begin(), bytes.end());
}

SecretBytes<32> derived_key() {
  SecretBytes<32> out;
  const ByteVector key = hex(nacl_vector()["derived_key"]);
  std::copy(key.begin(), key.end(), out.data());
  return out;
}

class KeyFileTest : public ::testing::Test {
 protected:
  KeyFileTest() {
    std::string name = (std::filesystem::temp_directory_path() / "reconcile-keys-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~KeyFileTest() override { std::filesystem::remove_all(folder_); }

  Path write(const std::string& name, const std::string& content, unsigned mode = 0600) {
    EXPECT_TRUE(write_file_atomically(folder_ / name, content, mode));
    EXPECT_EQ(::chmod((folder_ / name).c_str(), mode), 0);
    return folder_ / name;
  }

  Path folder_;
};

// The one test that derives the key from its password: 512 MiB and some seconds.
TEST_F(KeyFileTest, OpensAnEncryptedFileWithItsPassword) {
  const Path path = write("hotkey", nacl_file());
  const auto file = load_key_file(path, {.password = Secret(text_in("password")), .expected = alice()});
  ASSERT_TRUE(file) << file.error().cause;
  EXPECT_TRUE(file->was_encrypted);
  EXPECT_FALSE(file->is_loose);
  EXPECT_EQ(file->key.account(), alice());
  EXPECT_TRUE(verify(alice(), view_of("x"), file->key.sign(view_of("x"))));
}

TEST(NaclFile, OpensWithTheDerivedKey) {
  EXPECT_EQ(open_nacl_file(nacl_file(), derived_key()).value().expose(), text_in("plaintext"));
}

TEST(NaclFile, AWrongKeyOrADamagedFileIsSaidWithoutAHint) {
  SecretBytes<32> wrong = derived_key();
  wrong.data()[0] ^= 1;
  const auto refused = open_nacl_file(nacl_file(), wrong);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::kAuth);
  EXPECT_EQ(refused.error().cause, "the password does not open the key file");
  std::string damaged = nacl_file();
  damaged.back() = static_cast<char>(damaged.back() ^ 1);
  EXPECT_EQ(open_nacl_file(damaged, derived_key()).error().fault, Fault::kAuth);
  for (std::size_t size = 5; size < 45; ++size) {
    EXPECT_EQ(open_nacl_file(nacl_file().substr(0, size), derived_key()).error().fault, Fault::kCorrupt)
        << size;
  }
}

TEST_F(KeyFileTest, AnEncryptedFileWithoutAPasswordIsSaidSo) {
  const auto file = load_key_file(write("hotkey", nacl_file()));
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().fault, Fault::kAuth);
  EXPECT_NE(file.error().cause.find("encrypted and no password"), std::string::npos);
}

TEST_F(KeyFileTest, TellsWhenOthersMayReadTheFile) {
  for (const unsigned mode : {0600u, 0400u}) {
    EXPECT_FALSE(load_key_file(write("hotkey", text_in("plaintext"), mode)).value().is_loose) << mode;
  }
  for (const unsigned mode : {0640u, 0604u, 0620u, 0644u}) {
    const KeyFile file = load_key_file(write("hotkey", text_in("plaintext"), mode)).value();
    EXPECT_TRUE(file.is_loose) << mode;
    EXPECT_EQ(file.mode, mode);
  }
}

TEST_F(KeyFileTest, AnotherAccountThanExpectedNamesBothAndTheUsualMistake) {
  const std::string bob = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";
  const Path path = write("coldkey", text_in("plaintext"));
  const auto file = load_key_file(path, {.expected = from_ss58(bob).value()});
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().cause,
            path.string() + ": it is the key of " + kAliceAddress + ", expected was " + bob);
  EXPECT_NE(file.error().remedy.find("coldkey"), std::string::npos);
}

TEST_F(KeyFileTest, LongFilesFoldersAndAbsentFilesAreRefused) {
  EXPECT_EQ(load_key_file(write("big", std::string((64 << 10) + 1, 'x'))).error().fault,
            Fault::kInvalidInput);
  EXPECT_EQ(load_key_file(folder_).error().fault, Fault::kInvalidInput);
  EXPECT_EQ(load_key_file(folder_ / "absent").error().fault, Fault::kNotFound);
  EXPECT_EQ(load_key_file(write("empty", "")).error().cause,
            (folder_ / "empty").string() + ": the key file is empty");
}

TEST_F(KeyFileTest, ReadsTheAddressFromThePublicFileAlone) {
  const Path hotkey = write("hotkey", text_in("plaintext"));
  EXPECT_EQ(public_file_account(hotkey).error().fault, Fault::kNotFound) << "the key itself is not opened";
  write("hotkeypub.txt", std::string("{\"ss58Address\":\"") + kAliceAddress + "\"}", 0644);
  EXPECT_EQ(public_file_account(hotkey).value(), alice());
}

TEST_F(KeyFileTest, ADamagedPublicFileIsAnError) {
  write("hotkeypub.txt", "{\"ss58Address\":");
  EXPECT_EQ(public_file_account(write("hotkey", text_in("plaintext"))).error().fault, Fault::kCorrupt);
}

TEST(PasswordVariable, IsNamedAndDisguisedAsBtwalletDoes) {
  const auto& example = nacl_vector()["env_var_example"];
  const std::string name = password_variable(example["path"].get<std::string>());
  EXPECT_EQ(name, example["name"]);
  EXPECT_EQ(password_from_variable(name, example["value"].get<std::string>()).value().expose(),
            text_in("password"));
  EXPECT_EQ(password_from_variable(name, "not base64!").error().fault, Fault::kInvalidInput);
}

}  // namespace
}  // namespace reconcile::chain
