#!/usr/bin/env python3
"""What can go wrong with a real S3 server. Each time: the right exit code, cause and remedy in words, nothing deleted,
the buffer as it was, the chain as it was, and no secret in any output or file (every run is searched for them)."""
import itertools
import re
import unittest

import gateway
import proxy
import times
import world
from world import json_gz

SLOW_DOWN = b'<?xml version="1.0" encoding="UTF-8"?><Error><Code>SlowDown</Code><RequestId>tx1</RequestId></Error>'


def setUpModule():
    world.need("faketime")
    gateway.S3Scenario.gateway = gateway.Gateway()
    Errors.other = gateway.S3Scenario.gateway.add_user("other")


def tearDownModule():
    gateway.S3Scenario.gateway.stop()


class Errors(gateway.S3Scenario):
    other = None  # a user who owns nothing

    def setUp(self):
        super().setUp()
        self.planted.append(self.other.secret_key)
        self.first = {"first_1.json.gz": json_gz(1), "first_2.json.gz": json_gz(2), "first_3.json.gz": json_gz(3)}
        self.second = {"second.json.gz": json_gz(4)}

    def publish_first(self):
        """A bucket that everyone can read with three published files, and a fourth waiting in the buffer."""
        self.gateway.make_bucket(self.bucket)
        self.gateway.let_everyone_read(self.bucket)
        self.write_buffer(self.first)
        self.expect(0, self.apply())
        self.assertEqual(self.first, self.published())
        self.write_buffer(self.second)
        self.proxy.taken()

    def world_now(self):
        """The bucket as its owner sees it, the chain, the buffer."""
        there = self.gateway.request("HEAD", f"/{self.bucket}").status == 200
        objects = self.gateway.keys(self.bucket) if there else None
        return objects, self.commitments(self.ledger), self.buffer_contents()

    def assert_refused(self, *words, code=1, planned=1, **options):
        """Plan and pass both say all the words (regular expressions) and leave the world alone."""
        before = self.world_now()
        for outcome, wanted in ((self.plan(**options), planned), (self.apply(**options), code)):
            self.expect(wanted, outcome)
            for word in words:
                self.assertRegex(outcome.out + outcome.err, re.compile(word, re.DOTALL))
            self.assertEqual(before, self.world_now())
        self.assertFalse([request for request in self.proxy.taken() if request.method == "DELETE"])

    def assert_recovers(self):
        """Once the trouble is over, one pass brings everything to its end."""
        self.expect(0, self.apply())
        self.assertEqual({**self.first, **self.second}, self.published())
        self.assertEqual({}, self.buffer_contents())

    def use(self, user):
        self.user = user
        self.write_env()

    # Who and where ------------------------------------------------------------------------------------------

    def test_no_bucket(self):
        self.write_manifest(("    create: true\n", ""))
        self.write_buffer(self.first)
        self.assert_refused(f"no bucket.*{self.bucket}", "create: true")

    def test_an_access_key_that_nobody_knows(self):
        self.publish_first()
        self.use(gateway.User("nobodyskey", self.gateway.owner.secret_key))
        self.assert_refused("403 InvalidAccessKeyId", "check accessKeyId")
        self.use(self.gateway.owner)
        self.assert_recovers()

    def test_a_secret_key_that_does_not_belong_to_the_access_key(self):
        self.publish_first()
        wrong = "planted-secret-that-is-wrong-0123456789"
        self.planted.append(wrong)
        self.use(gateway.User(self.gateway.owner.access_key, wrong))
        self.assert_refused("403 SignatureDoesNotMatch", "check secretAccessKey")
        self.use(self.gateway.owner)
        self.assert_recovers()

    def test_a_key_that_is_missing_from_the_environment(self):
        self.publish_first()
        self.write_env(S3_SECRET_KEY="")
        self.assert_refused("S3_SECRET_KEY", r"\.env")

    def test_a_bucket_of_somebody_else(self):
        self.publish_first()
        self.use(self.other)
        self.assert_refused("403 AccessDenied", "permission")

    def test_nobody_listens_at_the_endpoint(self):
        self.publish_first()
        self.write_env(S3_ENDPOINT=f"http://127.0.0.1:{world.free_port()}")
        self.assert_refused("(?i)connect", "check that the server runs")

    def test_something_else_than_s3_answers(self):
        self.publish_first()
        self.proxy.spoil = lambda method, target: proxy.Spoiled(404, b"<html>Not found</html>")
        self.assert_refused("404", "endpoint")
        self.proxy.spoil = lambda method, target: proxy.Spoiled(200, b"<html>Welcome</html>")
        self.assert_refused("endpoint|S3 server")
        self.proxy.spoil = None
        self.assert_recovers()

    # May not ------------------------------------------------------------------------------------------------

    def test_a_key_without_permission_for_lifecycle_publishes_all_the_same_and_says_so(self):
        self.gateway.make_bucket(self.bucket)
        arn = f"arn:aws:s3:::{self.bucket}"
        grant = {"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam:::user/other"]},
                 "Action": ["s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
                 "Resource": [arn, arn + "/*"]}
        self.gateway.let_everyone_read(self.bucket, grant)
        self.use(self.other)
        self.write_buffer(self.first)
        planned = self.expect(0, self.plan())
        self.assertRegex(planned.out, re.compile("lifecycle.*unmanaged", re.DOTALL))
        self.assertIn("403", planned.out)
        self.expect(0, self.apply())
        self.assertEqual(self.first, self.published())
        self.assertEqual({}, self.buffer_contents())
        self.assertEqual(404, self.gateway.request("GET", f"/{self.bucket}", "lifecycle=").status)
        again = self.expect(0, self.apply())
        self.assertIn("No changes", again.out)
        self.assertIn("unmanaged", again.out)

    def test_a_key_that_may_not_write(self):
        self.gateway.make_bucket(self.bucket)
        arn = f"arn:aws:s3:::{self.bucket}"
        grant = {"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam:::user/other"]},
                 "Action": ["s3:ListBucket", "s3:GetObject"], "Resource": [arn, arn + "/*"]}
        self.gateway.let_everyone_read(self.bucket, grant)
        self.use(self.other)
        self.write_buffer(self.first)
        self.assert_refused_while_applying(1, "403 AccessDenied", "permission")

    def assert_refused_while_applying(self, code, *words, **options):
        """A trouble that only a write meets: the plan is fine."""
        before = self.world_now()
        self.expect(0, self.plan(**options))
        outcome = self.expect(code, self.apply(**options))
        for word in words:
            self.assertRegex(outcome.out + outcome.err, re.compile(word, re.DOTALL))
        self.assertEqual(before[1:], self.world_now()[1:])
        left = self.world_now()[0]
        self.assertEqual(before[0], {key: left[key] for key in before[0]})

    # Trouble on the way -------------------------------------------------------------------------------------

    def test_a_storm_of_503_is_waited_out_where_it_is_short(self):
        self.publish_first()
        numbers = itertools.count()
        self.proxy.spoil = lambda method, target: (proxy.Spoiled(503, SLOW_DOWN) if next(numbers) % 3 else None)
        self.expect(0, self.apply())
        self.proxy.spoil = None
        self.assertEqual({**self.first, **self.second}, self.published())
        self.assertGreater(len([request for request in self.proxy.taken() if request.status == 503]), 5)

    def test_a_storm_of_503_without_end(self):
        self.publish_first()
        self.proxy.spoil = lambda method, target: proxy.Spoiled(503, SLOW_DOWN)
        self.assert_refused("HTTP 503", "again")
        self.proxy.spoil = None
        self.assert_recovers()

    def test_a_storm_of_500_while_writing(self):
        self.publish_first()
        self.proxy.spoil = lambda method, target: proxy.Spoiled(500) if method in ("PUT", "POST") else None
        self.assert_refused_while_applying(1, "500")
        self.proxy.spoil = None
        self.assert_recovers()

    def test_a_listing_that_breaks_off_concludes_nothing(self):
        self.publish_first()
        self.proxy.spoil = lambda method, target: (
            proxy.Spoiled(share=0.5) if method == "GET" and "list-type=2" in target else None)
        before = self.world_now()
        self.expect(1, self.plan())
        outcome = self.apply()
        self.assertIn(outcome.code, (1, 3), outcome)
        self.assert_nothing_left_the_index(before)
        self.proxy.spoil = None
        self.assert_recovers()

    def test_a_listing_whose_second_page_never_comes_concludes_nothing(self):
        self.publish_first()
        self.proxy.spoil = self.half_a_listing
        before = self.world_now()
        planned = self.expect(1, self.plan())
        self.assertRegex(planned.out, r"bucket .* partial +1 object")
        outcome = self.apply()
        self.assertIn(outcome.code, (1, 3), outcome)
        self.assert_nothing_left_the_index(before)
        self.proxy.spoil = None
        self.assert_recovers()

    @staticmethod
    def half_a_listing(method, target):
        if method != "GET" or "list-type=2" not in target or "prefix=data" not in target:
            return None
        if "continuation-token" in target:
            return proxy.Spoiled(share=0.3)

        def first_page(body):
            """The real listing without its last two objects, and with the promise of more."""
            start, *contents = re.split(rb"(?=<Contents>)", body)
            assert len(contents) >= 3, body
            end = contents[-1].partition(b"</Contents>")[2]
            page = start + b"".join(contents[:-2]) + end
            page = re.sub(rb"(?<=<KeyCount>)\d+", lambda count: b"%d" % (int(count[0]) - 2), page)
            page = page.replace(b"<IsTruncated>false</IsTruncated>", b"<IsTruncated>true</IsTruncated>"
                                b"<NextContinuationToken>more</NextContinuationToken>")
            assert b"NextContinuationToken" in page, body
            return page

        return proxy.Spoiled(change=first_page)

    def assert_nothing_left_the_index(self, before):
        objects, commitments, buffer = before
        now = self.world_now()
        self.assertEqual(objects, {key: now[0].get(key) for key in objects}, "an object was deleted or replaced")
        self.assertLessEqual(set(self.first), set(self.published()), "an entry left the index")
        self.assertEqual(commitments, now[1][:len(commitments)])
        for name, data in buffer.items():
            self.assertTrue(now[2].get(name) == data or self.published().get(name) == data, f"{name} is lost")
        self.assertFalse([request for request in self.proxy.taken() if request.method == "DELETE"])

    def test_an_answer_that_is_lost_after_a_write_repeats_nothing(self):
        self.publish_first()
        lost = []

        def lose_first_of_each(method, target):
            if method != "PUT" or target in lost:
                return None
            lost.append(target)
            return proxy.Spoiled(silent=True)

        self.proxy.spoil = lose_first_of_each
        for _ in range(3):
            if self.apply().code == 0 and not self.buffer_contents():
                break
        self.proxy.spoil = None
        self.assertTrue(lost)
        self.assert_recovers()
        self.assertEqual(2, len(self.commitments(self.ledger)), "one commit each for the two changes there were")

    def test_a_clock_that_is_twenty_minutes_off(self):
        self.publish_first()
        for shift, direction in (("-20m", "behind"), ("+20m", "ahead")):
            with self.subTest(shift=shift):
                self.assert_refused("RequestTimeTooSkewed", f"{direction}", "clock",
                                    environment=times.moved_clock(self.environment, shift))
        self.assert_recovers()


class TlsErrors(gateway.S3Scenario):
    secure = True

    def test_a_certificate_that_nobody_vouches_for(self):
        self.gateway.make_bucket(self.bucket)
        self.gateway.let_everyone_read(self.bucket)
        files = {"a.json.gz": json_gz("a")}
        self.write_buffer(files)
        manifest = self.home / self.manifest
        text = manifest.read_text()
        manifest.write_text(text.replace(f"    caFile: {self.gateway.ca_file}\n", ""))
        for outcome in (self.plan(), self.apply()):
            self.expect(1, outcome)
            self.assertIn("certificate", outcome.out + outcome.err)
            self.assertIn("caFile", outcome.out + outcome.err)
            self.assertEqual({}, self.gateway.keys(self.bucket))
            self.assertEqual(files, self.buffer_contents())
        self.assertEqual([], self.proxy.taken(), "a request went to a server that nobody vouches for")
        manifest.write_text(text)
        self.expect(0, self.apply())
        self.assertEqual(files, self.published())


if __name__ == "__main__":
    unittest.main(verbosity=2)
