"""Methods: a text to paste into a paper, references, and how to compute everything again."""

from __future__ import annotations

from evalpipe.config.analyses import (
    MMRM,
    Agreement,
    Ancova,
    ChangeTable,
    Gee,
    GoalAttainment,
    MissingData,
    MixedModel,
    ReliableChange,
    SingleCase,
)
from evalpipe.config.instruments import Instrument
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
)
from evalpipe.report.labels import DESIGNS, in_sentence, spell
from evalpipe.report.sections.model_words import INFERENCE, METHODS
from evalpipe.report.sections.references import REFERENCES
from evalpipe.report.source import Source
from evalpipe.report.words import list_words

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
        Section(
            "methods-text", "Text for a paper", (Paragraph(_text(source)), *_instruments(source))
        ),
    ]
    details = _protocol(source)
    if details is not None:
        blocks.append(Section("methods-study", "The study", (details,)))
    blocks.append(Section("references", "References", (Bullets(_references(source)),)))
    blocks.append(Section("reproduce", "Reproduce", _reproduce(source)))
    return Section("methods", "Methods", tuple(blocks))


def _text(source: Source) -> Inlines:
    plan = source.plan
    versions = source.run.versions
    sentences = [
        (
            f"The study is a {in_sentence(DESIGNS[str(plan.study.design)])}"
            f"{_arms(source)}. The analyses were declared in a plan before the software read "
            "the data, and each number below follows from that plan."
        ),
        *_model_sentences(source),
        *_family_sentences(source),
        f"Intervals are {_level(source)} confidence intervals; tests are two-sided.",
        "All analyses were run with evalpipe"
        + (f" {versions['evalpipe']}" if "evalpipe" in versions else "")
        + (f" under Python {source.run.python}" if source.run.python else "")
        + _software(source)
        + ".",
    ]
    return inlines(" ".join(sentences))


def _level(source: Source) -> str:
    levels = [row.conf_level for row in source.estimates if row.conf_level > 0]
    return f"{100 * levels[0]:g}%" if levels else "95%"


def _arms(source: Source) -> str:
    labels = [in_sentence(arm.label) for arm in source.plan.arms.values()]
    return f" of {list_words(labels)}" if len(labels) > 1 else f" of {labels[0]}" if labels else ""


def _software(source: Source) -> str:
    names = ("numpy", "scipy", "statsmodels", "pandas")
    known = [f"{name} {source.run.versions[name]}" for name in names if name in source.run.versions]
    return f" ({list_words(known)})" if known else ""


def _model_sentences(source: Source) -> list[str]:
    kinds: dict[str, list[str]] = {}
    for name, analysis in source.plan.analyses.items():
        model = analysis.model
        if isinstance(model, MMRM | MixedModel):
            words = (
                "mixed models for repeated measures"
                if model.kind == "mmrm"
                else ("linear mixed models")
            )
            key = f"{words} fitted by {METHODS[model.method]} with {INFERENCE[model.inference]}"
        elif isinstance(model, Ancova):
            key = f"analysis of covariance with {model.standard_errors.upper()} standard errors"
        elif isinstance(model, Gee):
            key = "generalised estimating equations"
        else:
            key = spell(model.kind).lower()
        kinds.setdefault(key, []).append(spell(name).lower())
    items = [f"{key} ({list_words([f'“{n}”' for n in names])})" for key, names in kinds.items()]
    return [f"We used {list_words(items)}."] if items else []


def _family_sentences(source: Source) -> list[str]:
    sentences = []
    for name, family in source.plan.multiplicity.items():
        label = family.label or spell(name)
        sentences.append(
            f"P-values of the family “{in_sentence(label)}” were adjusted by "
            f"{MULTIPLICITY[family.method]}."
        )
    return sentences


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
    words = "; ".join(parts)
    source = f" {instrument.source}" if instrument.source else ""
    return inlines(f"{instrument.label}: {words}.{source}" if words else instrument.label + source)


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


def _reference_keys(source: Source) -> list[str]:
    keys = ["estimand"]
    if str(source.plan.study.design).endswith("rct"):
        keys.append("consort")
    for analysis in source.plan.analyses.values():
        model = analysis.model
        match model:
            case MMRM():
                keys += ["mmrm", model.inference]
            case MixedModel():
                keys += ["mixed", model.inference]
            case Ancova():
                keys += [model.standard_errors]
            case Gee():
                keys += ["gee", model.covariance]
            case ReliableChange() | MissingData() | GoalAttainment() | SingleCase():
                keys.append(model.kind)
            case ChangeTable():
                keys.append(model.test)
            case Agreement():
                keys.append("icc" if model.statistic == "icc" else "kappa")
            case _:
                pass
    keys += [family.method for family in source.plan.multiplicity.values()]
    return [key for key in dict.fromkeys(keys) if key in REFERENCES]


def _references(source: Source) -> tuple[Inlines, ...]:
    found = sorted(REFERENCES[key] for key in _reference_keys(source))
    return tuple(_reference(*reference) for reference in found)


def _reference(start: str, journal: str, rest: str, doi: str) -> Inlines:
    address = f"https://doi.org/{doi}"
    return inlines(start, Emph(journal), rest, *((" ", Link(address, address)) if doi else ()))


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
