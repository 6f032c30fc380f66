#!/usr/bin/env python3
"""Installs the packages of build/packages in clean root file systems of Debian and uses them there.

usage: packages_test.py [TEST]...    after `./dev package`; exit code 77: this machine cannot make or enter such a root

The .deb is installed by apt in Debian 12. The tar.xz runs in Debian 11, 12 and 13 and in a root that holds nothing but busybox. What they
make of an archive, by `dcmflow diff`, is what the program of the build tree makes of it.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGES = ROOT / "build/packages"
ROOTS = ROOT / "build/roots"
PROGRAM = ROOT / "build/release/dcmflow"
MAKE_ARCHIVE = ROOT / "build/release/test-data/make_archive"
VERSION = re.search(r"project\(dcmflow VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text())[1]
BUNDLE = f"dcmflow-{VERSION}-linux-x86_64"
MIRROR = "http://deb.debian.org/debian"
LIMIT = 600  # seconds
# What iconv has in modules, which it opens by name: Cyrillic, Greek, Japanese, Chinese.
NAMES = {"ISO_IR 144": "Люкceмбypг", "ISO_IR 126": "Διονυσιος", "\\ISO 2022 IR 87": "Yamada^Tarou=山田^太郎", "GB18030": "Wang^XiaoDong=王^小东"}


class CannotRun(Exception):
    """This machine lacks something."""


def call(*words, **options):
    return subprocess.run(list(map(str, words)), capture_output=True, text=True, timeout=LIMIT, check=False, **options)


def do(*words, **options):
    done = call(*words, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, words))}: {done.returncode}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def root_archive(suite):
    """The tar of a minimal Debian, which is made once."""
    ROOTS.mkdir(parents=True, exist_ok=True)
    archive = ROOTS / f"{suite}.tar"
    if not archive.exists():
        print(f"packages_test: making a root of {suite}", file=sys.stderr)
        made = archive.with_suffix(".part.tar")
        done = call("mmdebstrap", "--quiet", "--variant=minbase", "--dpkgopt=force-unsafe-io", suite, made, MIRROR)
        if done.returncode != 0:
            raise CannotRun(f"no root of {suite} can be made: {done.stderr.strip()}")
        made.rename(archive)
    return archive


class Root:
    """A root file system of its own, for one test class."""

    def __init__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="dcmflow-root-"))

    def unpack(self, suite):
        do("tar", "--extract", "--file", root_archive(suite), "--directory", self.path)
        return self

    def unpack_busybox(self):
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            if call("apt-get", "download", "busybox-static", cwd=folder).returncode != 0:
                raise CannotRun("busybox-static cannot be fetched")
            do("dpkg-deb", "--extract", next(pathlib.Path(folder).glob("*.deb")), self.path)
        busybox = next(path for path in self.path.rglob("busybox") if path.is_file() and os.access(path, os.X_OK) and path.stat().st_size > 1e6)
        shutil.move(busybox, self.path / "busybox")
        for folder in ("usr", "bin", "sbin"):
            shutil.rmtree(self.path / folder, ignore_errors=True)
        for folder in ("bin", "proc", "tmp", "opt", "usr/local/bin"):
            (self.path / folder).mkdir(parents=True)
        for name in ("sh", "readlink", "true"):
            (self.path / "bin" / name).symlink_to("/busybox")
        return self

    def inside(self, *words, network=False):
        """The command that runs in it; with the network of this machine, or none but its own loopback."""
        enter = 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"'
        alone = [] if network else ["--net"]
        return ["unshare", "--mount", *alone, "sh", "-c", enter, str(self.path), *map(str, words)]

    def remove(self):
        shutil.rmtree(self.path)


def make_inputs(folder):
    """An archive of several studies, and series with names in character sets of their own."""
    import pydicom

    do(MAKE_ARCHIVE, folder / "archive")
    slices = sorted((ROOT / "test-data/dcm/study1/series1").iterdir())
    for number, (character_set, name) in enumerate(NAMES.items()):
        there = folder / f"names{number}"
        there.mkdir()
        for path in slices:
            dataset = pydicom.dcmread(path)
            dataset.SpecificCharacterSet = character_set.split("\\") if "\\" in character_set else character_set
            dataset.PatientName = pydicom.valuerep.PersonName(name)
            dataset.StudyInstanceUID += f".{number}"
            dataset.SeriesInstanceUID += f".{number}"
            dataset.SOPInstanceUID += f".{number}"
            dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
            dataset.save_as(there / path.name)


def setUpModule():
    global HOME, FOLDER
    HOME = tempfile.TemporaryDirectory(prefix="dcmflow-packages-")
    FOLDER = pathlib.Path(HOME.name)
    (FOLDER / "in").mkdir()
    make_inputs(FOLDER / "in")
    do(PROGRAM, FOLDER / "in", FOLDER / "out", "--format", "nii.gz", "--dicom-json")
    told = (FOLDER / "out/dicom-metadata.json").read_text(encoding="utf-8")
    for name in NAMES.values():
        assert name.split("=")[-1] in told, name


def tearDownModule():
    HOME.cleanup()


class InRoot:
    """What either package does in any root."""

    program, prefix = "dcmflow", "usr"

    @classmethod
    def setUpClass(cls):
        cls.root = Root()
        cls.addClassCleanup(cls.root.remove)
        cls.fill(cls.root)
        shutil.copytree(FOLDER / "in", cls.root.path / "in")

    def run_inside(self, *words, **options):
        done = call(*self.root.inside(*words, **options), env={"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": "/tmp"})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_tells_its_version(self):
        self.assertEqual(self.run_inside(self.program, "--version"), f"dcmflow {VERSION}\n")

    def test_makes_what_the_build_tree_makes(self):
        self.run_inside(self.program, "/in", "/tmp/out", "--format", "nii.gz", "--dicom-json")
        self.run_inside(self.program, "verify", "/tmp/out")
        done = call(PROGRAM, "diff", FOLDER / "out", self.root.path / "tmp/out")
        self.assertEqual(done.returncode, 0, done.stdout)
        shutil.rmtree(self.root.path / "tmp/out")

    def test_opens_archives(self):
        shutil.make_archive(self.root.path / "tmp/in", "gztar", FOLDER / "in")
        self.run_inside(self.program, "/tmp/in.tar.gz", "/tmp/of-archive", "--format", "nii.gz")
        images = {path.name: path.read_bytes() for path in (FOLDER / "out").glob("*.nii.gz")}
        self.assertTrue(images)
        self.assertEqual({path.name: path.read_bytes() for path in (self.root.path / "tmp/of-archive").glob("*.nii.gz")}, images)
        shutil.rmtree(self.root.path / "tmp/of-archive")

    def test_knows_the_dictionary(self):
        words = ["values", "in", "PatientName", "BodyPartExamined", "ConvolutionKernel", "SeriesDescription"]
        self.assertEqual(self.run_inside(self.program, words[0], "/in", *words[2:]), do(PROGRAM, *words, cwd=FOLDER))

    def test_has_the_viewer_where_it_was_built(self):
        parts = next(self.root.path.glob(f"{self.prefix}/lib/dcmflow"))
        self.assertEqual((parts / "dcmflow-viewer.html").exists(), (PROGRAM.parent / "dcmflow-viewer.html").exists())

    def test_serves_a_folder_with_its_own_libraries(self):
        self.run_inside(self.program, "/in/names0", "/tmp/served", "--report")
        server = subprocess.Popen(self.root.inside(self.program, "serve", "/tmp/served", "--listen", "127.0.0.1:0", network=True),
                                  stdout=subprocess.PIPE, text=True)
        try:
            address = re.search(r"http://\S+", server.stdout.readline())[0]
            with urllib.request.urlopen(address + "report.html", timeout=LIMIT) as answer:
                self.assertIn(b"<html", answer.read())
            maps = pathlib.Path(f"/proc/{server.pid}/maps").read_text()
            self.check_mapped({line.split(maxsplit=5)[5] for line in maps.splitlines() if "/" in line})
        finally:
            server.terminate()
            server.communicate()

    def check_mapped(self, files):
        self.assertTrue(any("dcmflow-http.so" in file for file in files), files)


class Deb(InRoot, unittest.TestCase):
    @classmethod
    def fill(cls, root):
        root.unpack("bookworm")
        cls.before = cls.files(root)
        cls.deb = next(PACKAGES.glob(f"dcmflow_{VERSION}*_amd64.deb"))
        shutil.copy(cls.deb, root.path / "tmp/dcmflow.deb")
        shutil.copy("/etc/resolv.conf", root.path / "etc/resolv.conf")
        shutil.copy("/etc/hosts", root.path / "etc/hosts")
        cls.apt(root, "update")
        cls.apt(root, "install", "/tmp/dcmflow.deb")

    @staticmethod
    def apt(root, *words):
        return do(*root.inside("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--yes", "--quiet", "--no-install-recommends", *words, network=True))

    @staticmethod
    def files(root):
        return {path.relative_to(root.path).as_posix() for path in root.path.rglob("*") if "dcmflow" in path.name and not path.is_dir()}

    def test_is_a_package_as_others_are(self):
        fields = do("dpkg-deb", "--show", "--showformat", "${Package} ${Version} ${Architecture} ${Depends}", self.deb)
        self.assertRegex(fields, rf"^dcmflow {re.escape(VERSION)} amd64 .*libdcmtk17 .*libtbb12 ")
        for library in ("libarchive13", "libcpp-httplib0.11", "libcurl4"):  # of parts that are loaded when they are needed
            self.assertIn(library, fields)
        self.assertNotIn("insighttoolkit", fields)
        listed = self.run_inside("dpkg", "--listfiles", "dcmflow")
        for part in ["/usr/bin/dcmflow", "/usr/share/man/man1/dcmflow.1.gz", "/usr/share/doc/dcmflow/copyright", "/usr/include/dcmflow.h",
                     "/usr/share/bash-completion/completions/dcmflow"]:
            self.assertIn(part + "\n", listed)
        self.assertNotIn("not found", self.run_inside("ldd", "/usr/lib/dcmflow/dcmflow", "/usr/lib/dcmflow/dcmflow-archives.so", "/usr/lib/dcmflow/dcmflow-http.so", "/usr/lib/dcmflow/dcmflow-curl.so"))

    def test_has_a_module_that_python_finds(self):
        self.apt(self.root, "install", "python3")
        self.assertEqual(self.run_inside("python3", "-c", "import dcmflow; print(dcmflow.version())"), VERSION + "\n")
        self.apt(self.root, "purge", "python3", "python3-minimal")

    def test_tells_the_terminal_all_of_its_options(self):
        told = self.run_inside("bash", "-c", "source /usr/share/bash-completion/completions/dcmflow; _dcmflow_options run")
        self.assertIn("--on-missing", told)

    def test_z_leaves_nothing_behind(self):
        self.apt(self.root, "purge", "dcmflow")
        left = {path for path in self.files(self.root) - self.before if not path.startswith(("tmp/", "proc/", "in/", "var/log/", "var/cache/"))}
        self.assertEqual(left, set())


class Bundle(InRoot):
    """The tar.xz, called by a link."""

    @classmethod
    def fill(cls, root):
        cls.make(root)
        do("tar", "--extract", "--file", PACKAGES / f"{BUNDLE}.tar.xz", "--directory", root.path / "opt")
        (root.path / "usr/local/bin/dcmflow").symlink_to(f"/opt/{BUNDLE}/bin/dcmflow")

    program, prefix = "/usr/local/bin/dcmflow", f"opt/{BUNDLE}"

    def check_mapped(self, files):
        super().check_mapped(files)
        own = str(self.root.path / "opt" / BUNDLE / "lib/dcmflow/")
        self.assertEqual({file for file in files if not file.startswith(own) and not file.startswith(f"/opt/{BUNDLE}/lib/dcmflow/")}, set())

    def test_says_whose_libraries_it_brings(self):
        licences = self.root.path / "opt" / BUNDLE / "share/doc/dcmflow/libraries"
        listed = (licences / "packages.txt").read_text()
        for package in ("libc6", "libdcmtk17", "libtbb12", "libcpp-httplib0.11", "libcurl4", "libssl3"):
            self.assertRegex(listed, rf"(?m)^{re.escape(package)} \S+, source \S+ \S+$")
            self.assertTrue((licences / package).stat().st_size > 0)

    def test_refuses_a_folder_that_loaders_cannot_name(self):
        there = self.root.path / "opt/a:b"
        there.mkdir()
        (there / "link").symlink_to(f"/opt/{BUNDLE}")
        self.run_inside(f"/opt/a:b/link/bin/dcmflow", "--version")  # the path that counts is the real one
        shutil.copy2(self.root.path / "opt" / BUNDLE / "lib/dcmflow/dcmflow", there)
        done = call(*self.root.inside("/opt/a:b/dcmflow", "--version"))
        self.assertEqual(done.returncode, 2)
        self.assertIn("move it", done.stderr)


class BundleInBullseye(Bundle, unittest.TestCase):
    @classmethod
    def make(cls, root):
        root.unpack("bullseye")

    def test_is_needed_there(self):
        """The program by itself does not start: what is shown is not that any program would."""
        shutil.copy(PROGRAM, self.root.path / "tmp/dcmflow")
        self.assertNotEqual(call(*self.root.inside("/tmp/dcmflow", "--version")).returncode, 0)


class BundleInBookworm(Bundle, unittest.TestCase):
    @classmethod
    def make(cls, root):
        root.unpack("bookworm")


class BundleInTrixie(Bundle, unittest.TestCase):
    @classmethod
    def make(cls, root):
        root.unpack("trixie")


class BundleAlone(Bundle, unittest.TestCase):
    """Where there is a shell, readlink and nothing else."""

    @classmethod
    def make(cls, root):
        root.unpack_busybox()


def missing():
    """What this machine lacks; empty: nothing."""
    if os.geteuid() != 0:
        return "root"
    for program in ("mmdebstrap", "unshare", "chroot"):
        if not shutil.which(program):
            return program
    try:
        for suite in ("bullseye", "bookworm", "trixie"):
            root_archive(suite)
        root = Root().unpack_busybox()
    except CannotRun as error:
        return str(error)
    try:
        done = call(*root.inside("/bin/true"))
        return "" if done.returncode == 0 else f"a root that can be entered: {done.stderr.strip()}"
    finally:
        root.remove()


if __name__ == "__main__":
    if lack := missing():
        print(f"packages_test: lacks {lack}", file=sys.stderr)
        sys.exit(77)
    unittest.main(verbosity=2)
