#!/usr/bin/env python3
"""Installs the build tree with `cmake --install` into an empty folder, and uses each of its parts there.

usage: install_test.py BUILD [TEST]...
"""
import gzip
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
SAMPLE = ROOT / "test-data/dcm"
LIMIT = 300  # seconds


def call(*words, **options):
    return subprocess.run(list(map(str, words)), capture_output=True, text=True, timeout=LIMIT, check=False, **options)


def setUpModule():
    global HOME, PREFIX
    HOME = tempfile.TemporaryDirectory(prefix="dcmflow-install-")
    PREFIX = pathlib.Path(HOME.name) / "a place"  # with a blank
    done = call("cmake", "--install", BUILD, "--prefix", PREFIX)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)


def tearDownModule():
    HOME.cleanup()


class Installed(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="dcmflow-install-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.environment = {"PATH": f"{PREFIX / 'bin'}:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(self.folder)}
        self.environment |= {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}

    def run_well(self, *words, **options):
        done = call(*words, env=self.environment, cwd=self.folder, **options)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout


class Parts(Installed):
    def test_are_where_they_are_looked_for(self):
        found = {path.relative_to(PREFIX).as_posix() for path in PREFIX.rglob("*") if not path.is_dir()}
        for part in ["bin/dcmflow", "lib/dcmflow/dcmflow", "lib/dcmflow/dcmflow-archives.so", "lib/dcmflow/dcmflow-http.so", "lib/dcmflow/dcmflow-curl.so", "include/dcmflow.h", "lib/libdcmflow.a",
                     "lib/cmake/dcmflow/dcmflowConfig.cmake", "lib/cmake/dcmflow/dcmflowConfigVersion.cmake",
                     "lib/python3/dist-packages/dcmflow.py", "share/dcmflow/selection-rules.json", "share/dcmflow/examples/notebook.py",
                     "share/dcmflow/examples/show_volumes/CMakeLists.txt", "share/man/man1/dcmflow.1.gz",
                     "share/bash-completion/completions/dcmflow", "share/zsh/site-functions/_dcmflow", "share/zsh/vendor-completions/_dcmflow",
                     "share/fish/vendor_completions.d/dcmflow.fish", "share/doc/dcmflow/copyright", "share/doc/dcmflow/README.md"]:
            self.assertIn(part, found)
        for folder, pattern, there in [("config/schemas", "*.json", "share/dcmflow/schemas"), ("docs", "*", "share/doc/dcmflow/docs"),
                                       ("config/examples", "*.json", "share/dcmflow/examples/rules")]:
            names = {f"{there}/{path.name}" for path in (ROOT / folder).glob(pattern)}
            self.assertTrue(names)
            self.assertLessEqual(names, found)

    def test_of_the_program_are_found_by_it(self):
        self.assertEqual((PREFIX / "bin/dcmflow").resolve(), (PREFIX / "lib/dcmflow/dcmflow").resolve())
        self.run_well("dcmflow", SAMPLE, "out", "--format", "nii")
        self.run_well("dcmflow", "verify", "out")
        server = subprocess.Popen(["dcmflow", "serve", "out", "--listen", "127.0.0.1:0"], cwd=self.folder, env=self.environment,
                                  stdout=subprocess.PIPE, text=True)
        self.addCleanup(server.stdout.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.terminate)
        address = re.search(r"http://\S+", server.stdout.readline())[0]
        self.assertIn("urn:dcmflow:schema:volumes:1", self.run_well("/usr/bin/python3", "-c",
                      f"import urllib.request; print(urllib.request.urlopen('{address}volumes.json').read().decode())"))

    def test_write_h5_where_itk_was_there(self):
        if not (BUILD / "dcmflow-convert").exists():
            self.skipTest("built without ITK")
        self.run_well("dcmflow", SAMPLE, "out", "--format", "h5")
        self.assertEqual(len(list((self.folder / "out").glob("*.h5"))), 2)

    def test_prepare_images_where_itk_was_there(self):
        if not (BUILD / "dcmflow-prepare").exists():
            self.skipTest("built without ITK")
        self.run_well("dcmflow", SAMPLE, "out", "--format", "nii", "--orient", "RAS", "--spacing", "2")
        self.assertEqual(len(list((self.folder / "out/prepared").glob("*.nii"))), 2)

    def test_are_found_when_a_loader_starts_the_program(self):
        loader = re.search(r"\S*/ld-linux\S*", call("ldd", "/bin/true").stdout)[0]
        self.run_well("dcmflow", SAMPLE, "out")
        told = call("timeout", "2", loader, PREFIX / "lib/dcmflow/dcmflow", "serve", "out", "--listen", "127.0.0.1:0", env=self.environment, cwd=self.folder)
        self.assertIn("serving out at", told.stdout, told.stderr)

    def test_of_another_version_are_not_taken(self):
        (self.folder / "CMakeLists.txt").write_text("cmake_minimum_required(VERSION 3.16)\nproject(other LANGUAGES NONE)\n"
                                                    "find_package(dcmflow 99 REQUIRED)\n")
        done = call("cmake", "-S", ".", "-B", "build", f"-DCMAKE_PREFIX_PATH={PREFIX}", cwd=self.folder)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("99", done.stderr)


