#!/usr/bin/env python3
"""Runs a command on a terminal of 80 columns and draws what it leaves there as SVG.

usage: draw_terminal.py FILE.svg COMMAND...

The picture of README.md: a folder DICOM with patient1/study1 of `make_archive`'s archive and the case tilt_forward of `make_ramp_cases`
(seed 1); where it lies: draw_terminal.py docs/terminal.svg dcmflow DICOM OUT -f nii.gz
"""
import html
import os
import pty
import re
import subprocess
import sys
import termios

COLUMNS, ADVANCE, LINE, MARGIN = 80, 8.4, 19, 16  # pixels, but for the columns
COLOURS = {31: "#ff7b72", 32: "#7ee787", 33: "#e3b341", 34: "#79c0ff", 35: "#d2a8ff", 36: "#76e3ea", 90: "#8b949e"}
CONTROL = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])|([\r\n])|([^\x1b\r\n])")


def run(command):
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (50, COLUMNS))
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=os.environ | {"TERM": "xterm-256color"})
    os.close(theirs)
    told = bytearray()
    try:
        while block := os.read(ours, 65536):
            told.extend(block)
    except OSError:  # the other end is closed: the command has ended
        pass
    process.wait()
    return told.decode("utf-8", "replace")


def screen(told):
    """Lines of (character, style); what a live line wrote and erased is gone, as on a terminal."""
    lines, column, style = [[]], 0, frozenset()
    for numbers, letter, ending, character in CONTROL.findall(told):
        if ending == "\n":
            lines.append([])
            column = 0
        elif ending == "\r":
            column = 0
        elif letter == "K":
            del lines[-1][column if numbers in ("", "0") else 0:]
        elif letter == "m":
            codes = {int(number or 0) for number in numbers.split(";")}
            style = frozenset() if codes == {0} else style | codes
        elif character:
            lines[-1][column:column + 1] = [(character, style)]
            column += 1
    while lines and not lines[-1]:
        lines.pop()
    return lines


def spans(line):
    start = 0
    while start < len(line):
        end = start
        while end < len(line) and line[end][1] == line[start][1]:
            end += 1
        yield start, "".join(character for character, _ in line[start:end]), line[start][1]
        start = end


def draw(lines, title):
    width, height = COLUMNS * ADVANCE + 2 * MARGIN, (len(lines) + 1) * LINE + 2 * MARGIN
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img" font-size="14" '
           'font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, \'DejaVu Sans Mono\', monospace">')
    yield f"<title>{html.escape(title)}</title>"
    yield f'<rect width="{width:g}" height="{height:g}" rx="8" fill="#0d1117"/>'
    for row, line in enumerate([[(character, frozenset({1})) for character in f"$ {title}"], *lines]):
        for column, text, style in spans(line):
            if text.strip():
                colour = next((COLOURS[code] for code in sorted(style) if code in COLOURS), "#8b949e" if 2 in style else "#e6edf3")
                bold = ' font-weight="bold"' if 1 in style else ""
                yield (f'<text x="{MARGIN + column * ADVANCE:g}" y="{MARGIN + 14 + row * LINE}" fill="{colour}"{bold} xml:space="preserve" '
                       f'textLength="{len(text) * ADVANCE:g}">{html.escape(text)}</text>')
    yield "</svg>"


def main():
    if len(sys.argv) < 3:
        print(__doc__, file=sys.stderr)
        return 2
    lines = screen(run(sys.argv[2:]))
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        file.write("\n".join(draw(lines, " ".join([os.path.basename(sys.argv[2]), *sys.argv[3:]]))) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
