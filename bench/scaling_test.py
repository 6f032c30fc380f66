#!/usr/bin/env python3
"""bench/scaling.py on traces whose times on more cores can be told by head."""
import contextlib
import io
import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import scaling


class Scaling(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def trace(self, *phases, name="one.json"):
        """Spans of phases, one behind the other, on one thread: (phase, [(step, duration), …], what no span covers)."""
        events, now = [], 0
        for phase, spans, more in phases:
            start = now
            for step, duration in spans:
                events.append({"name": step, "ph": "X", "ts": now, "dur": duration, "tid": 0})
                now += duration
            now += more
            events.append({"name": phase, "ph": "X", "ts": start, "dur": now - start, "tid": 0})
        path = self.folder / name
        path.write_text(json.dumps({"traceEvents": events}))
        return path

    def time(self, path, cores):
        return sum(scaling.replay(scaling.steps_of(*phase), cores) for phase in scaling.phases_of(scaling.read_trace(path)))

    def test_parallel_spans_share_the_cores(self):
        path = self.trace(("make_images", [("assemble_volume", 10)] * 8, 0))
        for cores, time in ((1, 80), (2, 40), (3, 30), (64, 10)):
            self.assertEqual(self.time(path, cores), time, cores)

    def test_a_serial_step_is_done_by_one_at_a_time(self):
        path = self.trace(("read_headers", [("discover_files", 1), ("decode_header", 9)] * 10, 0))
        self.assertEqual(self.time(path, 1), 100)
        self.assertEqual(self.time(path, 64), 10 + 9)
        self.assertAlmostEqual(scaling.serial_part(scaling.phases_of(scaling.read_trace(path))), 0.1)

    def test_phases_follow_each_other_and_the_uncovered_is_spread(self):
        path = self.trace(("make_images", [("assemble_volume", 10)] * 4, 8), ("conclude_run", [], 5))
        self.assertEqual(self.time(path, 1), 53)
        self.assertEqual(self.time(path, 4), 12 + 5)

    def test_fewer_spans_wait_for_their_part_of_those_before(self):
        path = self.trace(("make_images", [("assemble_volume", 10)] * 4 + [("write_catalogue", 10)] * 2, 0))
        self.assertEqual(self.time(path, 2), 40)

    def test_the_summary_names_what_one_thread_does(self):
        path = self.trace(("read_headers", [("discover_files", 1), ("decode_header", 9)] * 10, 0), ("conclude_run", [], 25))
        found = scaling.summary(path, cores=(2, 64))
        self.assertEqual(list(found["alone"]), ["conclude_run", "discover_files"])
        self.assertAlmostEqual(found["serial"], 35 / 125)
        self.assertAlmostEqual(found["seconds"], 125e-6)
        self.assertAlmostEqual(found["times"]["64"], 125 / (10 + 9 + 25))

    def test_the_check_tells_what_differs(self):
        one = self.trace(("make_images", [("assemble_volume", 10)] * 8, 0))
        for measured, code in ((40, 0), (60, 1)):
            two = self.trace(("make_images", [("assemble_volume", measured)], 0), name="two.json")
            sys.argv = ["scaling.py", str(one), "--check", "2", str(two)]
            with contextlib.redirect_stdout(io.StringIO()) as told:
                self.assertEqual(scaling.main(), code)
            self.assertIn(f"measured {measured / 1e6:.3f} s", told.getvalue())


if __name__ == "__main__":
    unittest.main()
