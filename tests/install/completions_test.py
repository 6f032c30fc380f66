#!/usr/bin/env python3
"""The completions of bash, zsh and fish, asked as those shells ask: what they offer, and that the program takes it.

usage: completions_test.py PROGRAM MANUAL [TEST]...    MANUAL: the folder with dcmflow.bash, _dcmflow and dcmflow.fish
A shell that is not installed is left out; without any the exit code is 77.
"""
import os
import pathlib
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve()
MANUAL = pathlib.Path(sys.argv.pop(1)).resolve()
LIMIT = 30  # seconds
KEYS = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[=>]|[\x00\x07\x0f]")


def ask(*words):
    return subprocess.run(list(map(str, words)), capture_output=True, text=True, timeout=LIMIT, check=True).stdout


class Keyboard:
    """A shell on a terminal of its own."""

    def __init__(self, words, environment, folder):
        self.child, self.terminal = pty.fork()
        if self.child == 0:
            os.chdir(folder)
            os.execvpe(words[0], words, environment)
        self.text = ""

    def press(self, keys):
        os.write(self.terminal, keys.encode())

    def wait_for(self, pattern):
        """What the terminal shows up to the pattern."""
        end = time.monotonic() + LIMIT
        while not re.search(pattern, self.text):
            if not select.select([self.terminal], [], [], max(0, end - time.monotonic()))[0]:
                raise AssertionError(f"no {pattern!r} in {self.text!r}")
            self.text = KEYS.sub("", self.text + os.read(self.terminal, 65536).decode("utf-8", "replace"))
        shown, self.text = self.text, ""
        return shown

    def close(self):
        os.close(self.terminal)
        os.waitpid(self.child, 0)


