#!/usr/bin/python3
"""`dcmflow pull` from a real Orthanc: every file as it was stored, and what it converts to is what the folder converts to.

usage: orthanc_test.py PROGRAM MAKE_ARCHIVE [unittest options]
Ends with 77 where there is no Orthanc with its DICOMweb plugin. It is started for the test, with a user, and without DICOM's own port.
"""

import base64
import json
import os
import pathlib
import shutil
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request

from dicomweb_server import read_instances

PROGRAM, MAKE_ARCHIVE = (pathlib.Path(sys.argv.pop(1)).resolve() for _ in range(2))
ORTHANC = shutil.which("Orthanc", path=os.environ.get("PATH", "") + ":/usr/sbin")
PLUGIN = pathlib.Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")
LIMIT = 120  # seconds
USER, PASSWORD = "reader", "S3cret"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Orthanc:
    """A server with an archive of its own in `folder`."""

    def __init__(self, folder):
        self.port = free_port()
        settings = {"StorageDirectory": str(folder / "db"), "IndexDirectory": str(folder / "db"), "RemoteAccessAllowed": False,
                    "AuthenticationEnabled": True, "RegisteredUsers": {USER: PASSWORD}, "HttpPort": self.port, "DicomServerEnabled": False,
                    "Plugins": [str(PLUGIN)], "DicomWeb": {"Enable": True, "Root": "/dicom-web/"}}
        (folder / "db").mkdir(parents=True)
        (folder / "orthanc.json").write_text(json.dumps(settings))
        self.log = (folder / "log").open("w")
        self.process = subprocess.Popen([ORTHANC, folder / "orthanc.json"], stdout=self.log, stderr=self.log, env=os.environ | {"TCP_NODELAY": "1"})
        self.url = f"http://127.0.0.1:{self.port}/dicom-web"
        end = time.monotonic() + LIMIT
        while True:
            try:
                self.ask("/system")
                break
            except urllib.error.URLError:
                if time.monotonic() > end or self.process.poll() is not None:
                    raise
                time.sleep(0.1)

    def ask(self, path, body=None):
        access = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", body, {"Authorization": "Basic " + access})
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=LIMIT) as answer:
            return json.load(answer)

    def store(self, path):
        """Whether it was taken: it is DICOM, and no other file was the same instance."""
        try:
            return self.ask("/instances", path.read_bytes())["Status"] == "Success"
        except urllib.error.HTTPError:
            return False

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=LIMIT)
        self.log.close()


class CuttingProxy(socketserver.ThreadingTCPServer):
    """Stands before a server; some answers end in the middle, with the connection, as when the server dies."""
    allow_reuse_address = daemon_threads = True

    def __init__(self, port, cuts, after):
        super().__init__(("127.0.0.1", 0), None)
        self.port, self.cuts, self.after, self.lock = port, cuts, after, threading.Lock()
        self.url = f"http://127.0.0.1:{self.server_address[1]}/dicom-web"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def takes_cut(self):
        with self.lock:
            self.cuts -= 1
            return self.cuts >= 0

    def finish_request(self, request, client_address):
        """Both directions, until one ends."""
        with socket.create_connection(("127.0.0.1", self.port)) as there:
            def send_on():
                while data := request.recv(1 << 16):
                    there.sendall(data)
            threading.Thread(target=send_on, daemon=True).start()
            sent = 0
            while data := there.recv(1 << 16):
                sent += len(data)
                if sent > self.after and self.takes_cut():
                    return
                request.sendall(data)

    def handle_error(self, request, client_address):
        pass


