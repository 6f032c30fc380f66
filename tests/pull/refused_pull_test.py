#!/usr/bin/python3
"""`dcmflow pull` from a server that is hostile, or refuses: what is not there is told, and why.

usage: refused_pull_test.py PROGRAM MAKE_ARCHIVE SCHEMA [unittest options]
"""

import json
import pathlib
import socket
import subprocess
import time
import unittest

from dicomweb_server import BOUNDARY, multipart, row
from pull_scene import EVIL, NO_INPUT, Pull, TRY_AGAIN, USAGE


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


if __name__ == "__main__":
    unittest.main(verbosity=1)