class Shell(unittest.TestCase):
    shell = ""

    def setUp(self):
        if not shutil.which(self.shell):
            self.skipTest(f"no {self.shell} here")
        folder = tempfile.TemporaryDirectory(prefix="dcmflow-completion-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "lungs").mkdir()
        (self.folder / "rules of mine.json").touch()
        self.environment = {"PATH": f"{PROGRAM.parent}:/usr/bin:/bin", "HOME": str(self.folder), "LC_ALL": "C.UTF-8", "TERM": "dumb",
                            "PS1": "READY> ", "XDG_CONFIG_HOME": str(self.folder / ".config"), "XDG_DATA_HOME": str(self.folder / ".data")}

    def keyboard(self, *words):
        keyboard = Keyboard(words, self.environment, self.folder)
        self.addCleanup(keyboard.close)
        return keyboard

    def offers(self, line):
        """The words that may stand in the place of the last one of the line."""
        raise NotImplementedError

    def check_offers(self):
        self.assertEqual(self.offers("dcmflow --on-mi"), {"--on-missing"})
        self.assertEqual(self.offers("dcmflow IN OUT --on-missing "), {"fill", "split", "keep", "reject"})
        self.assertEqual(self.offers("dcmflow IN OUT --format n"), {"nii", "nii.gz", "nrrd", "nrrd-gzip"})
        self.assertEqual(self.offers("dcmflow IN OUT -f m"), {"mhd", "mha"})
        self.assertEqual(self.offers("dcmflow l"), {"list", "lungs/"})
        self.assertEqual(self.offers("dcmflow rules "), {"check", "explain"})
        self.assertEqual(self.offers("dcmflow rules check FILE --"), {"--attributes", "--help"})
        self.assertEqual(self.offers("dcmflow slurm status WORK --"), {"--json", "--follow", "--help"})
        self.assertEqual(self.offers("dcmflow plan IN WORK --sha"), {"--shards", "--sha256"})
        self.assertEqual(self.offers("dcmflow help gantry"), {"gantry_tilt"})
        self.assertEqual(self.offers("dcmflow help on-mi"), {"on-missing"})
        self.assertIn("--threads", self.offers("dcmflow shard run WORK --"))
        self.assertNotIn("--format", self.offers("dcmflow shard run WORK --"))
        self.assertEqual(self.offers("dcmflow verify OUT --"), {"--json", "--help"})

    def check_all_options(self):
        wanted = set(re.findall(r"^  (?:-\w, )?(--[a-z0-9-]+)", ask(PROGRAM, "--help"), re.MULTILINE))
        self.assertGreater(len(wanted), 40)
        for line in ("dcmflow --", "dcmflow list IN --", "dcmflow values IN --"):
            self.assertLessEqual(wanted, self.offers(line) | {"--"})


class Bash(Shell):
    shell = "bash"

    def offers(self, line):
        words = re.findall(r"[^ =]+|=|(?<= )$", line)  # as bash takes a line apart
        script = ('source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _dcmflow 2>/dev/null\n'
                  'for word in "${COMPREPLY[@]}"; do [[ -d $word ]] && word+=/; printf "%s\\n" "$word"; done')
        done = subprocess.run(["bash", "--norc", "-c", script, "bash", str(MANUAL / "dcmflow.bash"), *words], capture_output=True, text=True,
                              timeout=LIMIT, check=True, cwd=self.folder, env=self.environment)
        self.assertEqual(done.stderr, "")
        return set(done.stdout.split("\n")) - {""}

    def test_offers_what_may_stand_there(self):
        self.check_offers()
        self.check_all_options()
        self.assertEqual(self.offers("dcmflow IN OUT --on-missing="), {"fill", "split", "keep", "reject"})
        self.assertEqual(self.offers("dcmflow IN OUT --on-missing=s"), {"split"})
        self.assertEqual(self.offers("dcmflow IN OUT --threads "), set())

    def test_completes_at_the_keyboard(self):
        keyboard = self.keyboard("bash", "--norc", "--noprofile", "-i")
        keyboard.wait_for("READY> ")
        keyboard.press(f"bind 'set enable-bracketed-paste off'; source '{MANUAL}/dcmflow.bash'; echo so''urced\n")
        keyboard.wait_for("sourced\r?\n")
        for keys, line in [("dcmflow --on-mi\ts\t", "dcmflow --on-missing split "), ("dcmflow IN OUT --on-missing=f\t", "--on-missing=fill "),
                           ("dcmflow ver\t", "dcmflow verify "), ("dcmflow lun\t", "dcmflow lungs/"),
                           ("dcmflow IN OUT --rules ru\t", r"--rules rules\ of\ mine.json ")]:
            keyboard.press(keys)
            keyboard.wait_for(re.escape(line))
            keyboard.press("\x15echo cle''ared\n")  # no Ctrl-C: not every machine that runs tests lets a terminal send signals
            keyboard.wait_for("cleared\r?\n")

    def test_gives_only_options_that_the_program_takes(self):
        """Each is given to its verb: whatever else is wrong with the call, the option is none that is unknown."""
        for verb, arguments in [("list", "IN"), ("rules explain", "FILE IN"), ("values", "IN"), ("plan", "IN WORK --shards 2"), ("merge", "WORK OUT"),
                                ("shard run", "WORK --shard 0")]:
            offered = self.offers(f"dcmflow {verb} {arguments} --") - {"--help", "--version", "--", *arguments.split()}
            self.assertGreater(len(offered), 5)
            for option in sorted(offered):
                self.assertFalse(self.is_refused(verb, arguments, option), f"{verb} {arguments} {option}")
            self.assertTrue(self.is_refused(verb, arguments, "--no-such-option"))

    def is_refused(self, verb, arguments, option):
        value = ["1"] if self.offers_value(option) else []
        told = subprocess.run([PROGRAM, *verb.split(), *arguments.split(), option, *value], capture_output=True, text=True, timeout=LIMIT,
                              check=False, cwd=self.folder).stderr
        return "not expected" in told or "the plan has the options" in told

    def offers_value(self, option):
        return subprocess.run(["bash", "-c", 'source "$1"; _dcmflow_value "$2"', "bash", str(MANUAL / "dcmflow.bash"), option],
                              capture_output=True, check=False).returncode == 0


class Fish(Shell):
    shell = "fish"

    def offers(self, line):
        script = f"source '{MANUAL}/dcmflow.fish'; complete --do-complete '{line}'"
        done = subprocess.run(["fish", "--no-config", "-c", script], capture_output=True, text=True, timeout=LIMIT, check=True, cwd=self.folder,
                              env=self.environment)
        self.assertEqual(done.stderr, "")
        return {row.split("\t")[0] for row in done.stdout.splitlines()}

    def test_offers_what_may_stand_there(self):
        self.check_offers()
        self.check_all_options()


class Zsh(Shell):
    shell = "zsh"

    def setUp(self):
        super().setUp()
        functions = self.folder / "functions"
        functions.mkdir()
        shutil.copy(MANUAL / "_dcmflow", functions)
        (self.folder / ".zshrc").write_text(
            f"fpath=('{functions}' $fpath)\nautoload -Uz compinit && compinit -u -D\nPS1='READY> '\nunsetopt beep\n"
            # The words themselves, as the shell has them, in place of a list on the screen.
            "compadd() { builtin compadd -O found \"$@\"; print -rl -- $found >>! $HOME/found; builtin compadd \"$@\" }\n"
            "bindkey '^I' complete-word\nzstyle ':completion:*' verbose no\n")

    def offers(self, line):
        found = self.folder / "found"
        found.unlink(missing_ok=True)
        keyboard = Keyboard(["zsh", "-i"], self.environment, self.folder)
        try:
            keyboard.wait_for("READY> ")
            keyboard.press(line + "\t")
            time.sleep(0.3)
            keyboard.press("\x15echo do''ne\n")
            keyboard.wait_for("done\r?\n")
        finally:
            keyboard.close()
        words = set(found.read_text().splitlines()) - {""} if found.exists() else set()
        return {word + "/" if (self.folder / word).is_dir() else word.rstrip("=") for word in words if word != "functions"}

    def test_offers_what_may_stand_there(self):
        self.check_offers()
        self.check_all_options()


if __name__ == "__main__":
    if not any(shutil.which(shell) for shell in ("bash", "zsh", "fish")):
        sys.exit(77)
    unittest.main(verbosity=2)
