"""The table of workloads: what is converted, by which programs, and what dcmflow is to reach.

A new workload is one row of WORKLOADS; what a row is made of is in workload_types.py. Commands are for sh; they find in the environment
  IN, OUT   the archive, and an empty folder that is theirs
  THREADS   how many threads to use
  BUILD     the build folder: $BUILD/dcmflow, $BUILD/bench/floor
"""

import math
import statistics
from dataclasses import replace

from workload_types import Archive, Goal, Program, Workload


# Programs

def dcmflow(image_format, options="", name="dcmflow", sync=False, **more):
    """Without waiting for the disk, as the other programs: a synced run has a row of its own, beside a floor that syncs."""
    command = f'exec "$BUILD/dcmflow" "$IN" "$OUT" --format {image_format} --log-level error {options or "--threads $THREADS"}'
    command += "" if sync else " --no-sync"
    return Program(name, command, images=f".{image_format}", **more)


def resumed(image_format):
    """A run in the folder of an earlier one, over the same archive."""
    again = dcmflow(image_format, "--threads $THREADS --resume")
    return replace(again, prepare=dcmflow(image_format).command)


def with_and_without(image_format, options, fewer, name):
    """dcmflow with what is to cost little, and without it."""
    return [dcmflow(image_format, f"--threads $THREADS {options}"), dcmflow(image_format, f"--threads $THREADS {fewer}", name)]


def dcm2niix(options, name="dcm2niix", **more):
    # Named by the series' UID: by default, series of the same description collide. No sidecar file.
    return Program(name, f'exec dcm2niix {options} -b n -f %j -o "$OUT" "$IN"', needs=("dcm2niix",), **more)


def each_series(name, command, needs):
    """For programs that convert one folder into one image: as many of them at once as there are threads."""
    return Program(name, f"""ls -d "$IN"/*/*/* | xargs -P "$THREADS" -I SERIES sh -c '{command}'""", needs=needs)


FLOOR = Program("floor", 'exec "$BUILD/bench/floor" "$IN" "$OUT" "$THREADS"', images="")
SYNCED_FLOOR = Program("floor", 'exec "$BUILD/bench/floor" "$IN" "$OUT" "$THREADS" sync', images="")
DCM2NIIX = dcm2niix("-z n")
DCM2NIIX_EACH = each_series("dcm2niix, a process a series", 'dcm2niix -z n -b n -f %j -o "$OUT" SERIES', ("dcm2niix",))
DICOMTONIFTI = each_series("dicomtonifti", 'dicomtonifti -s -o "$OUT/$(basename SERIES).nii" SERIES', ("dicomtonifti",))
MRCONVERT = each_series("mrconvert", 'mrconvert -quiet -nthreads 0 SERIES "$OUT/$(basename SERIES).nii"', ("mrconvert",))
PLASTIMATCH = each_series("plastimatch", 'plastimatch convert --input SERIES --output-img "$OUT/$(basename SERIES).nii"', ("plastimatch",))
PEERS = [DCM2NIIX, DCM2NIIX_EACH, DICOMTONIFTI, MRCONVERT, PLASTIMATCH]
GDCMCONV_DCM2NIIX = Program(
    "gdcmconv, then dcm2niix",
    """mkdir "$OUT/raw" && find "$IN" -name '*.dcm' | xargs -P "$THREADS" -I FILE sh -c 'gdcmconv --raw FILE "$OUT/raw/$(basename FILE)"' """
    """&& dcm2niix -z n -b n -f %j -o "$OUT" "$OUT/raw" && rm -r "$OUT/raw" """,
    needs=("gdcmconv", "dcm2niix"))
PIGZ = Program("dcmflow, then pigz -6",
               '"$BUILD/dcmflow" "$IN" "$OUT" --format nii --threads "$THREADS" --no-sync --log-level error && exec pigz -6 -p "$THREADS" "$OUT"/*.nii',
               needs=("pigz",), images=".nii.gz")


def benchmark(name, of):
    return Program(name, f'DCMFLOW_BENCH_HEADERS="$IN" exec "$BUILD/bench/stages_bench" --benchmark_filter="^{of}$" --benchmark_format=json',
                   needs=("$BUILD/bench/stages_bench",), images="", is_benchmark=True)


