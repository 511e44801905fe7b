"""What came out, as text, as Markdown and as a picture."""

import html
import math
import statistics

UNITS = ((1e9, "s"), (1e6, "ms"), (1e3, "µs"), (1, "ns"))


def short(value):
    """Three digits are all that the numbers are worth."""
    return f"{value:,.0f}" if value >= 99.5 else f"{value:.3g}"


def duration(ns):
    for size, unit in UNITS:
        if ns >= size or unit == "ns":
            return f"{short(ns / size)} {unit}"


def bytes_of(count):
    for size, unit in ((2**20, "MiB"), (2**10, "KiB")):
        if count >= size:
            return f"{short(count / size)} {unit}"
    return f"{count:.0f} B"


def spread(values, form=duration):
    """`5.1 µs (4.9–6)`: median, smallest and largest in the same unit."""
    middle = statistics.median(values)
    size = next((size for size, unit in UNITS if middle >= size), 1) if form is duration else 1
    around = f" ({short(min(values) / size)}–{short(max(values) / size)})" if len(values) > 1 else ""
    return form(middle) + around


def measured(result):
    return "cpu" in result and "failed" not in result


def reference(row, result):
    """s3kms in the same language, or in Rust for a language that has none."""
    ours = {other["language"]: other for other in row["clients"] if other["client"] == "s3kms" and measured(other)}
    return ours.get(result["language"]) or ours.get("rust")


def ratio(row, result, what="cpu"):
    against = reference(row, result)
    if not against or result["language"] == "none":
        return "–"
    times = statistics.median(result[what]) / statistics.median(against[what])
    foreign = " (Rust)" if against["language"] != result["language"] else ""
    return f"{times:.2f}×{foreign}" if times < 9.95 else f"{times:.0f}×{foreign}"


def rate(row, result):
    """What a second of wall time brings."""
    per_second = 1e9 / statistics.median(result["wall"])
    return f"{short(per_second * 8.388608)} MB/s" if "8m" in row["workload"] else f"{short(per_second)} /s"


def table(row):
    fresh = row["workload"] == "first-put"
    titles = ["client", "CPU", "ratio", "wall" if fresh else "throughput"]
    titles += ["peak RSS"] if fresh else ["allocated", "RSS"]
    titles += [] if row["transport"] == "none" else ["server's CPU", "sent"]
    lines = [titles]
    for result in row["clients"]:
        if not measured(result):
            lines.append([result["name"], "failed"] + [""] * (len(titles) - 2))
            continue
        line = [result["name"], spread(result["cpu"]), ratio(row, result)]
        line += [spread(result["wall"])] if fresh else [rate(row, result)]
        if not fresh:
            line.append(bytes_of(statistics.median(result["allocated"])) if result.get("allocated") else "–")
        line.append(bytes_of(statistics.median(result["rss"])) if result.get("rss") else "–")
        if row["transport"] != "none":
            idle = result["language"] == "none"
            line += ["–" if idle else duration(statistics.median(result["server"])), result.get("wire", "–")]
        lines.append(line)
    return lines


def different(row):
    """Says where clients do different work."""
    sent = {result["wire"] for result in row["clients"] if "wire" in result and result["wire"] != "nothing"}
    return "These clients do not send the same, so they do not do the same work: see the last column." if len(sent) > 1 else ""


def title(row):
    what = {"presign-put": "Presign a PUT with SSE-KMS", "presign-get": "Presign a GET", "put-1k": "PUT 1 KiB with SSE-KMS",
            "get-1k": "GET 1 KiB", "put-8m": "PUT 8 MiB with SSE-KMS from memory", "get-8m": "GET 8 MiB",
            "put-8m-file": "PUT 8 MiB with SSE-KMS from a file", "first-put": "A fresh process and its first PUT with SSE-KMS"}
    over = {"none": "", "http": " over http", "tls": " over TLS"}[row["transport"]]
    many = "" if row["workload"] == "first-put" or row["transport"] == "none" else f", {row['in_flight']} in flight"
    return what[row["workload"]] + over + many


def as_text(row):
    lines = table(row)
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    body = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines]
    return "\n".join([title(row), *body, *filter(None, [different(row)]), ""])


