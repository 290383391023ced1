#include "reconciler/engine/keepsakes.h"

#include "tests/engine/publication.h"

#include <gtest/gtest.h>

namespace reconcile {
namespace {

using testing_world::Publication;

bool buffer_is_doubted(const PassResult& result) {
  return std::any_of(result.plan.refusals.begin(), result.plan.refusals.end(), [](const Refusal& refusal) {
    return refusal.address == "buffer" &&
           refusal.error.cause.find("does not bear the mark") != std::string::npos;
  });
}

bool has_note(const PassResult& result, const std::string& text) {
  return std::any_of(result.plan.notes.begin(), result.plan.notes.end(),
                     [&](const Note& note) { return note.text.find(text) != std::string::npos; });
}

TEST(Keepsakes, TheFolderUnderAnUnmountedDiskIsNotAnEmptyBuffer) {
  Publication p;
  p.write("a.bin", "one");
  p.pass();
  EXPECT_TRUE(p.pass().plan.refusals.empty()) << "an empty buffer that bears the mark is just empty";
  std::filesystem::rename(p.folder / "buffer", p.folder / "disk");
  std::filesystem::create_directories(p.folder / "buffer");
  const PassResult without = p.pass();
  EXPECT_TRUE(buffer_is_doubted(without));
  EXPECT_FALSE(std::filesystem::exists(p.folder / "buffer" / ".reconcile-buffer")) << "it must not be marked";
  EXPECT_TRUE(buffer_is_doubted(p.pass()));
  std::filesystem::remove(p.folder / "buffer");
  std::filesystem::rename(p.folder / "disk", p.folder / "buffer");
  EXPECT_TRUE(p.pass().plan.refusals.empty());
}

TEST(Keepsakes, ABufferThatWasMadeAnewIsTakenUpWithItsFirstFile) {
  Publication p;
  p.write("a.bin", "one");
  p.pass();
  std::filesystem::remove_all(p.folder / "buffer");
  std::filesystem::create_directories(p.folder / "buffer");
  EXPECT_TRUE(buffer_is_doubted(p.pass()));
  p.write("b.bin", "two");
  EXPECT_TRUE(p.pass().report->converged);
  EXPECT_TRUE(p.pass().plan.refusals.empty());
}

TEST(Keepsakes, AFolderThatCannotBeMarkedIsNoFault) {
  Publication p;
  p.desired.buffer.after_publish = AfterPublish::kKeep;
  std::filesystem::create_directories(p.folder / "buffer");
  std::ofstream(p.folder / "buffer" / ".reconcile-buffer") << "in the way";
  EXPECT_TRUE(p.pass().plan.refusals.empty());
  EXPECT_TRUE(p.pass().plan.refusals.empty());
}

TEST(Keepsakes, ProtectionOutlivesItsRemovalFromTheManifestUntilItIsGivenUp) {
  Publication p;
  p.write("a.bin", "one");
  p.desired.protect = {"data/**"};
  p.pass();
  p.desired.protect.clear();
  EXPECT_TRUE(has_note(p.pass(), "`data/**` left the manifest and protects still"));
  p.clock.ahead = Seconds(std::chrono::days(15));
  p.pass();  // the entry leaves the index; the object stays
  EXPECT_TRUE(p.pass().plan.steps.empty());
  Allowances allowances;
  allowances.add("unprotect");
  const PassResult given_up = p.pass(allowances);
  ASSERT_EQ(given_up.plan.steps.size(), 1u);
  EXPECT_TRUE(std::holds_alternative<ExpireObject>(given_up.plan.steps[0].action));
  EXPECT_FALSE(has_note(p.pass(), "protects still")) << "one deliberate step is enough";
}

TEST(Keepsakes, ADryRunKeepsNothing) {
  Publication p;
  p.desired.protect = {"data/**"};
  p.desired.mode = Mode::kPlan;
  p.write("a.bin", "one");
  p.pass();
  const JournalView view = p.journal->view(p.site.bucket_location, Instant()).value();
  EXPECT_TRUE(view.protect.empty());
  EXPECT_TRUE(view.marked_buffers.empty());
  EXPECT_FALSE(std::filesystem::exists(p.folder / "buffer" / ".reconcile-buffer"));
}

}  // namespace
}  // namespace reconcile
