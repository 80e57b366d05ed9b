"""The notebook of a study, written from its plan: cells of text and code, no output."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evalpipe.config.plan import Plan
from evalpipe.notebook.refit import as_code, refit_of
from evalpipe.provenance import digest_json
from evalpipe.report.documents.model import plain_text
from evalpipe.report.labels import DESIGNS, in_sentence, outcome_label, visit_label
from evalpipe.report.sections.model_words import model_words

if TYPE_CHECKING:
    from nbformat import NotebookNode

TEMPLATE = Path(__file__).with_name("template.txt")
"""Cells in jupytext's percent format; `<<name>>` is a place for words or code of a study."""

OWN = "evalpipe"
"""Key of the notebook's metadata that holds its study and the digest of its cells as written."""

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
"""The kernel of the environment that a notebook is opened in; another name is missing elsewhere."""

_MARKUP = re.compile(r"([\\`*_\[\]#|$~])")


def write_notebook(plan: Plan) -> NotebookNode:
    """Return the notebook of a study: its released tables, its first answer, the model by hand.

    Nothing is read but the plan; the same plan gives the same notebook. Words of the plan stand in
    cells of text alone, as text. Into code go names of the study and of what the plan declares,
    each as a literal of Python.
    """
    import jupytext

    notebook: NotebookNode = jupytext.reads(TEMPLATE.read_text(encoding="utf-8"), fmt="py:percent")
    places = _places(plan)
    for number, cell in enumerate(notebook.cells, start=1):
        cell["id"], cell["metadata"] = f"cell-{number:02}", {}
        # after the cells are cut: no word of a plan can begin another
        cell["source"] = re.sub(r"<<(\w+)>>", lambda m: places[m[1]], cell["source"])
    notebook["nbformat"], notebook["nbformat_minor"] = 4, 5
    notebook["metadata"] = {
        "kernelspec": dict(KERNEL),
        "language_info": {"name": "python"},
        OWN: {"study": plan.study.id, "cells": digest_cells(notebook)},
    }
    return notebook


def first_analysis(plan: Plan) -> str:
    """The analysis that the notebook is about: the first primary one, else the first."""
    primary = [name for name, a in plan.analyses.items() if a.role == "primary"]
    return (primary or list(plan.analyses))[0]


def digest_cells(notebook: Any) -> str:
    """Digest of the kinds and sources of all cells: whether somebody wrote in the notebook."""
    return digest_json([[cell["cell_type"], cell["source"]] for cell in notebook["cells"]])


def was_edited(notebook: Any) -> bool:
    """Whether a notebook is another than the one that was written: somebody's own work."""
    own = notebook.get("metadata", {}).get(OWN, {})
    return bool(own.get("cells") != digest_cells(notebook))


def _places(plan: Plan) -> dict[str, str]:
    name = first_analysis(plan)
    analysis, refit = plan.analyses[name], refit_of(plan, name)
    outcome = analysis.estimand.outcome if analysis.estimand is not None else None
    return {
        "title": _as_text(plan.study.title),
        "facts": _facts(plan),
        "study": plan.study.id,
        "study_code": as_code(plan.study.id),
        "question": _as_text(analysis.question),
        "analysis": f"`{name}`",
        "analysis_code": as_code(name),
        "outcome": _as_text(outcome_label(plan, outcome)) if outcome else "What answers it",
        "model": _as_text(plain_text(model_words(plan, analysis))),
        "refit": refit.words,
        "refit_code": refit.code,
    }


def _facts(plan: Plan) -> str:
    study = plan.study
    arms = ", ".join(arm.label for arm in plan.arms.values())
    facts = [f"Design: {in_sentence(DESIGNS[str(study.design)])}.", f"Arms: {arms}."]
    if plan.visits:
        facts.append(f"Visits: {', '.join(visit_label(plan, visit) for visit in plan.visits)}.")
    lines = [f"- {_as_text(fact)}" for fact in facts]
    if study.synthetic:
        lines.append("- The data are **SYNTHETIC**: they show what the pipeline does, no effect.")
    return "\n".join(lines)


def _as_text(words: str) -> str:
    """Words of the plan on one line, of which nothing is markup."""
    line = " ".join(words.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKUP.sub(r"\\\1", line)
