"""The plot of the predictions: time by number of nodes, a line for each size of archive, both axes logarithmic. SVG, by nobody's library."""

import math

from plot import STYLE, text

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 860, 420, 70, 150, 62, 48
LINES = " ".join(f".line{i} {{ stroke: {color}; stroke-width: 2; }} polyline.line{i} {{ fill: none; }} .dot{i} {{ fill: {color}; }}"
                 for i, color in enumerate(("#1a7f5a", "#3f78ad", "#b8860b", "#a0522d")))
TICKS = ((1, "1 s"), (60, "1 min"), (3600, "1 h"), (86400, "1 day"), (30 * 86400, "30 days"), (365 * 86400, "1 year"))


def svg(lines):
    """`lines`: (nodes, seconds, whether each process fits into a node) by name."""
    points = [point for line in lines.values() for point in line]
    axes = {"x": [math.log10(nodes) for nodes, _, _ in points], "y": [math.log10(seconds) for _, seconds, _ in points]}
    (left, right), (low, high) = ((min(values), max(values)) for values in axes.values())

    def x(nodes):
        return LEFT + (WIDTH - LEFT - RIGHT) * (math.log10(nodes) - left) / (right - left)

    def y(seconds):
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (math.log10(seconds) - low) / (high - low)

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
             "<title>Predicted time of a run in shards, by number of nodes</title>", f"<style>{STYLE} {LINES}</style>",
             f'<rect class="page" width="{WIDTH}" height="{HEIGHT}" rx="8"/>',
             text(20, 28, "text head", "Time of scan, plan, shards and merge, predicted"),
             text(20, 46, "soft", "by number of nodes of 16 cores, on a parallel file system; both axes logarithmic; ○ a process does not fit into 64 GB")]
    for seconds, name in TICKS:
        if low <= math.log10(seconds) <= high:
            parts += [f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(seconds):.1f}" y2="{y(seconds):.1f}"/>',
                      text(LEFT - 8, y(seconds) + 4, "soft", name, "end")]
    for nodes in sorted({nodes for nodes, _, _ in points}):
        parts += [f'<line class="grid" x1="{x(nodes):.1f}" x2="{x(nodes):.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>',
                  text(x(nodes), HEIGHT - BOTTOM + 18, "soft", f"{nodes:,}", "middle")]
    for i, (name, line) in enumerate(lines.items()):
        path = " ".join(f"{x(nodes):.1f},{y(seconds):.1f}" for nodes, seconds, _ in line)
        parts.append(f'<polyline class="line{i}" points="{path}"/>')
        parts += [f'<circle class="{"dot" if fits else "page line"}{i}" cx="{x(nodes):.1f}" cy="{y(seconds):.1f}" r="3.5"/>' for nodes, seconds, fits in line]
        parts.append(text(x(line[-1][0]) + 10, y(line[-1][1]) + 4, "text", name))
    return "\n".join(parts + ["</svg>", ""])
