#!/usr/bin/env python3
"""check_examples.py finds what would break a user, in copies of the examples with one word changed.

usage: check_examples_test.py PROGRAM
"""
import pathlib
import shutil
import sys
import tempfile
import unittest

import check_examples

EXAMPLES = check_examples.ROOT / "docker/examples"
ARGO, OPERATOR, PIPELINE = "argo-workflow-template.yaml", "clara-operator.yaml", "clara-pipeline.yaml"
PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve()


class CheckExamples(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        shutil.copytree(EXAMPLES, self.folder, dirs_exist_ok=True)
        self.facts = check_examples.Facts(PROGRAM)

    def test_the_facts_are_read_from_the_help(self):
        self.assertEqual((self.facts.input, self.facts.output), ("/input", "/output"))
        self.assertIn("NVIDIA_CLARA_SELECTION_RULES_BASE64", self.facts.variables)
        self.assertEqual(self.facts.entry_point, ["/usr/local/bin/dcmflow"])
        self.assertIn("nii.gz", self.facts.formats)

    def test_the_examples_agree(self):
        self.assertEqual(check_examples.check_folder(self.facts, self.folder), [])

    def test_each_change_is_found(self):
        for name, old, new, sentence in [
                (OPERATOR, "image: dcmflow", "image: dicomflow", "the image is dicomflow:latest"),
                (OPERATOR, "path: /input", "path: /in", "the input is mounted at ['/in']"),
                (OPERATOR, "path: /output", "path: /out", "the output is mounted at ['/out']"),
                (OPERATOR, "NVIDIA_CLARA_IMAGE_FORMAT", "CLARA_IMAGE_FORMAT", "no variable CLARA_IMAGE_FORMAT"),
                (OPERATOR, "FORMAT: mhd", "FORMAT: dicom", "dcmflow ends with 2"),
                (OPERATOR, "FORMAT: mhd", "FORMAT: 1", "no text: 1"),
                (OPERATOR, "tag: latest", "tag: latest\n  command: [dcmflow]", "arguments of dcmflow"),
                (OPERATOR, "memory: 1024", "memory: 1Gi", "whole numbers"),
                (OPERATOR, "memory: 1024", "memory: 128", "less memory"),
                (OPERATOR, "api-version: 0.4.0", "api-version: 0.7.0", "api-version is '0.7.0'"),
                (OPERATOR, "requests:", "requests: [", "no YAML"),
                (OPERATOR, "requests:", "demands:", "missing or of another kind"),
                (PIPELINE, "eyJ", "!eyJ", "no YAML"),
                (PIPELINE, "eyJ", "'*'  # eyJ", "dcmflow ends with 3"),
                (PIPELINE, "from: dcmflow", "from: dicomflow", "dicomflow, which is no operator"),
                (PIPELINE, "- from: dcmflow\n    path", "- path", "no operator reads from dcmflow"),
                (PIPELINE, "name: ai-stage", "name: dcmflow", "two operators have one name"),
                (PIPELINE, "name: ai-stage", "name: ai stage", "no name for Clara Deploy"),
                (ARGO, "v1alpha1", "v1", "WorkflowTemplate of argoproj.io/v1"),
                (ARGO, "name: main", "name: dcmflow", "not called main"),
                (ARGO, "depends: dcmflow", "depends: dicomflow", "which is no task"),
                (ARGO, "name: studies, mountPath", "name: study, mountPath", "which is no volume"),
                (ARGO, "/input, readOnly: true}", "/input}", "the input is mounted at []"),
                (ARGO, "[/usr/local/bin/dcmflow]", "[dcmflow]", "the image's entry point"),
                (ARGO, "enum: [mhd", "enum: [dicom", "offers dicom"),
                (ARGO, "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false", "can be written"),
                (ARGO, "runAsNonRoot: true", "runAsNonRoot: false", "as root"),
                (ARGO, "memory: 1Gi", "memory: 64Mi", "limit of memory")]:
            with self.subTest(file=name, change=f"{old} -> {new}"):
                text = (EXAMPLES / name).read_text()
                self.assertIn(old, text)
                (self.folder / name).write_text(text.replace(old, new))
                self.assertIn(sentence, "\n".join(check_examples.check_file(self.facts, self.folder / name)))

    def test_a_missing_and_an_unknown_file_are_found(self):
        (self.folder / ARGO).rename(self.folder / "workflow.yaml")
        self.assertEqual(check_examples.check_folder(self.facts, self.folder),
                         ["workflow.yaml: nothing checks this file", f"{ARGO}: missing"])


if __name__ == "__main__":
    unittest.main()