class FromOrthanc(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="dcmflow-orthanc-")
        cls.addClassCleanup(folder.cleanup)
        cls.root = pathlib.Path(folder.name)
        subprocess.run([MAKE_ARCHIVE, cls.root / "archive"], check=True, capture_output=True)
        cls.orthanc = Orthanc(cls.root / "orthanc")
        cls.addClassCleanup(cls.orthanc.stop)
        cls.stored = cls.root / "stored"  # what the server took
        for path in sorted(path for path in (cls.root / "archive").rglob("*") if path.is_file()):
            if cls.orthanc.store(path):
                kept = cls.stored / path.relative_to(cls.root / "archive")
                kept.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, kept)
        cls.instances = read_instances(cls.stored)
        assert len(cls.instances) > 100, "the server took almost nothing"

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="dcmflow-orthanc-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name) / "dicom"
        self.waiting = self.folder.with_name("dicom.part")
        self.environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        self.environment |= {"DCMFLOW_PULL_USER": USER, "DCMFLOW_PULL_PASSWORD": PASSWORD, "HOME": folder.name}

    def start(self, *options, url=None):
        return subprocess.Popen([PROGRAM, "pull", url or self.orthanc.url, self.folder, *options], env=self.environment, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def pull(self, *options, code=0, **settings):
        process = self.start(*options, **settings)
        told, _ = process.communicate(timeout=LIMIT)
        self.assertEqual(process.returncode, code, told)
        return told

    def check_all_done(self):
        found = {str(path.relative_to(self.folder)): path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}
        expected = {f"{one.study}/{one.series}/{one.uid}.dcm": one.path.read_bytes() for one in self.instances}
        self.assertEqual(found.keys(), expected.keys())
        self.assertEqual([name for name in found if found[name] != expected[name]], [])
        self.assertFalse(self.waiting.exists())

    def images_of(self, folder):
        output = self.folder.with_name("out-" + folder.name)
        subprocess.run([PROGRAM, folder, output, "--format", "nii"], check=True, capture_output=True)
        return {path.name: path.read_bytes() for path in output.glob("*.nii")}

    def test_what_comes_converts_to_the_same_images(self):
        self.pull()
        self.check_all_done()
        images = self.images_of(self.folder)
        self.assertGreater(len(images), 5)
        self.assertEqual(images, self.images_of(self.stored))

    def test_no_patient_is_told(self):
        told = self.pull()
        import pydicom
        names = {str(pydicom.dcmread(one.path, stop_before_pixels=True).get("PatientName", "")) for one in self.instances} - {""}
        self.assertTrue(names)
        self.assertEqual([name for name in names if name in told], [])
        self.assertNotIn(PASSWORD, told)

    def test_the_wrong_password_is_told(self):
        self.environment["DCMFLOW_PULL_PASSWORD"] = "wrong"
        self.assertIn("access_denied", self.pull(code=2))

    def test_killed_again_and_again_it_comes_to_its_end(self):
        kills = 0
        for pause in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6):
            process = self.start("--connections", "1")
            time.sleep(pause)
            kills += process.poll() is None
            process.kill()
            process.communicate()
        self.assertGreater(kills, 0)
        self.pull()
        self.check_all_done()

    def test_cut_in_the_middle_it_fetches_what_is_missing(self):
        proxy = CuttingProxy(self.orthanc.port, cuts=5, after=50_000)
        self.addCleanup(proxy.server_close)
        self.addCleanup(proxy.shutdown)
        self.pull(url=proxy.url)
        self.check_all_done()
        self.assertLess(proxy.cuts, 0)

    def test_cut_for_good_nothing_half_is_in_the_folder(self):
        proxy = CuttingProxy(self.orthanc.port, cuts=10**6, after=50_000)
        self.addCleanup(proxy.server_close)
        self.addCleanup(proxy.shutdown)
        told = self.pull(url=proxy.url, code=75)
        self.assertIn("transfer_cut", told)
        of_study = {study: {one.uid + ".dcm" for one in self.instances if one.study == study} for study in {one.study for one in self.instances}}
        for study in self.folder.iterdir():
            self.assertEqual({path.name for path in study.rglob("*.dcm")}, of_study[study.name])
        self.pull()
        self.check_all_done()


if __name__ == "__main__":
    if ORTHANC is None or not PLUGIN.exists():
        print("skipped: no Orthanc with its DICOMweb plugin")
        sys.exit(77)
    unittest.main(verbosity=1)
