"""The data that pages of Next.js's app router stream to their scripts: self.__next_f.push([1, "..."]).

Joined, the strings are rows of `id:JSON` or, for a long text, `id:T<bytes in hex>,text`; the string "$id" stands for
the row with that id.
"""

import json
import re
from collections.abc import Iterable
from typing import Any

from spiders.html import Script, loads

_PUSH = re.compile(r"__next_f\.push\((\[.*\])\)", re.DOTALL)
_ROW = re.compile(rb"\n?([0-9a-f]+):(?:T([0-9a-f]+),)?")
_REFERENCE = re.compile(r'"\$([0-9a-f]+)"')


def flight_rows(scripts: Iterable[Script]) -> list[Any]:
    """The JSON rows among what `scripts` push, with the texts that they refer to; empty without any."""
    pushed = [loads(match[1]) for script in scripts if (match := _PUSH.search(script.text))]
    parts = [part[1] for part in pushed if isinstance(part, list) and len(part) > 1 and isinstance(part[1], str)]
    stream = "".join(parts).encode()
    texts: dict[str, str] = {}
    rows, at = [], 0
    while row := _ROW.match(stream, at):
        if row[2]:
            at = row.end() + int(row[2], 16)
            texts[row[1].decode()] = stream[row.end() : at].decode("utf-8", "replace")
        else:
            line = stream[row.end() :].partition(b"\n")[0]
            at = row.end() + len(line)
            rows.append(line.decode("utf-8", "replace"))

    def text(match: re.Match[str]) -> str:
        found = texts.pop(match[1], None)  # once: a page cannot grow by referring to one text a million times
        return match.group() if found is None else json.dumps(found)

    return [loads(_REFERENCE.sub(text, row)) for row in rows]
