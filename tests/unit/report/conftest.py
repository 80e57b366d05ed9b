"""A small document with everything that a report can hold."""

import pandas as pd
import pytest

from evalpipe.report.documents.model import (
    Bullets,
    Callout,
    Code,
    Column,
    Document,
    Emph,
    Facts,
    Figure,
    Link,
    Listing,
    Number,
    Paragraph,
    Ref,
    Row,
    Section,
    Strong,
    Sub,
    Sup,
    Table,
    inlines,
)
from evalpipe.report.figures.trajectories import TimeAxis, draw_trajectories

HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=y> **bold** _it_ #set text(red) [x](y) "
    "\\textbf{x} $(rm -rf) `ls` \"q\" 'a' & &amp; ]] #{1+1} {{x}} ${y} <!-- c --> \\u{41} @here"
)


def draw(is_synthetic=False):
    means = pd.DataFrame(
        {
            "series": ["Usual", "Usual", "New", "New"],
            "position": [0.0, 61.0, 0.0, 61.0],
            "estimate": [20.0, 15.0, 20.5, 12.0],
            "conf_low": [18.0, 12.0, 18.5, 9.0],
            "conf_high": [22.0, 18.0, 22.5, 15.0],
        }
    )
    axis = TimeAxis("Time", ((0.0, "Before"), (61.0, "2 months")))
    return draw_trajectories(
        means,
        axis,
        outcome="Score",
        alt="New is lower: 12 against 15.",
        better="lower",
        control="Usual",
        is_synthetic=is_synthetic,
    )


@pytest.fixture(scope="session")
def picture():
    return draw()


@pytest.fixture(scope="session")
def make_document(picture):
    def make(text="plain", *, is_synthetic=False):
        table = Table(
            "table-one",
            inlines("Estimates ", text),
            (
                Column(inlines("Visit")),
                Column(inlines("n"), "right", "Group"),
                Column(inlines(Emph("SE")), "decimal", "Group"),
            ),
            (
                Row((inlines(text),), "group"),
                Row(
                    (inlines(text), inlines(Number("97", "estimates 3")), inlines("2.2")),
                    "indented",
                ),
                Row(
                    (inlines("Total"), inlines(Number("100", "estimates 4")), inlines("1")), "total"
                ),
            ),
            inlines("SE = standard error. ", text),
        )
        inside = Section(
            "inner",
            text,
            (
                Facts((("Population", inlines(text)),)),
                table,
                Bullets((inlines("one ", text), inlines("two"))),
                Listing(f"make run\n{text}"),
            ),
        )
        outer = Section(
            "answer",
            "The answer",
            (
                Paragraph(
                    inlines(
                        text,
                        Strong(text),
                        Emph(text),
                        Code(text),
                        Sub("i"),
                        Sup("2"),
                        Number("−0.2", "estimates 3"),
                        Ref("table-one"),
                        Ref("figure-one"),
                        Link(text, "https://doi.org/10.1/x"),
                        Link("bad", "javascript:alert(1)"),
                    ),
                    "lead",
                ),
                Figure("figure-one", inlines("Means ", text), picture, inlines(text)),
                Callout("caution", text, (Paragraph(inlines(text)),)),
                inside,
            ),
        )
        return Document(
            text,
            text,
            (outer,),
            facts=(("Plan", inlines(Code(text))),),
            is_synthetic=is_synthetic,
            rows={"estimates 3": f"primary {text}"},
        )

    return make


@pytest.fixture(scope="session")
def hostile():
    return HOSTILE
