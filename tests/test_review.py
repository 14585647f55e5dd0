"""A sample drawn, coded by people in a workbook, read back: it wins, is measured against, and coders are compared."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from making import annotation, document
from openpyxl import load_workbook
from sqlalchemy import select

from meoktong.cli import meoktong
from meoktong.errors import MeoktongError
from meoktong.measure import Compared, alphas, measure
from meoktong.models import Kind, TaggedDocument
from meoktong.queries import By, outage_documents, trend
from meoktong.settings import Settings
from meoktong.store import Store, connect
from meoktong.store.review import codings, draw
from meoktong.store.runs import start_run
from meoktong.store.schema import AnnotationLabel, LabelEvidence
from meoktong.store.write import write


def fill(store: Store, relevant: int = 40, dropped: int = 60) -> None:
    run = start_run(store, "example", options={})
    items = []
    for number in range(relevant + dropped):
        note = (
            annotation()
            if number < relevant
            else annotation(
                relevant=False,
                relevance=(),
                services_affected=(),
                damages=(),
                status=None,
                outage_start=None,
                quantities=(),
            )
        )
        kind = Kind.POST if number % 4 == 0 else Kind.NEWS
        items.append(TaggedDocument(document=document(f"https://news.example/{number}", kind=kind), annotation=note))
    write(store, run, items)


def test_a_sample_holds_dropped_documents_and_weighs_them(store: Store) -> None:
    fill(store)
    drawn = draw(store, "a", 20, seed=1)
    assert {d.stratum for d in drawn} == {"news relevant", "news dropped", "post relevant", "post dropped"}
    assert sum(d.weight for d in drawn if d.stratum.endswith("relevant")) == pytest.approx(40)
    assert sum(d.weight for d in drawn) == pytest.approx(100)
    assert draw(store, "a", 99, seed=7) == drawn
    assert [d.document_id for d in draw(store, "b", 20, seed=1)] == [d.document_id for d in drawn]
    assert [d.document_id for d in draw(store, "c", 20, seed=2)] != [d.document_id for d in drawn]


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(meoktong, list(arguments), obj=Settings(), standalone_mode=False)
    if result.exception:
        raise result.exception
    return result.return_value, result.output


def code(path: Path, **changes: str) -> None:
    """Fill in every row: relevant, as the machine said, but for `changes`."""
    book = load_workbook(path)
    sheet = book["documents"]
    names = [cell.value for cell in sheet[1]]
    for number in range(2, sheet.max_row + 1):
        for name, value in {
            "relevant": "yes",
            "services_affected": "kakaotalk",
            "status": "ongoing",
            **changes,
        }.items():
            sheet.cell(number, names.index(name) + 1).value = value
    book.save(path)


def test_what_a_person_coded_wins_keeps_the_evidence_and_is_measured(tmp_path: Path, database_url: str) -> None:
    sheet, url = tmp_path / "s.xlsx", database_url
    with connect(url) as store:
        fill(store)
    assert run("review", "export", str(sheet), "--size", "20", "--sample", "a", "--database", url)[0] == 0
    assert run("review", "import", str(sheet), "--coder", "kim", "--database", url)[0] == 3  # nobody filled it in
    code(sheet, damages="sales_loss")
    assert run("review", "import", str(sheet), "--coder", "kim", "--database", url)[0] == 0
    with connect(url) as store, store.reading() as connection:
        drawn = draw(store, "a", 20, seed=1)
        counted = outage_documents().subquery()
        dropped = sum(d.stratum.endswith("dropped") for d in drawn)
        assert len(connection.execute(select(counted)).all()) == 40 + dropped
        supported = (
            select(LabelEvidence)
            .join(AnnotationLabel)
            .join_from(AnnotationLabel, counted, AnnotationLabel.annotation_id == counted.c.annotation_id)
        )
        assert connection.execute(supported.where(AnnotationLabel.field == "services_affected")).all()
    output = run("evaluate", "--corrections", "--database", url, "--format", "csv")[1]
    figures = {tuple(line.split(",")[:2]): line.split(",")[2:] for line in output.splitlines()}
    assert figures["all", "relevant"][0] == "1.0"  # precision
    assert float(figures["all", "relevant"][1]) == pytest.approx(0.4, abs=0.01)  # of 100 relevant ones, 40 were found
    run("evaluate", "--corrections", "--keep", "--database", url)
    with connect(url) as store:
        answer = trend(store, By.MONTH)
    (relevant,) = answer.trust
    assert (relevant.field, relevant.basis, relevant.precision) == ("relevant", "corrections", 1.0)
    assert relevant.ratio == pytest.approx(2.5, abs=0.1)  # so a count is to be multiplied by this
    assert relevant.low <= relevant.ratio <= relevant.high
    point = answer.points[0]
    assert point.documents
    assert point.estimate
    assert point.estimate.value == round(point.documents * relevant.ratio, 1)


def test_a_wrong_code_is_named_by_row_and_column_and_the_others_count(tmp_path: Path, sqlite_url: str) -> None:
    sheet = tmp_path / "s.xlsx"
    with connect(sqlite_url) as store:
        fill(store, 4, 0)
    run("review", "export", str(sheet), "--size", "4", "--database", sqlite_url)
    code(sheet)
    book = load_workbook(sheet)
    rows = book["documents"]
    names = [cell.value for cell in rows[1]]
    rows.cell(2, names.index("damages") + 1).value = "sales_los"
    rows.cell(3, names.index("outage_start") + 1).value = "yesterday"
    rows.cell(4, names.index("relevant") + 1).value = "no"
    for number, (start, end) in enumerate([("9999-12-31", ""), ("2022-10-15", "2022-10-14")], start=6):
        for column, value in enumerate([cell.value for cell in rows[5]], start=1):
            rows.cell(number, column).value = value
        rows.cell(number, names.index("outage_start") + 1).value = start
        rows.cell(number, names.index("outage_end") + 1).value = end
    for number, id_ in enumerate(("²", "9" * 23), start=8):
        for column, value in enumerate([cell.value for cell in rows[5]], start=1):
            rows.cell(number, column).value = value
        rows.cell(number, names.index("document") + 1).value = id_
    book.save(sheet)
    result = CliRunner().invoke(
        meoktong,
        ["review", "import", str(sheet), "--coder", "kim", "--database", sqlite_url],
        obj=Settings(),
        standalone_mode=False,
    )
    assert result.return_value == 4
    assert "row 2: damages: no such code: sales_los" in result.output
    assert "row 3: outage_start" in result.output
    assert "row 4: relevant is no" in result.output
    assert "row 6: outage_start: '9999-12-31' is not YYYY-MM-DD[THH:MM] of 1950 to 2099" in result.output
    assert "row 7: outage_end lies before outage_start" in result.output
    assert "row 8: document: '²' is no number" in result.output
    assert "row 9: document:" in result.output
    with connect(sqlite_url) as store:
        assert len(codings(store)) == 1


def test_a_sample_for_a_folder_that_is_not_there_is_not_drawn(tmp_path: Path, sqlite_url: str) -> None:
    with connect(sqlite_url) as store:
        fill(store, 1, 0)
    with pytest.raises(Exception, match="there is no folder"):
        run("review", "export", str(tmp_path / "none" / "s.xlsx"), "--sample", "A", "--database", sqlite_url)


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("broken\n", "document, relevant, .*"),
        ("document,title\n1,카톡 먹통\n", "relevant, .*"),
        (
            "document,relevant,services_affected,services_mentioned,causes,industries,status,outage_start,outage_end\n",
            "damages",
        ),
    ],
)
def test_a_sheet_without_its_columns_is_a_clear_fault(tmp_path: Path, sqlite_url: str, text: str, missing: str) -> None:
    sheet = tmp_path / "s.csv"
    sheet.write_text(text, encoding="utf-8")
    with connect(sqlite_url) as store:
        fill(store, 1, 0)
    with pytest.raises(MeoktongError, match=rf"s\.csv: no column {missing} in row 1$"):
        run("review", "import", str(sheet), "--coder", "kim", "--database", sqlite_url)


def test_of_two_rows_for_one_document_the_second_is_named_and_left_out(tmp_path: Path, sqlite_url: str) -> None:
    sheet = tmp_path / "s.xlsx"
    with connect(sqlite_url) as store:
        fill(store, 1, 0)
    run("review", "export", str(sheet), "--database", sqlite_url)
    code(sheet)
    book = load_workbook(sheet)
    rows = book["documents"]
    for column, cell in enumerate(rows[2], start=1):
        rows.cell(3, column).value = "no" if rows.cell(1, column).value == "relevant" else cell.value
    book.save(sheet)
    status, said = run("review", "import", str(sheet), "--coder", "kim", "--database", sqlite_url)
    assert (status, said.splitlines()[0]) == (4, "row 3: relevant is no, but a label is given")
    rows.cell(3, [cell.value for cell in rows[1]].index("relevant") + 1).value = "yes"
    book.save(sheet)
    status, said = run("review", "import", str(sheet), "--coder", "kim", "--database", sqlite_url)
    assert (status, said.splitlines()[0]) == (4, "row 3: document 1 is coded in row 2")
    with connect(sqlite_url) as store:
        assert [coding.person.relevant for coding in codings(store)] == [True]


def test_a_text_that_no_cell_holds_is_cut_and_that_is_said(tmp_path: Path, sqlite_url: str) -> None:
    with connect(sqlite_url) as store:
        long = TaggedDocument(document=document(text="카톡이 안 가요. " * 4000), annotation=annotation())
        write(store, start_run(store, "example", options={}), [long])
    said = run("review", "export", str(tmp_path / "s.xlsx"), "--database", sqlite_url)[1]
    assert "document 1: a cell holds 32,767 characters, the rest is cut; `meoktong show 1 --with-text` has all" in said


def test_evaluating_without_corrections_says_what_to_do(sqlite_url: str) -> None:
    connect(sqlite_url).close()
    with pytest.raises(Exception, match="review export"):
        run("evaluate", "--corrections", "--database", sqlite_url)


BASE = {"relevant": True, "services_affected": ["a"], "damages": [], "status": "ongoing", "outage_start": "2022-10-15"}


def test_an_interval_is_exact_for_perfect_agreement_and_wide_for_few_documents() -> None:
    same = [Compared(person=BASE, machine=BASE) for _ in range(20)]
    assert measure(same)["services_affected"]["f1"].low == 1.0
    mixed = [*same[:10], *[Compared(person=BASE, machine={**BASE, "services_affected": ["b"]}) for _ in range(10)]]
    f1 = measure(mixed)["services_affected"]["f1"]
    assert f1.value == pytest.approx(0.5)
    assert 0.2 < f1.low < f1.value < f1.high < 0.8
    assert measure(mixed) == measure(mixed)


def test_alpha_is_that_of_the_textbook() -> None:
    """Krippendorff's own example of binary data, two observers, ten units: alpha = 0.095."""
    observers = {"A": [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], "B": [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]}
    codings = [
        (unit, coder, {**BASE, "damages": ["x"] if value else []})
        for coder, values in observers.items()
        for unit, value in enumerate(values)
    ]
    found = alphas(codings)
    assert found["damages", "x"] == pytest.approx(0.095, abs=0.0005)
    assert found["relevant", "yes"] is None