def as_markdown(results):
    facts = results["about"]
    parts = [
        "<!-- Written by `./dev bench`. Do not edit. -->", "# Benchmarks", "",
        "Lower is better. What is measured, how, and how to read it: [benchmarks](../benchmarks/README.md). CPU and allocations are",
        "per operation; in brackets the smallest and the largest round.", "",
        "![CPU per operation](benchmarks.svg)", "",
        f"* {facts['date']}, commit {facts['commit']}, `{facts['command']}`",
        f"* {facts['cpu']}, {facts['cores']} cores, Linux {facts['kernel']}; load before the run {facts['load']}",
        f"* {facts['rounds']} rounds of about {facts['round_seconds']} s after {facts['warm_seconds']} s to warm up",
        f"* {facts['rustc']}, release profile",
    ]
    parts += [f"* Not measured: {reason}" for reason in facts["missing"]]
    for row in results["rows"]:
        lines = table(row)
        parts += ["", f"## {title(row)}", "", *filter(None, [different(row) and different(row) + "\n"])]
        parts += ["| " + " | ".join(line) + " |" for line in lines[:1]]
        parts += ["|" + "---|" * len(lines[0])]
        parts += ["| " + " | ".join(line) + " |" for line in lines[1:]]
        parts += [f"\n{result['name']}: {result['note']}" for result in row["clients"] if result.get("note")]
        parts += [f"\n{result['name']} failed." for result in row["clients"] if "failed" in result]
    versions = {result["name"]: result["version"] for row in results["rows"] for result in row["clients"] if "version" in result}
    parts += ["", "## Versions", "", "| client | version |", "|---|---|"]
    parts += [f"| {name} | {version} |" for name, version in versions.items()]
    return "\n".join(parts) + "\n"


def as_svg(results, width=860, left=230, bar=13):
    """Grouped bars of CPU per operation. The scale is logarithmic: from a signature to a JVM's start is a factor of a million."""
    groups = [(title(row), [(result["name"], result["client"], statistics.median(result["cpu"]))
                            for result in row["clients"] if measured(result) and result["language"] != "none"])
              for row in results["rows"]]
    values = [value for _, bars in groups for *_, value in bars]
    if not values:
        return "<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n"
    low, high = math.floor(math.log10(min(values))), math.log10(max(values))
    unit = (width - left - 70) / (high - low)
    x = lambda value: left + (math.log10(value) - low) * unit
    out, y = [], 44
    for heading, bars in groups:
        y += 20
        out.append(f'<text x="8" y="{y}" class="h">{html.escape(heading)}</text>')
        y += 6
        for name, client, value in bars:
            kind = "ours" if client == "s3kms" else "limit" if client == "bare" else "peer"
            out.append(f'<text x="{left - 6}" y="{y + bar - 3}" text-anchor="end">{html.escape(name)}</text>'
                       f'<rect x="{left}" y="{y}" width="{x(value) - left:.1f}" height="{bar - 2}" class="{kind}"/>'
                       f'<text x="{x(value) + 4:.1f}" y="{y + bar - 3}">{duration(value)}</text>')
            y += bar
    grid = [f'<line x1="{x(10 ** power):.1f}" y1="40" x2="{x(10 ** power):.1f}" y2="{y}" class="g"/>'
            f'<text x="{x(10 ** power):.1f}" y="36" text-anchor="middle">{duration(10 ** power)}</text>'
            for power in range(low, math.floor(high) + 1)]
    style = ("text{font:10px sans-serif;fill:#333}.h{font-weight:bold;font-size:12px}.g{stroke:#ddd}"
             ".ours{fill:#d9541e}.peer{fill:#7a93ac}.limit{fill:#b9c9a5}")
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {y + 12}" width="{width}" height="{y + 12}" role="img">',
        f"<title>CPU per operation, logarithmic</title><style>{style}</style>", f'<rect width="{width}" height="{y + 12}" fill="#fff"/>',
        '<text x="8" y="18" class="h">CPU per operation (logarithmic; shorter is better; s3kms in orange)</text>', *grid, *out, "</svg>", ""])
