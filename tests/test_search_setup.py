"""Search APIs before any call: which keys and endpoints a crawl takes, who may call, and what is asked."""

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from searching import DEVELOPERS, HUB, NAMES

from meoktong.catalog import load
from meoktong.cli import meoktong
from meoktong.crawl.report import Report
from meoktong.errors import SettingsError
from meoktong.models import Kind
from meoktong.store.runs import RunStatus
from meoktong.times import KST
from spiders import queries


def test_without_keys_search_is_left_out_in_so_many_words(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen: list[str] = []

    def run(targets: list[Any], *arguments: Any, **options: Any) -> list[Report]:
        chosen.extend(target.spider.name for target in targets)
        return [Report(source=name, status=RunStatus.DONE) for name in chosen]

    monkeypatch.setattr("meoktong.crawl.runner.run", run)
    without: dict[str, str | None] = dict.fromkeys(NAMES)
    done = CliRunner().invoke(meoktong, ["crawl", "--allow-private"], env=without)
    assert (done.exit_code, "hani" in chosen, {"naver_search", "kakao_search"} & set(chosen)) == (0, True, set())
    assert done.stderr == "meoktong: left out, no keys: kakao_search, naver_search; meoktong doctor says what to do\n"
    done = CliRunner().invoke(meoktong, ["crawl", "naver_search"], env=without)
    assert isinstance(done.exception, SettingsError)
    assert "set NAVER_APIHUB_KEY_ID and NAVER_APIHUB_KEY (NAVER API HUB), or NAVER_CLIENT_ID" in str(done.exception)
    done = CliRunner().invoke(meoktong, ["crawl", "--allow-private", "naver_search"], env=without | DEVELOPERS)
    assert (done.exit_code, chosen[-1]) == (0, "naver_search")
    monkeypatch.setattr("spiders.search.now", lambda: datetime(2027, 7, 1, tzinfo=KST))
    done = CliRunner().invoke(meoktong, ["crawl", "naver_search"], env=without | DEVELOPERS)
    assert isinstance(done.exception, SettingsError)  # their last day is past
    assert "NAVER_CLIENT_ID" not in str(done.exception)


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ('naver = "https://gateway.example/"', "no search API is called naver"),
        ('hani = "https://gateway.example/"', "no search API is called hani"),
        ('naver_search = "gateway"', "'gateway' is no http address"),
    ],
)
def test_an_endpoint_that_cannot_be_is_refused(
    line: str, error: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "meoktong.toml").write_text(f"[endpoints]\n{line}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(meoktong, ["crawl", "--allow-private", "naver_search"], env=HUB)
    assert error in f"{done.stderr}{done.exception}"


@pytest.mark.parametrize("source", ["naver_search", "naver_cafe"])
def test_check_makes_no_calls_that_nobody_counts(source: str, sqlite_url: str) -> None:
    words = [sys.executable, "-m", "meoktong", "check", source, "--database", sqlite_url, "--format", "json"]
    done = subprocess.run(words, check=False, capture_output=True, text=True, env=os.environ | HUB)
    (row,) = json.loads(done.stdout)
    assert done.returncode == 5
    assert row["verdict"].startswith(
        "NAVER API HUB is called by `meoktong crawl` alone" if source == "naver_search" else "its listings name no page"
    )


def test_each_service_is_asked_for_by_names_of_its_own() -> None:
    chosen, services = queries.read(), load().services
    assert set(chosen.names) <= set(services)
    for kind in Kind:
        asked = list(queries.queries(kind))
        assert len(asked) == len(set(asked))
        for service in services.values():
            names = chosen.names.get(service.id, service.words[: chosen.first])
            assert names, service.id
            assert {f"{name} {word}" for name in names for word in chosen.words[kind]} <= set(asked)
    calls = len(list(queries.queries(Kind.NEWS))) + 2 * len(list(queries.queries(Kind.POST)))
    assert calls < 25_000 / 4  # a day's quota is enough for a run every six hours
