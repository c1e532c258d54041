"""Plain values in, SVG text out: accessible, themeable, printable charts. It knows no language, reads no file, needs no script.

    line, bars, range_bars(points, frame)    values over time          sleep_band(nights, frame)    nights by stage
    sparkline(values, frame)                 their course, small       day_strip(spans, frame)      one day, 0 to 24 h
    range_bar(value, low, high, frame)       one value on its range    narrow(frame)                the same frame for a phone

A page shows a wide chart and its narrow twin in one `<div class="chart-pair">`; charts.css keeps the one that fits.

CSS_CLASSES, all defined in `web/static/carnet/charts.css`. Of the root: `chart`, `chart-line`, `chart-bars`, `chart-range-bars`,
`chart-spark`, `chart-range`, `chart-sleep`, `chart-day`, and `chart-narrow` up to 380 units wide. Inside, `c-` and a role:

    around     grid zero tick words over band edge break                   of the variables
               --chart-grid --chart-axis --chart-muted --chart-ink --chart-over --chart-band --chart-edge --chart-break
    values     line median spread bar range dot heart ring pin missing hit, and near for dots that share a rim
               --chart-line --chart-median --chart-spread --chart-bar --chart-range --chart-missing --chart-paper
    flags      flag with high, low or critical                              --chart-flag --chart-critical
    one value  track inside                                                 --chart-track --chart-inside
    sleep      in_bed awake rem asleep core deep join                       --stage-awake ... --stage-deep --stage-bed --stage-bed-edge
    a day      sleep workout mindful meal other                             --kind-sleep ... --kind-other

The script adds `c-cross`, a line through the point that is read. "literal" frames hold the light colours themselves, no class to style.
"""

from carnet.charts.model import FLAGS, STAGES, Frame, Night, Point, Span, narrow
from carnet.charts.plots import bars, line, range_bars
from carnet.charts.small import range_bar, sparkline
from carnet.charts.strips import KINDS, day_strip, sleep_band

__all__ = [
    "FLAGS", "KINDS", "STAGES", "Frame", "Night", "Point", "Span",
    "bars", "day_strip", "line", "narrow", "range_bar", "range_bars", "sleep_band", "sparkline",
]  # fmt: skip
