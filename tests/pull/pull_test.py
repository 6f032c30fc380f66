#!/usr/bin/python3
"""`dcmflow pull` from a server that is sound, is cut off, or from which it is torn: what is in the folder is whole.

usage: pull_test.py PROGRAM MAKE_ARCHIVE SCHEMA [unittest options]
"""

import json
import resource
import shutil
import signal
import subprocess
import threading
import time
import unittest

from dicomweb_server import multipart, row
from pull_scene import LIMIT, OUTPUT, PROGRAM, Pull, TRY_AGAIN, USAGE


class Sound(Pull):
    def test_all_studies_come_as_they_are_stored(self):
        told = self.pull()
        self.check_all_done()
        self.assertIn("3 of 3 studies whole", told)
        accepted = {headers["Accept"] for path, headers in self.server.asked if self.retrieves(path)}
        self.assertEqual(accepted, {'multipart/related; type="application/dicom"; transfer-syntax=*'})

    def test_what_is_whole_is_not_fetched_again(self):
        self.pull()
        self.server.forget()
        told = self.pull()
        self.assertIn("as before", told)
        self.assertEqual(self.server.retrieved(), [])
        self.check_all_done()

    def test_a_study_that_grew_gets_what_is_new(self):
        all_of_them = list(self.server.instances)
        self.server.instances = [one for number, one in enumerate(all_of_them) if number % 7]
        self.pull()
        self.check_all_done()
        self.server.instances = all_of_them
        self.server.forget()
        self.pull()
        self.check_all_done()
        self.assertEqual(len(self.server.retrieved()), len(all_of_them[::7]))

    def test_the_named_studies_alone(self):
        self.pull("--study", self.studies[1], "--study=" + self.studies[2], "--connections", "1")
        self.check_all_there(self.studies[1:])
        self.assertNotIn("studies", [path for path, _ in self.server.asked])

    def test_pages_may_be_shorter_than_asked_for(self):
        self.server.most_rows = 2
        self.pull()
        self.check_all_done()

    def test_a_server_may_know_no_pages(self):
        def fault(handler, path, query):
            if self.retrieves(path):
                return False
            handler.answer(path, {"limit": "1000", "offset": "0"})
            return True
        self.server.fault = fault
        self.pull()
        self.check_all_done()

    def test_a_server_that_ignores_offset_alone_is_told(self):
        rows = [row(study=f"1.2.{number}") for number in range(1000)]
        self.fails_on(lambda path: path == "studies",
                      lambda handler, path: handler.send_bytes(200, "application/dicom+json", json.dumps(rows).encode()))
        self.assertIn("the server ignores offset: 1000 studies listed, there may be more", self.pull(code=USAGE))
        self.assertFalse(self.folder.exists())

    def test_parts_may_have_no_length(self):
        bodies = {one.series: [] for one in self.server.instances}
        for one in self.server.instances:
            bodies[one.series].append(one.path.read_bytes())
        self.fails_on(self.retrieves, lambda handler, path: handler.send_instances(bodies[path.split("/")[3]], lengths=False))
        self.pull()
        self.check_all_done()


