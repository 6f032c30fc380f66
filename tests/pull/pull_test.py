#!/usr/bin/python3
"""`dcmflow pull` from a server that may be broken or hostile: what is in the folder is whole, or it is told why it is not there.

usage: pull_test.py PROGRAM MAKE_ARCHIVE SCHEMA [unittest options]
"""

import json
import os
import pathlib
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import jsonschema

from dicomweb_server import BOUNDARY, Server, multipart, row

PROGRAM, MAKE_ARCHIVE, SCHEMA = (pathlib.Path(sys.argv.pop(1)).resolve() for _ in range(3))
LIMIT = 60  # seconds a call
USAGE, NO_INPUT, OUTPUT, TRY_AGAIN = 2, 4, 5, 75
EVIL = "../../../../tmp/dcmflow-evil"


class Pull(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="dcmflow-pull-")
        cls.addClassCleanup(folder.cleanup)
        cls.archive = pathlib.Path(folder.name) / "archive"
        subprocess.run([MAKE_ARCHIVE, cls.archive, "--kind", "ct", "--studies", "3", "--series", "6", "--slices", "5", "--columns", "32",
                        "--rows", "32"], check=True, capture_output=True)

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="dcmflow-pull-")
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.folder = self.root / "dicom"
        self.waiting = self.root / "dicom.part"
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.lower().endswith("_proxy") and not name.startswith("DCMFLOW_")} | {"HOME": folder.name}
        self.server = self.serve()
        self.studies = sorted({one.study for one in self.server.instances})

    def serve(self, **options):
        server = Server(self.archive, **options)
        self.addCleanup(server.close)
        return server

    def start(self, *options, url=None, **settings):
        return subprocess.Popen([PROGRAM, "pull", url or self.server.url, self.folder, *options], env=self.environment, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, **settings)

    def pull(self, *options, code=0, **settings):
        """What was said, on both streams; no patient is ever in it."""
        process = self.start(*options, **settings)
        try:
            out, err = process.communicate(timeout=LIMIT)
        finally:
            process.kill()
        self.assertEqual(process.returncode, code, out + err)
        self.assertNotIn("Hidden", out + err)
        return out + err

    def summary(self, *options, **settings):
        process = self.start("--json", *options, **settings)
        try:
            out, _ = process.communicate(timeout=LIMIT)
        finally:
            process.kill()
        told = json.loads(out)
        jsonschema.validate(told, json.loads(SCHEMA.read_text()))
        self.assertEqual(told["exit_code"], process.returncode)
        return told

    def reasons(self, told):
        return {problem["reason"] for study in told["not_whole"] for problem in study["problems"]}

    def expected(self, studies=None):
        return {f"{one.study}/{one.series}/{one.uid}.dcm": one.path.read_bytes() for one in self.server.instances
                if studies is None or one.study in studies}

    def found(self):
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}

    def check_all_there(self, studies=None):
        self.assertEqual(self.found(), self.expected(studies))

    def check_all_done(self):
        self.check_all_there()
        self.assertFalse(self.waiting.exists())

    def fails_on(self, is_meant, answer, times=None):
        """Makes the server give this answer to what is_meant(path) says, so many times."""
        left = [times]

        def fault(handler, path, query):
            if not is_meant(path) or left[0] == 0:
                return False
            if left[0] is not None:
                left[0] -= 1
            answer(handler, path)
            return True
        self.server.fault = fault

    def retrieves(self, path):
        return path.startswith("studies/") and not path.endswith(("/series", "/instances"))

    def of_first(self, path):
        return self.retrieves(path) and self.studies[0] in path


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


