#!/usr/bin/env python3
"""Runs the container image as the platforms run it: read-only root, no network, no capabilities, any user.

usage: check_image.py [TEST]...    exit code 77: no container can be started on this machine
"""

import base64
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
IMAGE = os.environ.get("DCMFLOW_IMAGE", "dcmflow:latest")
PREPARE_IMAGE = os.environ.get("DCMFLOW_PREPARE_IMAGE", "dcmflow:prepare")
MAKE_ARCHIVE = ROOT / "build/release/test-data/make_archive"
MOST_BYTES = 220_000_000
MOST_START_SECONDS = 0.1
LONGEST_BUILD = 1800  # seconds
# runc and these limits also work where a container has no CAP_SYS_RESOURCE.
PODMAN_RUN = ["podman", "--runtime", "runc", "run", "--ulimit", "nofile=1024:4096", "--ulimit", "nproc=4096:4096"]
HARDENED = ["--network", "none", "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"]


def call(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, timeout=300, **options)


class Image(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="dcmflow-image-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.folder.chmod(0o755)
        self.input = ROOT / "test-data/dcm"
        self.output = self.make_folder("output")
        self.logs = self.make_folder("logs")

    def make_folder(self, name):
        path = self.folder / name
        path.mkdir()
        path.chmod(0o777)  # another user writes into it
        return path

    def archive(self, *options):
        made = call(MAKE_ARCHIVE, self.folder / "archive", *options)
        self.assertEqual(made.returncode, 0, made.stderr)
        return self.folder / "archive"

    def command(self, *arguments, mounts=None, env=None, user="4242:0", options=(), image=IMAGE):
        mounts = mounts or {f"{self.input}": "/input:ro", f"{self.output}": "/output", f"{self.logs}": "/logs"}
        return [*PODMAN_RUN, *HARDENED, *(["--user", user] if user else []), *options,
                *(word for here, there in mounts.items() for word in ("--volume", f"{here}:{there}")),
                *(word for name, value in (env or {}).items() for word in ("--env", f"{name}={value}")),
                image, *arguments]  # fmt: skip

    def run_image(self, *arguments, expect=0, **how):
        how["options"] = ["--rm", *how.get("options", ())]
        done = call(*self.command(*arguments, **how))
        self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def inside(self, script):
        done = call(*PODMAN_RUN, "--rm", *HARDENED, "--entrypoint", "bash", IMAGE, "-c", script)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout + done.stderr

    def names(self):
        return sorted(path.name for path in self.output.iterdir() if path.name != ".dcmflow")

    def read(self, name):
        return json.loads((self.output / name).read_text())

    def expect_images(self, extension):
        images = self.read("series-images.json")
        self.assertEqual(len(images), 2)
        for uid, name in images.items():
            self.assertEqual(name, uid + extension)
            self.assertTrue((self.output / name).stat().st_size > 0)


class Content(Image):
    def test_leaves_no_unnamed_layers(self):
        images = json.loads(call("podman", "images", "--all", "--format", "json").stdout)
        built = next(image["Created"] for image in images if f"localhost/{IMAGE}" in (image.get("Names") or []))
        recent = [image["Id"] for image in images if not image.get("Names") and image["Created"] > built - LONGEST_BUILD]
        self.assertEqual([one for one in recent if "dcmflow" in call("podman", "image", "inspect", one).stdout], [])

    def test_is_small_labelled_and_says_nothing_that_wins_over_a_platform(self):
        found = json.loads(call("podman", "image", "inspect", IMAGE).stdout)[0]
        self.assertLessEqual(found["Size"], MOST_BYTES)
        print(f"image: {found['Size'] / 1e6:.0f} MB", file=sys.stderr)
        config = found["Config"]
        self.assertEqual(config["User"], "10001:10001")
        self.assertEqual(config["Entrypoint"], ["/usr/local/bin/dcmflow"])
        version = re.search(r"project\(dcmflow VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text())[1]
        self.assertEqual(config["Labels"]["org.opencontainers.image.version"], version)
        for label in ("title", "description", "licenses", "revision", "created", "base.name"):
            self.assertTrue(config["Labels"]["org.opencontainers.image." + label])
        for variable in config["Env"]:
            self.assertNotRegex(variable, "^(NVIDIA_CLARA|HOLOSCAN|MONAI)")

    def test_lists_its_packages(self):
        sbom = json.loads(self.inside("cat /usr/share/dcmflow/sbom.spdx.json"))
        installed = self.inside("dpkg-query --show --showformat '${Package}=${Version}\\n'").split()
        listed = {f"{package['name']}={package['versionInfo']}" for package in sbom["packages"]}
        self.assertEqual(listed - set(installed), {f"dcmflow={sbom['packages'][0]['versionInfo']}"})
        self.assertLessEqual(set(installed), listed)

    def test_has_no_python_and_starts_at_once(self):
        self.assertEqual(self.inside("command -v python3 python || echo none").strip(), "none")
        words = self.inside("TIMEFORMAT=%3R; for i in 1 2 3 4 5; do time dcmflow --version >/dev/null; done")
        seconds = min(map(float, words.split()))
        print(f"start: {seconds * 1000:.0f} ms", file=sys.stderr)
        self.assertLessEqual(seconds, MOST_START_SECONDS)


class ApplicationPackage(Image):
    def test_shows_what_it_is(self):
        version = re.search(r"project\(dcmflow VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text())[1]
        for word, name in (("app", "app.json"), ("pkg", "pkg.json")):
            shown = self.run_image("show", word, mounts={})
            self.assertEqual(shown, self.inside(f"cat /etc/holoscan/{name}"))
            self.assertEqual(json.loads(shown)["version"], version)
        self.assertIn("==== pkg.json ====", self.run_image("show", mounts={}))

    def test_extracts_its_parts(self):
        self.run_image("extract", mounts={}, expect=5)
        self.run_image("extract", mounts={f"{self.output}": "/var/run/holoscan/export"})
        self.assertEqual(self.names(), ["app", "config", "docs"])
        self.assertTrue(os.access(self.output / "app/dcmflow", os.X_OK))
        for name in ("app.json", "pkg.json", "selection-rules.json", "schemas/report.schema.json"):
            json.loads((self.output / "config" / name).read_text())

    def test_runs_by_its_manifest(self):
        manifest = json.loads(self.run_image("show", "app", mounts={}))
        self.assertEqual(json.loads(manifest["command"]), ["/usr/local/bin/dcmflow"])
        there = {f"{self.input}": manifest["input"]["path"].rstrip("/") + ":ro", f"{self.output}": manifest["output"]["path"]}
        self.run_image("--workflow-metadata", mounts=there, env=manifest["environment"],
                       options=["--workdir", manifest["workingDirectory"]])  # fmt: skip
        self.expect_images(".mhd")
        self.assertEqual(self.read("metadata.json")["modalities"], "CT,MR,RTSTRUCT")


class Settings(Image):
    def test_takes_any_user_and_its_own(self):
        for user in (None, "4242:0", "65534:65534", "0:0"):
            shutil.rmtree(self.output)
            self.output = self.make_folder("output")
            log = self.run_image(user=user)
            self.assertIn("exit_code=0", log)
            self.expect_images(".mhd")

    def test_takes_every_variable(self):
        self.run_image(env={"NVIDIA_CLARA_IMAGE_FORMAT": "nii.gz", "NVIDIA_CLARA_NOSYNCLOCK": "TRUE", "CLARA_TRACE": "0",
                            "DEBUG_VSCODE": "0", "DEBUG_VSCODE_PORT": "5678", "NVIDIA_CLARA_JOBID": "1"})  # fmt: skip
        self.expect_images(".nii.gz")
        self.assertTrue(list(self.logs.iterdir()))

    def test_takes_the_folders_of_each_platform(self):
        inside = {"NVIDIA_CLARA_INPUT": ("NVIDIA_CLARA_OUTPUT", "/payload/in", "/payload/out", "{}"),
                  "NVIDIA_CLARA_INPUTPATHS": ("NVIDIA_CLARA_OUTPUTPATHS", "/a/in", "/a/out", "dicom:{}"),
                  "HOLOSCAN_INPUT_PATH": ("HOLOSCAN_OUTPUT_PATH", "/h/in", "/h/out", "{}"),
                  "MONAI_INPUTPATH": ("MONAI_OUTPUTPATH", "/m/in", "/m/out", "{}"),
                  None: (None, "/var/holoscan/input", "/var/holoscan/output", "{}")}  # fmt: skip
        for number, (of_input, (of_output, there, out, form)) in enumerate(inside.items()):
            self.output = self.make_folder(f"output{number}")
            env = {of_input: form.format(there), of_output: form.format(out)} if of_input else {}
            log = self.run_image(env=env, mounts={f"{self.input}": there + ":ro", f"{self.output}": out})
            self.assertIn(f"input: {there} ({of_input or 'default'})", log)
            self.expect_images(".mhd")

    def test_takes_rules_from_text_and_file(self):
        rules = json.dumps({"selections": [{"name": "mr", "conditions": {"Modality": "MR"}}]})
        for env in ({"NVIDIA_CLARA_SELECTION_RULES_BASE64": base64.b64encode(rules.encode()).decode()},
                    {"NVIDIA_CLARA_SELECTION_RULES_FILE": "/logs/rules.json"}):  # fmt: skip
            (self.logs / "rules.json").write_text(rules)
            self.run_image(env=env)
            self.assertEqual(list(self.read("selected-images.json")), ["mr"])


class Runs(Image):
    def test_end_with_the_documented_exit_codes(self):
        self.run_image(env={"NVIDIA_CLARA_IMAGE_FORMAT": "jpeg"}, expect=2)
        self.run_image(env={"NVIDIA_CLARA_SELECTION_RULES_BASE64": "!"}, expect=3)
        self.assertEqual(self.names(), [])
        required = {"selections": [{"name": "pet", "required": True, "conditions": {"Modality": "PT"}}]}
        (self.logs / "rules.json").write_text(json.dumps(required))
        self.run_image("--rules", "/logs/rules.json", expect=7)
        broken = self.make_folder("broken")
        shutil.copytree(self.input, broken / "good")
        (broken / "empty.dcm").touch()
        mounts = {f"{broken}": "/input:ro", f"{self.output}": "/output"}
        self.run_image(mounts=mounts)
        self.run_image("--strict", mounts=mounts, expect=6)
        self.run_image(mounts={f"{self.make_folder('none')}": "/input:ro", f"{self.output}": "/output"}, expect=4)
        self.run_image(mounts={f"{self.input}": "/input:ro", f"{self.output}": "/output:ro"}, expect=5)

    def test_stop_cleanly_at_sigterm(self):
        self.input = self.archive("--kind", "ct", "--series", "12", "--slices", "120")
        command = self.command("--threads", "1", env={"NVIDIA_CLARA_IMAGE_FORMAT": "nii.gz"}, options=["--detach"])
        container = call(*command).stdout.strip()
        self.addCleanup(call, "podman", "rm", "--force", container)
        deadline = time.monotonic() + 60
        while not any(name.endswith(".nii.gz") for name in self.names()):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)
        start = time.monotonic()
        call("podman", "stop", "--time", "15", container)
        self.assertLess(time.monotonic() - start, 15)
        self.assertEqual(call("podman", "wait", container).stdout.strip(), "143")
        found = self.names()
        self.assertLess(sum(name.endswith(".nii.gz") for name in found), 12)
        for name in found:
            self.assertRegex(name, r"^[^.].*\.(nii\.gz|json)$")
            if name.endswith(".gz"):
                self.assertEqual(call("gzip", "--test", self.output / name).returncode, 0)
        self.assertEqual(self.read("report.json")["exit_code"], 143)

    def test_live_within_a_memory_limit(self):
        self.input = self.archive("--kind", "ct", "--series", "6", "--slices", "120")
        log = self.run_image(options=["--memory", "96m"], env={"NVIDIA_CLARA_IMAGE_FORMAT": "nii"})
        self.assertIn(f"memory-budget: {24 << 20} (default)", log)
        self.assertEqual(len(self.read("series-images.json")), 6)

    def test_are_those_of_the_operators_recipe(self):
        tools = self.make_folder("tools")  # a `docker`, which is podman here
        (tools / "docker").write_text("#!/usr/bin/env bash\n[[ $1 != run ]] || { shift; exec " + " ".join(PODMAN_RUN) +
                                      ' "$@"; }\nexec podman "$@"\n')  # fmt: skip
        (tools / "docker").chmod(0o755)
        env = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "DCMFLOW_IMAGE": IMAGE, "NVIDIA_CLARA_IMAGE_FORMAT": "nii"}
        for engine in ({}, {"DCMFLOW_ENGINE": "docker"}):
            shutil.rmtree(self.output)
            self.output = self.make_folder("output")
            done = call(ROOT / "docker/run_app_docker.sh", self.input, self.output, self.logs, env=env | engine)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            for name in ("dicom-metadata.json", "series-images.json", "selected-images.json"):
                self.assertEqual(self.read(name), json.loads((ROOT / "test-data/expected" / name).read_text()))

    def test_name_the_user_who_may_not_write(self):
        self.output.chmod(0o755)
        self.assertIn("Permission denied for user 4242 of group 77", self.run_image(user="4242:77", expect=5))

    def test_feed_the_stages_behind_it(self):
        for image_format in ("mhd", "nii", "nii.gz"):
            self.output = self.make_folder("output-" + image_format)
            self.run_image(env={"NVIDIA_CLARA_IMAGE_FORMAT": image_format})
            check = ROOT / "tests/consumers/check_outputs.py"
            done = call(sys.executable, check, self.output, "--format", image_format)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


class Prepared(Image):
    OPTIONS = ("--orient", "RAS", "--spacing", "1,1,1", "--format", "nii.gz")

    def test_images_are_made_by_the_image_that_has_itk(self):
        if call("podman", "image", "exists", PREPARE_IMAGE).returncode:
            self.skipTest(f"there is no {PREPARE_IMAGE}: ./dev image --prepare")
        self.run_image(*self.OPTIONS, image=PREPARE_IMAGE)
        volumes = json.loads((self.output / "prepared/volumes.json").read_text())["volumes"]
        self.assertEqual(len(volumes), 2)
        for volume in volumes:
            self.assertEqual(volume["spacing"], [1, 1, 1])
            self.assertGreater((self.output / "prepared" / volume["file"]).stat().st_size, 0)

    def test_images_are_asked_of_the_other_one_in_vain(self):
        self.assertIn("dcmflow-prepare", self.run_image(*self.OPTIONS, expect=2))
        self.assertEqual(self.names(), [])


def can_start():
    """Podman tells with 125 and 126 that the container itself did not start."""
    done = call(*PODMAN_RUN, "--rm", *HARDENED, IMAGE, "--version")
    if done.returncode in (125, 126):
        print("check_image: no container can be started here:", done.stderr.strip(), file=sys.stderr)
    return done.returncode not in (125, 126)


if __name__ == "__main__":
    if not can_start():
        sys.exit(77)
    unittest.main(verbosity=2)