class Cut(Pull):
    def cut(self, handler, path):
        body = multipart([one.path.read_bytes() for one in self.server.instances if path.endswith((one.series, one.uid))])
        handler.send_stream(body[:len(body) * 2 // 3])

    def test_once_is_tried_again_without_what_came(self):
        self.fails_on(self.retrieves, self.cut, times=1)
        self.pull("--connections", "1")
        self.check_all_done()
        self.assertEqual(len(self.server.retrieved()), 6 + 2)  # series, and what two thirds of five parts leave

    def test_always_leaves_the_study_out_and_goes_on(self):
        self.fails_on(self.of_first, self.cut)
        told = self.summary()
        self.assertEqual((told["exit_code"], told["whole"], self.reasons(told)), (TRY_AGAIN, 2, {"transfer_cut"}))
        self.check_all_there(self.studies[1:])
        came = len(list((self.waiting / self.studies[0]).rglob("*.dcm")))
        self.assertGreater(came, 0)
        self.server.forget()
        self.pull()
        self.check_all_done()
        self.assertLess(sum(self.studies[0] in path for path in self.server.retrieved()), 10 - came + 1)

    def test_a_whole_body_without_its_last_delimiter_is_not_believed(self):
        self.fails_on(self.of_first, lambda handler, path: handler.send_instances(
            [one.path.read_bytes() for one in self.server.instances if path.endswith((one.series, one.uid))][:1], last=False))
        told = self.summary()
        self.assertEqual(self.reasons(told), {"transfer_cut"})

    def test_a_file_that_is_short_within_a_sound_answer_is_not_believed(self):
        self.fails_on(self.of_first, lambda handler, path: handler.send_instances(
            [one.path.read_bytes()[:-100] for one in self.server.instances if path.endswith((one.series, one.uid))]))
        told = self.summary()
        self.assertEqual((told["exit_code"], self.reasons(told)), (TRY_AGAIN, {"pixel_data_short"}))
        self.check_all_there(self.studies[1:])

    def test_a_list_is_asked_for_again(self):
        def answer(handler, path):
            handler.send_response(200)
            handler.send_header("Content-Length", "1000")
            handler.end_headers()
            handler.wfile.write(b"[{")
            handler.close_connection = True
        self.fails_on(lambda path: path.endswith("studies"), answer, times=1)
        self.pull()
        self.check_all_done()


class Interrupted(Pull):
    def slowly(self, handler, path, query):
        time.sleep(0.3)
        return False

    def when_some_came(self, process):
        end = time.monotonic() + LIMIT
        while time.monotonic() < end and len(list(self.waiting.rglob("*.dcm"))) < 5 and process.poll() is None:
            time.sleep(0.01)

    def test_by_a_kill_it_goes_on_with_what_came(self):
        self.server.fault = self.slowly
        process = self.start("--connections", "1")
        self.when_some_came(process)
        process.kill()
        process.communicate()
        self.assertTrue(self.waiting.exists())
        self.assertLessEqual(set(self.found().items()), set(self.expected().items()))
        self.server.forget()
        self.pull()
        self.check_all_done()
        self.assertLess(len(self.server.retrieved()), 6)

    def test_by_a_signal_it_ends_soon(self):
        self.fails_on(self.of_first, lambda handler, path: (handler.begin_stream(), handler.wfile.write(b"x"), time.sleep(20)))
        process = self.start()
        time.sleep(1)
        begin = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=LIMIT)
        self.assertEqual(process.returncode, 128 + signal.SIGTERM)
        self.assertLess(time.monotonic() - begin, 5)

    def test_by_a_loss_of_power_only_what_the_disk_has_is_trusted(self):
        self.server.fault = self.slowly
        process = self.start("--connections", "1")
        self.when_some_came(process)
        process.kill()
        process.communicate()
        (self.waiting / "dcmflow-pull").write_text("another-start-of-the-machine\n")
        left = next(self.waiting.rglob("*.dcm"))
        left.write_bytes(bytes(left.stat().st_size))
        self.server.forget()
        self.pull()
        self.check_all_done()

    def test_by_a_folder_that_takes_no_more(self):
        limit = min(one.path.stat().st_size for one in self.server.instances) - 1
        told = self.pull(code=OUTPUT, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
        self.assertIn("disk_full", told)
        self.assertEqual(self.found(), {})
        self.pull()
        self.check_all_done()

    def test_by_another_pull_into_the_same_folder(self):
        going_on = threading.Event()
        self.addCleanup(going_on.set)
        self.fails_on(self.of_first, lambda handler, path: (going_on.wait(LIMIT), handler.answer(path, {})), times=1)
        first = self.start()
        end = time.monotonic() + LIMIT
        while not (self.waiting / "dcmflow-pull").exists() and time.monotonic() < end:
            time.sleep(0.02)
        self.assertIn("another pull is at work", self.pull(code=OUTPUT))
        going_on.set()
        first.communicate(timeout=LIMIT)
        self.assertEqual(first.returncode, 0)

    def test_by_a_folder_of_somebody_else_where_files_would_wait(self):
        self.waiting.mkdir()
        (self.waiting / "mine").write_text("mine")
        self.assertIn("output_not_writable", self.pull(code=OUTPUT))
        self.assertEqual((self.waiting / "mine").read_text(), "mine")


class Alone(Pull):
    def test_without_its_part_the_program_says_what_is_missing(self):
        alone = self.root / "alone"
        alone.mkdir()
        shutil.copy(PROGRAM, alone / "dcmflow")
        done = subprocess.run([alone / "dcmflow", "pull", self.server.url, self.folder], env=self.environment, capture_output=True, text=True,
                              check=False)
        self.assertEqual(done.returncode, USAGE)
        self.assertIn("dcmflow-curl.so", done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=1)