class Hostile(Pull):
    def lists(self, end, rows):
        """Makes the lists of the first study, or of studies, which end so, these."""
        self.fails_on(lambda path: path.endswith(end) and (end == "studies" or self.studies[0] in path),
                      lambda handler, path: handler.send_bytes(200, "application/dicom+json", json.dumps(rows).encode()))

    def check_first_left_out(self, reasons, *options, code=TRY_AGAIN):
        told = self.summary(*options)
        self.assertEqual((told["exit_code"], self.reasons(told)), (code, reasons))
        self.check_all_there(self.studies[1:])
        self.assertFalse(pathlib.Path("/tmp/dcmflow-evil").exists())
        self.assertEqual({path.name for path in self.root.iterdir()} - {"dicom", "dicom.part"}, set())

    def test_counts_that_do_not_agree(self):
        series = [row(study=self.studies[0], series=uid, count=6) for uid in {one.series for one in self.server.instances
                                                                              if one.study == self.studies[0]}]
        self.lists("/series", series)
        self.check_first_left_out({"instances_missing"})
        self.lists("/series", series)
        told = self.summary("--partial")
        self.assertEqual((told["exit_code"], told["whole"]), (TRY_AGAIN, 2))
        self.check_all_there()

    def test_fewer_instances_than_are_listed(self):
        self.fails_on(self.of_first, lambda handler, path: handler.send_instances([]))
        self.check_first_left_out({"instances_missing"})

    def test_a_study_with_a_uid_that_is_a_path(self):
        self.lists("studies", [row(study=uid) for uid in [EVIL, *self.studies[1:]]])
        self.check_first_left_out({"invalid_uid"})

    def test_a_series_and_an_instance_with_a_uid_that_is_a_path(self):
        for rows in ([row(series=EVIL, instance="1.2")], [row(series="1.2", instance=EVIL)]):
            self.lists("/instances", rows)
            told = self.summary("--study", self.studies[0])
            self.assertIn("invalid_uid", self.reasons(told))
            self.assertEqual(self.found(), {})

    def test_files_that_are_not_those_that_were_asked_for(self):
        other = next(one.path.read_bytes() for one in self.server.instances if one.study == self.studies[1])
        self.fails_on(self.of_first, lambda handler, path: handler.send_instances([other]))
        self.check_first_left_out({"instances_missing"})

    def test_a_file_whose_own_uid_is_a_path(self):
        def evil(handler, path):
            one = next(one for one in self.server.instances if path.endswith((one.series, one.uid)))
            body = one.path.read_bytes()
            handler.send_instances([body.replace(one.series.encode(), EVIL.encode()[:len(one.series)].ljust(len(one.series), b"x"))])
        self.fails_on(self.of_first, evil)
        self.check_first_left_out({"invalid_uid"})

    def test_what_is_no_dicom(self):
        self.fails_on(self.of_first, lambda handler, path: handler.send_instances([b"Hidden^Patient" * 100]))
        self.check_first_left_out({"not_dicom"})

    def test_multiparts_that_break_the_rules(self):
        head = f"--{BOUNDARY}\r\nContent-Type: application/dicom\r\n".encode()
        for body in [head + b"Content-Length: 3\r\n\r\n" + b"x" * 900 + f"\r\n--{BOUNDARY}--".encode(), head.replace(b"dicom", b"json") + b"\r\n",
                     head + b"Hidden^Patient\r\n\r\n", head.replace(b"application/dicom", b"Hidden^Patient") + b"\r\n", f"--{BOUNDARY}Hidden\r\n\r\n".encode(), b"x" * 100_000,
                     head + b"A: " + b"x" * 100_000]:
            self.fails_on(self.of_first, lambda handler, path, body=body: handler.send_stream(body))
            self.pull(code=TRY_AGAIN)
            self.check_first_left_out({"answer_invalid"})

    def test_answers_that_are_no_multipart(self):
        for kind in ["text/html", "multipart/related", 'multipart/related; boundary="' + "x" * 80 + '"', "multipart/mixed; boundary=x", "Hidden/Patient",
                     'multipart/related; boundary="Hidden^Patient"']:
            self.fails_on(self.of_first, lambda handler, path, kind=kind: handler.send_stream(b"<p>Hidden", kind=kind))
            self.pull(code=TRY_AGAIN)
            self.check_first_left_out({"answer_invalid"})

    def endless(self, handler, head):
        handler.begin_stream()
        handler.wfile.write(head)
        while True:
            handler.wfile.write(bytes(1 << 16))

    def test_bodies_without_end(self):
        for head in [f"--{BOUNDARY}\r\n\r\n".encode(), b"", f"--{BOUNDARY}\r\nContent-Length: 99999999999999\r\n\r\n".encode(),
                     multipart([]) + b"x"]:
            self.fails_on(self.of_first, lambda handler, path, head=head: self.endless(handler, head))
            self.check_first_left_out({"answer_invalid"}, "--largest", "1M")

    def test_lists_without_end(self):
        def answer(handler, path):
            handler.begin_stream("application/dicom+json")
            handler.wfile.write(b"[")
            while True:
                handler.wfile.write(json.dumps(row(name="Hidden")).encode() + b",")
        self.fails_on(lambda path: path.endswith("studies"), answer)
        self.assertIn("answer_invalid", self.pull(code=USAGE))

    def test_lists_that_are_no_dicom_json(self):
        for body in [b"Hidden^Patient", b"{}", b"[1]", b"[[]]", b"[{\"0020000D\": 1}", b"[" * 100_000, b"[" + b"0," * 5_000_000 + b"0]"]:
            self.fails_on(lambda path: path.endswith("studies"),
                          lambda handler, path, body=body: handler.send_bytes(200, "application/dicom+json", body))
            self.assertIn("answer_invalid", self.pull(code=USAGE))


