"""A primary analysis that cannot be computed as declared: the others are kept, the run ends 6."""

import argparse
import json
from pathlib import Path

import pandas as pd

from evalpipe.answers.study import StudyRows
from evalpipe.answers.table import with_answers
from evalpipe.cli import analyse, run
from evalpipe.config.load import load_plan
from evalpipe.errors import ModelError
from evalpipe.models import dispatch
from evalpipe.report.build import failed_primaries
from evalpipe.report.source import Source

PLAN = Path(__file__).parents[3] / "config" / "studies" / "btheb.yaml"


def test_its_row_says_why_and_has_no_number():
    plan = load_plan(PLAN)
    result = dispatch.failed_analysis(plan, "primary", "the model has no fixed term")
    tables = with_answers(plan, {"estimates": result.estimates})
    claim = StudyRows(plan, tables).claims["primary"][0]
    assert claim.status == "not_estimable"
    assert claim.row.note == "the model has no fixed term"
    assert failed_primaries(Source(plan, tables)) == {"primary": "the model has no fixed term"}


def test_an_analysis_that_fails_leaves_the_others(monkeypatch, capsys):
    plan = load_plan(PLAN)

    def fail(plan, name, *_, **__):
        raise ModelError("unknown method")

    class Settings:
        confidence_level, seed = 0.95, 1

    class Project:
        settings = Settings()

    monkeypatch.setattr(dispatch, "run_analysis", fail)
    tables = analyse._compute(Project(), plan, "primary", {})
    assert list(tables["estimates"]["status"]) == ["not_available"]
    assert isinstance(tables["diagnostics"], pd.DataFrame)
    assert "primary: cannot be computed as declared: unknown method" in capsys.readouterr().err


def test_the_run_ends_with_six(monkeypatch, tmp_path, capsys):
    folder = tmp_path / "reports" / "one"
    folder.mkdir(parents=True)
    (folder / "headline.json").write_text(json.dumps({"failed": {"primary": "unknown method"}}))

    class Project:
        def plan(self, study): ...

        def report(self, study):
            return folder

    monkeypatch.setattr(run, "find_project", lambda _: Project())
    monkeypatch.setattr("evalpipe.cli.running.run_pipeline", lambda *_, **__: 3)
    options = argparse.Namespace(project=None, studies=["one"], cores=None, profile=None)
    assert run.run(options) == 6
    assert "one: the primary analysis `primary` cannot be computed" in capsys.readouterr().err
