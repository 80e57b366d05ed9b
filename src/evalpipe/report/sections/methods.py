"""Methods: a text to paste into a paper, references, and how to compute everything again."""

from __future__ import annotations

import math

from evalpipe.answers.claims import units_and_members
from evalpipe.config.analyses import Analysis
from evalpipe.config.instruments import Cutoff, Instrument
from evalpipe.config.publication import Publication
from evalpipe.design.people import is_randomised_design
from evalpipe.report.documents.model import (
    Block,
    Bullets,
    Code,
    Emph,
    Facts,
    Inlines,
    Link,
    Listing,
    Paragraph,
    Section,
    inlines,
    plain_text,
)
from evalpipe.report.labels import DESIGNS, in_sentence, spell
from evalpipe.report.numbers import format_count
from evalpipe.report.sections.model_words import model_words
from evalpipe.report.sections.references import CONSORT, ESTIMANDS, MULTIPLICITY_SOURCES
from evalpipe.report.sections.variable_roles import role_words
from evalpipe.report.source import Source
from evalpipe.report.words import list_words

OTHER_ROLES = {
    "secondary": "Secondary analyses",
    "mechanism": "Analyses of mechanisms",
    "exploratory": "Exploratory analyses",
    "sensitivity": "Sensitivity analyses",
    "reproduction": "Analyses that reproduce published ones",
}
MULTIPLICITY = {
    "holm": "Holm's method",
    "hochberg": "Hochberg's method",
    "benjamini_hochberg": "the false discovery rate (Benjamini and Hochberg)",
    "bonferroni": "Bonferroni's method",
    "fixed_sequence": "a fixed sequence of tests",
}
PROTOCOL_TITLES = {
    "setting": "Setting",
    "participants": "Participants",
    "intervention": "Intervention",
    "comparator": "Comparator",
    "randomisation": "Randomisation",
    "allocation_concealment": "Allocation concealment",
    "blinding": "Blinding",
    "sample_size": "Sample size",
    "ethics": "Ethics",
    "funding": "Funding",
    "harms": "Harms",
}


def build_methods(source: Source) -> Section:
    """Text, study details, references and how to reproduce."""
    blocks: list[Block] = [
        Section("methods-text", "Text for a paper", (*_text(source), *_instruments(source))),
    ]
    details = _protocol(source)
    if details is not None:
        blocks.append(Section("methods-study", "The study", (details,)))
    blocks.append(Section("references", "References", (Bullets(_references(source)),)))
    blocks.append(Section("reproduce", "Reproduce", _reproduce(source)))
    return Section("methods", "Methods", tuple(blocks))


def _text(source: Source) -> list[Block]:
    """Design, primary analysis, other analyses and software, each a paragraph."""
    paragraphs = [
        _design_text(source),
        *_primary_texts(source),
        _others_text(source),
        _software_text(source),
    ]
    return [Paragraph(inlines(words)) for words in paragraphs if words]


def _design_text(source: Source) -> str:
    plan = source.plan
    units, _ = units_and_members(source)
    noun = "pairs" if plan.unit == "dyad" else "people"
    entered = "were randomised" if is_randomised_design(plan) else "entered"
    count = f" {format_count(units)} {noun} {entered}." if math.isfinite(units) else ""
    kind = in_sentence(DESIGNS[str(plan.study.design)])
    words = f"The study is {'an' if kind[0] in 'aeiou' else 'a'} {kind}{_arms(source)}.{count}"
    words += role_words(plan)
    return (
        f"{words} Estimands and analyses are those that the study's plan declares "
        f"{ESTIMANDS.cited}."
    )


def _primary_texts(source: Source) -> list[str]:
    """The model of each primary analysis in full, with what it assumes about missing data."""
    texts = []
    for analysis in source.plan.analyses.values():
        if analysis.role == "primary":
            model = plain_text(model_words(source.plan, analysis))
            cited = _citations(analysis)
            whole = f"{model.removesuffix('.')} {cited}".strip()
            texts.append(f"Primary analysis. {whole}.{_missing_words(analysis)}")
    return texts


def _missing_words(analysis: Analysis) -> str:
    if not analysis.model.is_likelihood:
        return ""
    return (
        " Every outcome measured is used, of whoever in the population has the covariates of the "
        "model; what is missing is assumed to depend only on what was seen."
    )


def _citations(analysis: Analysis) -> str:
    """What an analysis rests on as one citation: `(Kenward & Roger, 1997; ...)`."""
    cited = sorted(found.cited.strip("()") for found in analysis.model.publications())
    return f"({'; '.join(cited)})" if cited else ""


def _others_text(source: Source) -> str:
    sentences = []
    for role, words in OTHER_ROLES.items():
        names: dict[str, list[str]] = {}
        for name, analysis in source.plan.analyses.items():
            if analysis.role == role:
                names.setdefault(_kind_words(analysis), []).append(spell(name).lower())
        items = [f"{kind} ({', '.join(found)})" for kind, found in names.items()]
        if items:
            sentences.append(f"{words}: {'; '.join(items)}.")
    return " ".join([*sentences, *_family_sentences(source)])


def _kind_words(analysis: Analysis) -> str:
    return f"{analysis.model.title} {_citations(analysis)}".strip()


def _software_text(source: Source) -> str:
    versions = source.run.versions
    program = f"evalpipe {versions['evalpipe']}" if "evalpipe" in versions else "evalpipe"
    python = f" under Python {source.run.python}" if source.run.python else ""
    return (
        f"Intervals are {_level(source)} confidence intervals; tests are two-sided. All analyses "
        f"were run with {program}{python}{_software(source)}."
    )