class Refused(Pull):
    def answers(self, status, is_meant, times=None, headers=()):
        self.fails_on(is_meant, lambda handler, path: handler.send_bytes(status, "text/plain", b"Hidden^Patient", headers), times)

    def lists_studies(self, path):
        return path == "studies"

    def test_by_the_server_as_a_whole(self):
        for status, reason, code in [(401, "access_denied", USAGE), (403, "access_denied", USAGE), (404, "not_on_server", NO_INPUT),
                                     (500, "server_failed", TRY_AGAIN)]:
            self.answers(status, self.lists_studies)
            told = self.pull(code=code)
            self.assertIn(reason, told)
            self.assertIn(str(status), told)
            self.assertIn("what to do: ", told)
            self.assertFalse(self.folder.exists())

    def test_for_one_study(self):
        for status, reason in [(403, "access_denied"), (404, "not_on_server"), (503, "server_failed")]:
            self.answers(status, self.of_first)
            told = self.summary()
            self.assertEqual((told["exit_code"], told["whole"], self.reasons(told)), (TRY_AGAIN, 2, {reason}))
            self.check_all_there(self.studies[1:])

    def test_for_a_while(self):
        self.answers(503, lambda path: True, times=3)
        self.pull("--connections", "1")
        self.check_all_done()

    def test_a_study_that_is_not_there(self):
        told = self.summary("--study", "1.2.3")
        self.assertEqual((told["exit_code"], self.reasons(told)), (NO_INPUT, {"not_on_server"}))

    def test_no_study_at_all(self):
        self.server.instances = []
        self.assertIn("no_input", self.pull(code=NO_INPUT))

    def test_a_redirect_is_not_followed(self):
        other = self.serve()
        self.answers(302, self.lists_studies, headers=[("Location", other.url + "/Hidden^Patient/studies?token=Hidden")])
        told = self.pull(code=USAGE)
        self.assertIn(other.url.removesuffix("/dicom-web"), told)
        self.assertEqual(other.asked, [])
        self.answers(302, self.lists_studies, headers=[("Location", "/Hidden^Patient")])
        self.assertIn("a Location of 15 characters", self.pull(code=USAGE))

    def test_nobody_listens(self):
        self.server.close()
        self.assertIn("server_unreachable", self.pull(code=TRY_AGAIN))

    def test_a_server_that_falls_silent(self):
        def answer(handler, path):
            handler.begin_stream()
            handler.wfile.write(multipart([b"x" * 1000])[:500])
            handler.wfile.flush()
            time.sleep(8)
        self.fails_on(self.of_first, answer)
        told = self.summary("--timeout", "1")
        self.assertEqual((told["exit_code"], told["whole"], self.reasons(told)), (TRY_AGAIN, 2, {"server_unreachable"}))

    def test_a_server_that_dies_is_not_asked_for_every_study(self):
        extra = [self.server.instances[0]._replace(study=f"1.2.{number}") for number in range(40)]
        self.server.instances += extra
        self.fails_on(lambda path: path != "studies", lambda handler, path: handler.connection.shutdown(socket.SHUT_RDWR))
        told = self.summary()
        self.assertEqual((told["exit_code"], told["whole"]), (TRY_AGAIN, 0))
        self.assertGreater(told["untried"], 30)


class Access(Pull):
    def wants(self, value):
        def fault(handler, path, query):
            if handler.headers.get("Authorization") == value:
                return False
            handler.send_bytes(401, "text/plain", b"", [("WWW-Authenticate", 'Basic realm="x"')])
            return True
        self.server.fault = fault

    def test_by_user_and_password(self):
        self.wants("Basic cmVhZGVyOlMzY3JldA==")
        self.pull(code=USAGE)
        self.environment |= {"DCMFLOW_PULL_USER": "reader", "DCMFLOW_PULL_PASSWORD": "S3cret"}
        self.assertNotIn("S3cret", self.pull())
        self.check_all_done()

    def test_by_a_token(self):
        self.wants("Bearer S3cret")
        self.environment["DCMFLOW_PULL_TOKEN"] = "S3cret"
        self.assertNotIn("S3cret", self.pull())
        self.check_all_done()

    def test_by_netrc(self):
        self.wants("Basic cmVhZGVyOlMzY3JldA==")
        netrc = self.root / ".netrc"
        netrc.write_text("machine 127.0.0.1 login reader password S3cret\n")
        netrc.chmod(0o600)
        self.pull()
        self.check_all_done()

    def test_a_password_in_the_url_is_not_taken_and_not_told(self):
        told = self.pull(url=self.server.url.replace("://", "://reader:S3cret@"), code=USAGE)
        self.assertNotIn("S3cret", told)
        self.assertEqual(self.server.asked, [])

    def test_a_certificate_that_nobody_vouches_for(self):
        certificate = self.root / "server.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                        "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", certificate, "-out", self.root / "only.pem"],
                       check=True, capture_output=True)
        certificate.write_text(certificate.read_text() + (self.root / "only.pem").read_text())
        secure = self.serve(certificate=certificate)
        self.assertIn("certificate_refused", self.pull(url=secure.url, code=USAGE))
        self.assertEqual(secure.asked, [])
        self.pull("--ca", self.root / "only.pem", url=secure.url)
        self.check_all_there()


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
