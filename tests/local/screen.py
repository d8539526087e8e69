"""What the demo says: calm lines on a terminal and in a log file, at most 100 columns wide."""

import json
import shutil
import sys
import time
import unicodedata
from contextlib import contextmanager

WIDTH = 100


class Screen:
    """On a terminal the line of what is being done is updated in place; elsewhere its end is added when it is done."""

    def __init__(self, out=None):
        self.out = out or sys.stdout
        self.live = self.out.isatty()
        self.columns = min(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns)
        self.unfinished = False

    def line(self, text=""):
        before = "\r\x1b[K" if self.live else "\n"
        self._write((before if self.unfinished else "") + text + "\n")
        self.unfinished = False

    def heading(self, text):
        self.line()
        self.line(f"\x1b[1m{text}\x1b[0m" if self.live else text)

    def update(self, text):
        if self.live:
            self._write("\r" + text[: self.columns - 1] + "\x1b[K")
            self.unfinished = True

    @contextmanager
    def step(self, doing):
        """Something that takes a while. Yields a function that says how far it is."""
        began = time.monotonic()
        text = f"  {doing:<{WIDTH - 14}}"
        self._write(text)
        self.unfinished = True
        yield lambda how_far: self.update(f"  {doing}: {how_far}")
        self._write(("\r" + text if self.live else "") + f" {time.monotonic() - began:8.1f} s\n")
        self.unfinished = False

    def table(self, columns, rows):
        """Columns as wide as they need to be; the widest ones give way when there is no room."""
        texts = [[_text(value) for value in row] for row in rows]
        widths = [max(_width(cell) for cell in column) for column in zip(columns, *texts, strict=True)]
        while sum(widths) + 2 * len(widths) > WIDTH - 2:
            widths[widths.index(max(widths))] -= 1
        numeric = [
            all(isinstance(row[i], int | float) and not isinstance(row[i], bool) for row in rows) and rows
            for i in range(len(columns))
        ]
        for row in [columns, *texts]:
            cells = [_fit(cell, width, right) for cell, width, right in zip(row, widths, numeric, strict=True)]
            self.line("    " + "  ".join(cells).rstrip())

    def json(self, value, after=""):
        """JSON in as few lines as it fits in, with something right after it."""
        line = "   "
        for piece in _pieces(value, "", after):
            if _width(line) + _width(piece) + 1 > WIDTH:
                self.line(line)
                line = "    "
            line += " " + piece
        self.line(line)

    def _write(self, text):
        self.out.write(text)
        self.out.flush()


def _pieces(value, before, after):
    """JSON cut where it may be cut."""
    if not value or not isinstance(value, dict | list):
        yield before + json.dumps(value, ensure_ascii=False) + after
        return
    is_object = isinstance(value, dict)
    inside = [(f"{json.dumps(name)}: ", value[name]) for name in value] if is_object else [("", item) for item in value]
    before, after = before + ("{" if is_object else "["), ("}" if is_object else "]") + after
    for place, (name, item) in enumerate(inside, start=1):
        yield from _pieces(item, before + name, after if place == len(inside) else ",")
        before = ""


def _text(value):
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if hasattr(value, "strftime"):
        return value.strftime("%Y-%m-%d %H:%M")
    return str(value)


def _fit(text, width, right):
    if _width(text) > width:
        while _width(text) >= width:
            text = text[:-1]
        text += "…"
    blanks = " " * (width - _width(text))
    return blanks + text if right else text + blanks


def _width(text):
    """In columns of a terminal, where Chinese signs take two and combining marks none."""
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
    return len(text) + wide - sum(unicodedata.combining(sign) > 0 for sign in text)
