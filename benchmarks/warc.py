"""Reading a WARC file: throughput against merely walking over its records, and memory that does not grow with size.

    python benchmarks/warc.py [--megabytes 1024]

Writes a file with so much of HTML (gzipped records; one page in ten is Korean), reads a hundredth of it and all of it,
and prints ratios.
"""

import argparse
import io
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from spiders.archives.warc import read_warc

SENTENCE = "카드 결제가 {} 시간 동안 되지 않아 손님을 돌려보냈다고 가게 주인은 말했다."
PAGE = (
    "<html><head><meta charset='utf-8'><title>단말기가 멈춘 날</title><meta property='og:type' content='article'>"
    "<meta property='article:published_time' content='2022-10-17T14:12:00+09:00'></head><body><h1>단말기가 멈춘 날</h1>"
    "{menu}<div class='article-body'>{body}</div>{menu}</body></html>"
)
KOREAN = 10  # one page in so many


def page(number: int) -> bytes:
    """A page of about 100 kB, most of it menus, as news pages are."""
    menu = "".join(f"<li class='item'><a href='/s/{i}'>메뉴 {number} {i}</a></li>" for i in range(900))
    body = "".join(f"<p>{SENTENCE.format(number + i)}</p>" for i in range(12))
    return PAGE.format(menu=f"<ul>{menu}</ul>", body=body).encode()


def write(path: Path, megabytes: int) -> int:
    """Write the file; how many pages it holds."""
    total = number = 0
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        while total < megabytes << 20:
            body = page(number)
            host = "paper.example.kr" if number % KOREAN == 0 else "paper.example.com"
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(
                    f"https://{host}/news/{number}", "response", payload=io.BytesIO(body), http_headers=headers
                )
            )
            total += len(body)
            number += 1
    return number


def read(path: Path) -> tuple[int, float, int]:
    """(documents, seconds, peak memory in MB) of reading `path` in this process."""
    start = perf_counter()
    with path.open("rb") as stream:
        count = sum(1 for _ in read_warc(stream))
    return count, perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def walk(path: Path) -> float:
    """Seconds to walk over the records without parsing a page."""
    start = perf_counter()
    with path.open("rb") as stream:
        for record in ArchiveIterator(stream):
            record.raw_stream.read()
    return perf_counter() - start


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--megabytes", type=int, default=1024)
    arguments.add_argument("--read", type=Path, help=argparse.SUPPRESS)  # a process of its own, for its peak memory
    given = arguments.parse_args()
    if given.read:
        sys.stdout.write(" ".join(map(str, read(given.read))))
        return
    with tempfile.TemporaryDirectory() as folder:
        rows = []
        for megabytes in (max(given.megabytes // 100, 1), given.megabytes):
            path = Path(folder) / f"{megabytes}.warc.gz"
            pages = write(path, megabytes)
            output = subprocess.run(
                [sys.executable, __file__, "--read", str(path)], capture_output=True, text=True, check=True
            ).stdout
            count, seconds, memory = output.split()
            rows.append((megabytes, pages, int(count), float(seconds), int(memory), walk(path)))
        for megabytes, pages, count, seconds, memory, walked in rows:
            sys.stdout.write(
                f"{megabytes} MB, {pages} pages, {count} parsed: {pages / seconds:.0f} pages/s, "
                f"{seconds / walked:.2f} times the walk, peak {memory} MB\n"
            )
        sys.stdout.write(f"memory, all against a hundredth: {rows[1][4] / rows[0][4]:.2f}\n")


if __name__ == "__main__":
    main()
