"""The archives of the workloads: made when missing, kept in a cache folder."""

import glob
import os
import shutil
import subprocess
import sys
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))


class Unavailable(Exception):
    """An archive cannot be made here; the text says what is missing."""


class Archives:
    def __init__(self, folder, build, headers):
        self.folder, self.build, self.headers = folder, build, headers

    def path(self, archive):
        name = f"{archive.kind}-{archive.series}x{archive.slices}x{archive.size}-{archive.transfer_syntax}"
        if archive.kind == "real":
            name = f"real-{archive.series}x{archive.slices}-{zlib.crc32(str(self.headers).encode()):08x}"
        return os.path.join(self.folder, name)

    def make(self, archive):
        """The archive's folder; it appears under its name when it is complete."""
        path = self.path(archive)
        if not os.path.isdir(path):
            print(f"making {os.path.basename(path)}", file=sys.stderr)
            partial = path + ".part"
            shutil.rmtree(partial, ignore_errors=True)
            os.makedirs(partial)
            if archive.kind != "empty":
                self._run(self._real(archive, partial) if archive.kind == "real" else self._synthetic(archive, partial))
            os.rename(partial, path)
        return path

    def remove(self, archive):
        shutil.rmtree(self.path(archive), ignore_errors=True)

    def _synthetic(self, archive, folder):
        command = [os.path.join(self.build, "test-data/make_archive"), folder, "--kind", archive.kind, "--studies", 1,
                   "--series", archive.series, "--slices", archive.slices, "--columns", archive.size, "--rows", archive.size,
                   "--transfer-syntax", archive.transfer_syntax]
        return command + (["--header-elements", archive.header_elements] if archive.header_elements >= 0 else [])

    def _real(self, archive, folder):
        if not self.headers:
            raise Unavailable("no folder with real MR files: name one with --headers")
        return ["/usr/bin/python3", os.path.join(HERE, "copy_headers.py"), self.headers, folder,
                "--series", archive.series, "--slices", archive.slices]

    def _run(self, command):
        done = subprocess.run([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise Unavailable(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"{command[0]} failed")


def files_in(folder):
    return [os.path.join(path, name) for path, _, names in os.walk(folder) for name in names]


def default_headers():
    """Debian's python3-pydicom brings a few real files."""
    found = glob.glob("/usr/lib/python3/dist-packages/pydicom/data/test_files")
    return found[0] if found else None
