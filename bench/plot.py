"""The plot of a run: how many megabytes of DICOM each program converts in a second, as SVG."""

import math
from xml.sax.saxutils import escape

from measure import Result
from report import rows_of, throughput

WIDTH, LEFT, RIGHT, BAR, GAP, TITLE, TOP, BOTTOM = 860, 230, 130, 15, 5, 30, 58, 34
STYLE = """
  .page { fill: #ffffff; } .text { fill: #1f2328; } .soft { fill: #59636e; } .grid { stroke: #d1d9e0; }
  .subject { fill: #1a7f5a; } .floor { fill: #8c959f; } .peer { fill: #6ea8dc; } .partial { fill: #e3b9a6; }
  text { font: 12px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; } .head { font-weight: 600; font-size: 13px; }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117; } .text { fill: #e6edf3; } .soft { fill: #9198a1; } .grid { stroke: #30363d; }
    .subject { fill: #3fb98a; } .floor { fill: #6e7681; } .peer { fill: #3f78ad; } .partial { fill: #7d5646; }
  }
"""


def groups_of(run):
    """(title, results) of every workload that is plotted; programs that made nothing are left out."""
    groups = []
    for workload, row in rows_of(run):
        results = [Result.from_json(result) for result in row["results"]] if workload.plot else []
        results = [result for result in results if result.images > 0 or result.program == "floor"]
        if results:
            groups.append((row["title"], sorted(results, key=throughput, reverse=True)))
    return groups


def text(x, y, kind, content, anchor="start"):
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{escape(content)}</text>'


def kind_of(result):
    return "partial" if result.fault else {"dcmflow": "subject", "floor": "floor"}.get(result.program, "peer")


def svg(run):
    groups = groups_of(run)
    rates = [throughput(result) for _, results in groups for result in results] or [1, 10]
    # A decade starts below the slowest program, so that its bar is not nothing.
    low, high = math.floor(math.log10(min(rates)) - 0.01), math.log10(max(rates))
    height = TOP + BOTTOM + sum(TITLE + len(results) * (BAR + GAP) for _, results in groups)

    def x(rate):
        return LEFT + (WIDTH - LEFT - RIGHT) * (math.log10(rate) - low) / max(high - low, 1)

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" role="img">',
             "<title>Megabytes of DICOM converted in a second, by program</title>", f"<style>{STYLE}</style>",
             f'<rect class="page" width="{WIDTH}" height="{height}" rx="8"/>',
             text(20, 28, "text head", "MB of DICOM converted in a second (logarithmic; longer is faster)"),
             text(20, 46, "soft", f"{run['machine']['cpu']}, {run['threads']} threads")]
    for decade in range(low, math.floor(high) + 1):
        at = x(10 ** decade)
        parts += [f'<line class="grid" x1="{at:.1f}" x2="{at:.1f}" y1="{TOP}" y2="{height - BOTTOM}"/>',
                  text(at, height - BOTTOM + 16, "soft", f"{10 ** decade:g}", "middle")]
    y = TOP
    for title, results in groups:
        parts.append(text(20, y + 21, "text head", title))
        y += TITLE
        for result in results:
            rate = throughput(result)
            note = f"  {result.fault}" if result.fault else ""
            parts += [text(LEFT - 8, y + 12, "text", result.program, "end"),
                      f'<rect class="{kind_of(result)}" x="{LEFT}" y="{y}" width="{x(rate) - LEFT:.1f}" height="{BAR}" rx="2"/>',
                      text(x(rate) + 6, y + 12, "soft", f"{rate:,.0f}{note}" if rate >= 10 else f"{rate:.1f}{note}")]
            y += BAR + GAP
    return "\n".join(parts + ["</svg>", ""])
