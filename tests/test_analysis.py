"""The notebook in docs/ runs on the demo's data, and its answers are those that can be counted by hand there."""

import ast
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[1] / "docs" / "analysis.ipynb"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the demo was run."""
    place = tmp_path_factory.mktemp("demo")
    subprocess.run([sys.executable, "-m", "meoktong", "demo"], cwd=place, capture_output=True, check=True, timeout=300)
    return place


@pytest.mark.filterwarnings("ignore")  # of the kernel's client, on whatever it deprecates this month
def test_the_notebook_answers_its_questions(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    found = ast.literal_eval(notebook.cells[-1].outputs[0].data["text/plain"])
    assert found["peak"]["day"] == "2022-10-15"
    assert found["peak"]["stories"] >= 12
    assert found["peak"]["share"] > 0.9
    assert found["peak"]["share_before"] == 0
    assert len(found["harm"]) == 4
    assert "food_service" in found["harm"]
    assert "delivery_failure" in found["harm"]["transport"]
    assert found["measured"] == []
    # as the demo's articles state them: start and end, and when the first of them was published
    assert found["incidents"]["2022-10-15-kakao"] == [7650, 22]
    assert found["incidents"]["2022-10-13-delivery_agency"] == [100, 21]
    assert found["incidents"]["2022-10-26-card_network"] == [80, 25]
    assert 20 <= found["delay_median"] <= 30
    state = found["freshness"]
    assert state["documents"] > state["outage_documents"] > state["stories"] > state["incidents"] >= 3
    assert state["problems"] == []


def test_the_notebook_is_kept_without_outputs() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
