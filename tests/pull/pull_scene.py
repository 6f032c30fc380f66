"""A server of DICOMweb, and `dcmflow pull` from it, for the tests beside this file.

Their arguments: PROGRAM MAKE_ARCHIVE SCHEMA [unittest options]
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import jsonschema

from dicomweb_server import Server

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