def cold(program):
    return replace(program, is_cold=True)


def slow(program):
    """The same with every opening of an input file delayed by 5 ms."""
    return replace(program, command=f'export SLOW_OPEN_FOLDER="$IN" LD_PRELOAD="$BUILD/bench/slow_open.so"; {program.command}')


# Goals

def at_most_times(peer, most):
    return Goal(f"time / {peer}", ("dcmflow", peer), lambda r: r["dcmflow"].seconds / r[peer].seconds, at_most=most)


def faster_than(peer, least):
    return Goal(f"{peer} / dcmflow", ("dcmflow", peer), lambda r: r[peer].seconds / r["dcmflow"].seconds, at_least=least)


def size_against(peer, most):
    return Goal(f"size / {peer}", ("dcmflow", peer), lambda r: r["dcmflow"].image_bytes / r[peer].image_bytes, at_most=most, unit="× ")


def milliseconds(most):
    return Goal("time", ("dcmflow",), lambda r: r["dcmflow"].seconds * 1000, at_most=most, unit=" ms")


def peak_memory(program, most):
    return Goal(f"peak memory, {program}", (program,), lambda r: r[program].peak_memory / 1e6, at_most=most, unit=" MB")


def memory_a_file(small, large, most):
    return Goal("memory a file", (small, large),
                lambda r: (r[large].peak_memory - r[small].peak_memory) / (r[large].files - r[small].files), at_most=most, unit=" bytes")


def growth(small, large, most):
    return Goal(f"time of {large} / {small}", (small, large), lambda r: r[large].seconds / r[small].seconds, at_most=most)


def serial_part(results):
    """Amdahl's law through the times on one and on two threads: T2 / T1 = s + (1 - s) / 2."""
    return 2 * results["dcmflow"].seconds / results["1 thread"].seconds - 1


def two_threads(least):
    return [Goal("1 thread / 2 threads", ("dcmflow", "1 thread"), lambda r: r["1 thread"].seconds / r["dcmflow"].seconds, at_least=least),
            Goal("serial part (Amdahl)", ("dcmflow", "1 thread"), lambda r: 100 * serial_part(r), at_most=2, unit=" %")]


def pixels_a_second(least):
    """What a core decodes."""
    return Goal("pixels a second of CPU", ("dcmflow",), lambda r: r["dcmflow"].image_bytes / 1e6 / statistics.median(r["dcmflow"].cpu), at_least=least, unit=" MB")


def cpu_a_file(most):
    return Goal("CPU a file", ("dcmflow",), lambda r: statistics.median(r["dcmflow"].cpu) / r["dcmflow"].files * 1e6, at_most=most, unit=" µs")


def cpu_against(peer, most):
    return Goal(f"CPU / {peer}", ("dcmflow", peer), lambda r: statistics.median(r["dcmflow"].cpu) / statistics.median(r[peer].cpu), at_most=most)


def alone(most):
    """What only one thread can do, by the trace of a run with one thread: bench/scaling.py."""
    return Goal("what only one thread can do", ("dcmflow",), lambda r: 100 * r["dcmflow"].scaling["serial"] if r["dcmflow"].scaling else math.nan,
                at_most=most, unit=" %")


CT = Archive()  # 1 GB
MR = Archive("mr", series=80, slices=100, size=128)
REAL_MR = Archive("real", series=70, slices=100)
SMALL_CT = Archive(series=4, slices=100)
TINY_FILES = Archive(series=80, slices=100, size=16)


def compressed(transfer_syntax):
    return Archive(series=4, transfer_syntax=transfer_syntax)