class Pages(unittest.TestCase):
    def test_name_the_packages_of_this_version(self):
        version = re.search(r"project\(dcmflow VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text())[1]
        for page in ("README.md", "docs/install.md"):
            text = (ROOT / page).read_text(encoding="utf-8")
            self.assertEqual(set(re.findall(r"packages/(dcmflow[-_]\d\S+)", text)),
                             {f"dcmflow_{version}_amd64.deb", f"dcmflow-{version}-linux-x86_64.tar.xz"})


class Library(Installed):
    def test_builds_the_example_which_converts(self):
        source = PREFIX / "share/dcmflow/examples/show_volumes"
        self.run_well("cmake", "-S", source, "-B", "build", f"-DCMAKE_PREFIX_PATH={PREFIX}", "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Wpedantic -Werror",
                      "-DCMAKE_CXX_STANDARD=17")
        self.run_well("cmake", "--build", "build")
        told = self.run_well("build/show_volumes", SAMPLE, "out", "--format", "nii")
        self.assertIn("out/2.25.7000.1.1.nii: 64 x 48 x 19, int16", told)
        rows = [list(map(float, line.split())) for line in told.splitlines() if re.fullmatch(r"( +-?\d+\.\d+){4}", line)]
        self.assertEqual(rows[:4], [[-0.7, 0, 0, 22.05], [0, -0.8, 0, 18.8], [0, 0, 2.5, -22.5], [0, 0, 0, 1]])
        failed = call("build/show_volumes", self.folder / "nothing", "out2", cwd=self.folder, env=self.environment)
        self.assertEqual(failed.returncode, 4)
        self.assertIn("nothing", failed.stderr)


class PythonModule(Installed):
    def test_runs_the_notebook(self):
        self.environment["PYTHONPATH"] = str(PREFIX / "lib/python3/dist-packages")
        told = self.run_well("/usr/bin/python3", "-B", PREFIX / "share/dcmflow/examples/notebook.py", SAMPLE, "out")
        self.assertIn("2.25.7000.1.1.nii.gz (64, 48, 19) int16 centre at [ 0.  0.  0.] mm (RAS)", told.replace("-0. ", " 0. "))

    def test_finds_the_program_that_it_is_installed_with(self):
        self.environment |= {"PYTHONPATH": str(PREFIX / "lib/python3/dist-packages"), "PATH": "/usr/bin:/bin"}
        told = self.run_well("/usr/bin/python3", "-B", "-c", "import dcmflow; print(dcmflow.find_program(), dcmflow.version())")
        version = re.search(r"project\(dcmflow VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text())[1]
        self.assertEqual(told.strip(), f"{PREFIX.resolve()}/bin/dcmflow {version}")


class ManPage(Installed):
    def setUp(self):
        super().setUp()
        if not shutil.which("man"):
            self.skipTest("no man here")

    def shown(self, page):
        done = call("man", "--warnings", "--encoding=UTF-8", "--local-file", page, env=self.environment | {"MANWIDTH": "78", "MANPAGER": "cat"})
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def test_is_sound_and_tells_all(self):
        done = self.shown(PREFIX / "share/man/man1/dcmflow.1.gz")
        self.assertEqual(done.stderr, "")
        text = re.sub(r".\x08", "", done.stdout)
        help_text = self.run_well("dcmflow", "--help")
        options = set(re.findall(r"^  (?:-\w, )?(--[a-z0-9-]+)", help_text, re.MULTILINE))
        self.assertGreater(len(options), 40)
        for option in options:
            self.assertRegex(text, rf"(?m)^ +(-\w, )?{option}( |$)")
        for verb in re.findall(r"^  dcmflow ((?!DICOM)[a-z]+)", help_text, re.MULTILINE):
            self.assertIn(f"dcmflow {verb}", text)
        for line in self.run_well("dcmflow", "help", "exit-codes").splitlines()[1:]:
            self.assertIn(line.strip(), text)
        self.assertNotIn("\N{HYPHEN}\n", text)  # no name of an option or attribute is divided
        for line in text.splitlines():
            self.assertLessEqual(len(line), 80, line)

    def test_of_a_fault_is_noticed(self):
        page = self.folder / "dcmflow.1"
        page.write_bytes(gzip.decompress((PREFIX / "share/man/man1/dcmflow.1.gz").read_bytes()) + b"\\fXwrong\n.nosuchmacro\n")
        self.assertNotEqual(self.shown(page).stderr, "")


if __name__ == "__main__":
    unittest.main(verbosity=2)
