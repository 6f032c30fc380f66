"""What the table of workloads is made of."""

from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Archive:
    """What make_archive is asked for: one study with a folder for each series."""
    kind: str = "ct"  # ct, mr; real: copies of real headers; empty: no file at all
    series: int = 16
    slices: int = 120
    size: int = 512  # columns and rows
    transfer_syntax: str = "explicit_little"
    header_elements: int = -1  # the default of the kind
    keep: bool = True  # False: too large to lie around, removed after its workload

    def tiny(self):
        # Of two sizes of one archive, one stays larger.
        return replace(self, series=min(self.series, 2 + self.series // 40), slices=min(self.slices, 6), size=min(self.size, 64))


@dataclass(frozen=True)
class Program:
    name: str
    command: str
    needs: tuple = ()  # commands that must exist
    exit_code: int = 0
    archive: Archive = None  # another one than that of its workload
    images: str = ".nii"  # the extension of its images; empty: it makes none that are counted
    prepare: str = ""  # a command that runs before it with the same IN and OUT, and takes no part in the timing
    is_benchmark: bool = False  # tells the time of one iteration on standard output, in Google Benchmark's JSON
    is_cold: bool = False  # nothing of the archive is in the page cache when it begins: as root


@dataclass(frozen=True)
class Goal:
    """A number made of the results (by name of program), and its limit. Needs the results of `programs`, all of them whole."""
    text: str
    programs: tuple
    value: object
    at_most: float = None
    at_least: float = None
    unit: str = "×"


@dataclass(frozen=True)
class Workload:
    name: str
    title: str
    archive: Archive
    programs: list  # the first is the subject
    goals: list = field(default_factory=list)
    plot: bool = False
    runs: int = 1  # times as many as asked for: where two short times that hardly differ are held against each other

    @property
    def is_traced(self):
        """What only one thread can do is told: of runs of dcmflow that make images and wait for nothing."""
        subject = self.programs[0]
        return not (subject.is_benchmark or subject.prepare or subject.exit_code or subject.is_cold) and "LD_PRELOAD" not in subject.command