WORKLOADS = [
    Workload("ct_nii", "CT, nii", CT, [dcmflow("nii"), FLOOR, *PEERS], [at_most_times("floor", 1.5), faster_than("dcm2niix", 4)], plot=True),
    Workload("ct_nii_synced", "CT, nii, on the disk", CT, [dcmflow("nii", sync=True), SYNCED_FLOOR], [at_most_times("floor", 1.5)]),
    Workload("mr_nii", "small MR files, nii", MR, [dcmflow("nii"), FLOOR, *PEERS],
             [at_most_times("floor", 1.15), alone(1.5), faster_than("dcm2niix", 5)], plot=True),
    # What of it is the catalogue.
    Workload("mr_bare", "small MR files, nii, no catalogue", MR, [dcmflow("nii", "--threads $THREADS --catalogue none"), FLOOR],
             [at_most_times("floor", 1.15), alone(1.5)]),
    Workload("mr_nii_synced", "small MR files, nii, on the disk", MR, [dcmflow("nii", sync=True), SYNCED_FLOOR], [at_most_times("floor", 1.15)]),
    Workload("mr_cold", "small MR files, nii, nothing cached", MR, [cold(dcmflow("nii")), cold(FLOOR)], [at_most_times("floor", 1.3)]),
    Workload("mr_catalogue", "small MR files, nii, with a catalogue", MR,
             with_and_without("nii", "", "--catalogue none", "without a catalogue"), [at_most_times("without a catalogue", 1.05)], runs=5),
    Workload("mr_gz_catalogue", "small MR files, nii.gz, with a catalogue", MR,
             with_and_without("nii.gz", "", "--catalogue none", "without a catalogue"), [at_most_times("without a catalogue", 1.05)]),
    Workload("ct_report", "CT, nii, with a page of pictures", CT,
             with_and_without("nii", "--report", "", "without a report"), [at_most_times("without a report", 1.05)], runs=5),
    Workload("ct_gz_report", "CT, nii.gz, with a page of pictures", CT,
             with_and_without("nii.gz", "--report", "", "without a report"), [at_most_times("without a report", 1.05)]),
    Workload("mr_resumed", "small MR files, nothing changed since", MR, [resumed("nii"), dcmflow("nii", name="the first run")], [cpu_a_file(10)]),
    Workload("ct_resumed", "CT, nii.gz, nothing changed since", CT,
             [resumed("nii.gz"), dcmflow("nii.gz", name="the first run")], [faster_than("the first run", 50)]),
    Workload("mr_real_headers", "real MR headers, nii", REAL_MR, [dcmflow("nii"), FLOOR, *PEERS],
             [at_most_times("floor", 1.75), faster_than("dcm2niix", 6)], plot=True),
    # The voxels as the other writes them: a third of these images have fractional slopes, which without it become float32.
    Workload("mr_real_stored", "real MR headers, nii, --keep-stored", REAL_MR,
             [dcmflow("nii", "--keep-stored --threads $THREADS"), FLOOR, DCM2NIIX],
             [at_most_times("floor", 1.3), alone(1.5), faster_than("dcm2niix", 6)]),
    Workload("header_pass", "a real MR header, one core", REAL_MR,
             [benchmark("dcmflow", "decode_header/folder"), benchmark("DCMTK", "decode_header/folder_dcmtk")], [faster_than("DCMTK", 30)]),
    Workload("ct_nii_gz", "CT, nii.gz", CT, [dcmflow("nii.gz"), dcm2niix("-z y", "dcm2niix + pigz", images=".nii.gz"), PIGZ],
             [faster_than("dcm2niix + pigz", 16), size_against("dcmflow, then pigz -6", 1.02)], plot=True),
    Workload("ct_rle", "CT in RLE, nii", compressed("rle"), [dcmflow("nii"), DCM2NIIX, GDCMCONV_DCM2NIIX, DICOMTONIFTI],
             [faster_than("dcm2niix", 1.8)], plot=True),
    Workload("ct_jpeg_lossless", "CT in JPEG lossless, nii", compressed("jpeg_lossless_sv1"),
             [dcmflow("nii"), DCM2NIIX, GDCMCONV_DCM2NIIX, DICOMTONIFTI], [faster_than("dcm2niix", 1.8)], plot=True),
    Workload("ct_jpeg_ls", "CT in JPEG-LS, nii", compressed("jpeg_ls"), [dcmflow("nii"), DCM2NIIX, GDCMCONV_DCM2NIIX, DICOMTONIFTI],
             [faster_than("gdcmconv, then dcm2niix", 1.8)], plot=True),
    Workload("ct_j2k", "CT in JPEG 2000, nii", compressed("jpeg_2000_lossless"),
             [dcmflow("nii"), DCM2NIIX, GDCMCONV_DCM2NIIX, DICOMTONIFTI], [faster_than("dcm2niix", 1.8), pixels_a_second(10)], plot=True),
    # No other program that is installed reads it: dcm2niix stays to show when that changes. So it is measured against JPEG 2000.
    Workload("ct_htj2k", "CT in HTJ2K, nii", compressed("htj2k_lossless"),
             [dcmflow("nii"), dcmflow("nii", name="the same in JPEG 2000", archive=compressed("jpeg_2000_lossless")), DCM2NIIX],
             [faster_than("the same in JPEG 2000", 4), pixels_a_second(80)]),
    Workload("decode_htj2k", "a frame of CT in HTJ2K, one core", Archive("empty", series=0),
             [benchmark("dcmflow", "decode_frame/htj2k"), benchmark("OpenJPEG", "decode_frame/htj2k_by_openjpeg")], [faster_than("OpenJPEG", 2.3)]),
    Workload("decode_jpeg_ls", "a frame of CT in JPEG-LS, one core", Archive("empty", series=0),
             [benchmark("dcmflow", "decode_frame/jpeg_ls"), benchmark("CharLS", "decode_frame/jpeg_ls_by_charls")], [faster_than("CharLS", 1.2)]),
    Workload("threads_gz", "CT, nii.gz, 1 and 2 threads", CT,
             [dcmflow("nii.gz", "--threads 2"), dcmflow("nii.gz", "--threads 1", "1 thread")], two_threads(1.85)),
    Workload("threads_jpeg_ls", "CT in JPEG-LS, 1 and 2 threads", compressed("jpeg_ls"),
             [dcmflow("nii", "--threads 2"), dcmflow("nii", "--threads 1", "1 thread")], two_threads(1.85)),
    Workload("threads_j2k", "CT in JPEG 2000, 1 and 2 threads", compressed("jpeg_2000_lossless"),
             [dcmflow("nii", "--threads 2"), dcmflow("nii", "--threads 1", "1 thread")], two_threads(1.85)),
    Workload("threads_htj2k", "CT in HTJ2K, 1 and 2 threads", compressed("htj2k_lossless"),
             [dcmflow("nii", "--threads 2"), dcmflow("nii", "--threads 1", "1 thread")], two_threads(1.85)),
    Workload("ten_times", "ten times the archive", SMALL_CT,
             [dcmflow("nii"), dcmflow("nii", name="10 × the bytes", archive=replace(SMALL_CT, series=40))],
             [growth("dcmflow", "10 × the bytes", 10.5)]),
    Workload("memory_files", "ten times the files, 16²", TINY_FILES,
             [dcmflow("nii", "--threads 2"), dcmflow("nii", "--threads 2", "10 × the files", archive=replace(TINY_FILES, series=800))],
             [memory_a_file("dcmflow", "10 × the files", 550), growth("dcmflow", "10 × the files", 10.5)]),
    Workload("tiny_files", "200,000 files of 16²", replace(TINY_FILES, series=2000, keep=False), [dcmflow("nii"), FLOOR],
             [cpu_a_file(6), cpu_against("floor", 2), peak_memory("dcmflow", 150)]),
    Workload("memory_8_gb", "1 GB and 8 GB of CT", CT,
             [dcmflow("nii", "--threads 2"), dcmflow("mhd", "--threads 2", "mhd"),
              dcmflow("nii", "--threads 2", "8 GB", archive=replace(CT, series=128, keep=False)),
              dcmflow("mhd", "--threads 2", "8 GB mhd", archive=replace(CT, series=128, keep=False))],
             [peak_memory(name, 150) for name in ("dcmflow", "mhd", "8 GB", "8 GB mhd")]),
    Workload("memory_one_volume", "one volume of 4 GB", Archive(series=1, slices=8192, keep=False),
             [dcmflow("nii", "--threads 2 --memory-budget 256M")], [peak_memory("dcmflow", 150)]),
    Workload("empty", "an empty folder", Archive("empty", series=0), [dcmflow("nii", exit_code=4)], [milliseconds(30)]),
    Workload("slow_storage", "MR, each opening takes 5 ms", replace(MR, series=20),
             [slow(dcmflow("nii")), slow(DCM2NIIX)], [faster_than("dcm2niix", 10)]),
]