def _level(source: Source) -> str:
    levels = [row.conf_level for row in source.estimates if row.conf_level > 0]
    return f"{100 * levels[0]:g}%" if levels else "95%"


def _arms(source: Source) -> str:
    labels = [in_sentence(arm.label) for arm in source.plan.arms.values()]
    return f" of {list_words(labels)}" if len(labels) > 1 else f" of {labels[0]}" if labels else ""


def _software(source: Source) -> str:
    names = ("numpy", "scipy", "statsmodels", "pingouin", "pandas")
    known = [f"{name} {source.run.versions[name]}" for name in names if name in source.run.versions]
    return f" ({list_words(known)})" if known else ""


def _family_sentences(source: Source) -> list[str]:
    sentences = []
    for name, family in source.plan.multiplicity.items():
        label = family.label or spell(name)
        sentences.append(
            f"P-values of the family “{in_sentence(label)}” were adjusted by "
            f"{MULTIPLICITY[family.method]}{_cited(family.method)}."
        )
    return sentences


def _cited(key: str) -> str:
    return f" {MULTIPLICITY_SOURCES[key].cited}" if key in MULTIPLICITY_SOURCES else ""


def _instruments(source: Source) -> list[Block]:
    items = [_instrument(instrument) for instrument in source.plan.instruments.values()]
    return [Bullets(tuple(items))] if items else []


def _instrument(instrument: Instrument) -> Inlines:
    parts = []
    if instrument.items:
        parts.append(f"{instrument.items.count} items")
    if instrument.range:
        parts.append(f"range {instrument.range[0]:g} to {instrument.range[1]:g}")
    if instrument.unit:
        parts.append(f"in {instrument.unit}")
    if instrument.better:
        parts.append(f"{instrument.better} is better")
    if instrument.reliability:
        own = instrument.reliability
        parts.append(f"reliability {own.value:g} ({own.kind}; {own.source})")
    if instrument.minimal_important_difference:
        difference = instrument.minimal_important_difference
        parts.append(f"smallest difference that matters {difference.value:g} ({difference.source})")
    parts += [
        _cutoff_words(cutoff) for cutoff in (instrument.cutoff, *instrument.cutoffs) if cutoff
    ]
    words = "; ".join(parts)
    source = f" {instrument.source}" if instrument.source else ""
    label = instrument.label
    if instrument.domain:
        label += f" ({in_sentence(instrument.domain)})"
    return inlines(f"{label}: {words}.{source}" if words else label + source)


def _cutoff_words(cutoff: Cutoff) -> str:
    """Say the border, what the better side means, and where both come from."""
    where = "; ".join(
        f"{spell(name).lower()} {_condition_words(level)}" for name, level in cutoff.when.items()
    )
    for_whom = f" for {where}" if where else ""
    return f"cut-off {cutoff.value:g}{for_whom} ({cutoff.meaning}; {cutoff.source})"


def _condition_words(level: str | tuple[float, float]) -> str:
    return level if isinstance(level, str) else f"{level[0]:g} to {level[1]:g}"


def _protocol(source: Source) -> Facts | None:
    study = source.plan.study
    pairs: list[tuple[str, Inlines]] = [
        (title, inlines(text))
        for name, title in PROTOCOL_TITLES.items()
        if (text := getattr(study.protocol, name))
    ]
    if study.citation:
        pairs.append(("Citation", inlines(study.citation)))
    if study.data_licence:
        pairs.append(("Licence of the data", inlines(study.data_licence)))
    return Facts(tuple(pairs)) if pairs else None


def publications_of(source: Source) -> list[Publication]:
    """What the study's methods rest on, in the order of a list of references."""
    found = [ESTIMANDS]
    if str(source.plan.study.design).endswith("rct"):
        found.append(CONSORT)
    for analysis in source.plan.analyses.values():
        found += analysis.model.publications()
    methods = [family.method for family in source.plan.multiplicity.values()]
    found += [MULTIPLICITY_SOURCES[name] for name in methods if name in MULTIPLICITY_SOURCES]
    return sorted(set(found))


def _references(source: Source) -> tuple[Inlines, ...]:
    return tuple(_reference(publication) for publication in publications_of(source))


def _reference(found: Publication) -> Inlines:
    address = f"https://doi.org/{found.doi}"
    link = (" ", Link(address, address)) if found.doi else ()
    return inlines(found.start, Emph(found.journal), found.rest, *link)


def _reproduce(source: Source) -> tuple[Block, ...]:
    study = source.plan.study.id
    commands = f"make run\nevalpipe run {study}"
    if source.plan.published:
        commands += f"\nevalpipe verify {study}"
    run = source.run
    pairs: list[tuple[str, Inlines]] = []
    for title, digest in (
        ("Plan (SHA-256)", run.plan_digest),
        ("Data (SHA-256)", run.data_digest),
        ("Code (SHA-256)", run.code_digest),
    ):
        if digest:
            pairs.append((title, inlines(Code(digest))))
    pairs += [(f"Raw file {name}", inlines(Code(digest))) for name, digest in run.raw_files.items()]
    if run.versions:
        words = ", ".join(f"{name} {version}" for name, version in run.versions.items())
        pairs.append(
            ("Software", inlines(f"Python {run.python}, {words}" if run.python else words))
        )
    blocks: list[Block] = [Listing(commands)]
    if pairs:
        blocks.append(Facts(tuple(pairs)))
    blocks.append(
        Paragraph(
            inlines(
                "The same files, plan and versions give the same bytes on any machine. Every "
                "number in this report carries the code of its row; the rows are released beside "
                "it as ",
                Code("tables/estimates.csv"),
                " and ",
                Code("tables/statistics.csv"),
                ".",
            )
        )
    )
    return tuple(blocks)
