"""Reports say what their rows say: every sentence taken apart, every number found, changes noticed.

The sentences and rows are those that the engine and the boundary made.
"""

from pathlib import Path

import entail
import mutants
import numpy as np
import pytest
import sentences

import words

ROOT = Path(__file__).parents[2]
PUBLIC = ("btheb",)
BUNDLED = tuple(sorted(path.stem for path in (ROOT / "config" / "studies").glob("*.yaml")))
MUTANTS = 200


def tell_bundled(study: str, root: Path) -> words.Told:
    told = words.tell(ROOT / "config/studies" / f"{study}.yaml", ROOT / "data/raw" / study, root)
    assert told.code == 0
    return told


@pytest.fixture(scope="module")
def bundled(tmp_path_factory):
    known: dict[str, words.Told] = {}

    def tell(study: str) -> words.Told:
        if study not in known:
            known[study] = tell_bundled(study, tmp_path_factory.mktemp(study))
        return known[study]

    return tell


def hold(told: words.Told) -> None:
    assert len(sentences.sentences_of(told.source)) >= 1
    assert sentences.problems_of(told.source) == []
    rows = sentences.rows_of(told.source)
    numbers = list(sentences.numbers_of(told.document.sections))
    assert len(numbers) > 20
    assert entail.wrong_numbers(rows, numbers) == []


def mutate(told: words.Told, generator: np.random.Generator, wanted: int) -> list[str]:
    """Change claims and rows `wanted` times; returns the changes that nobody noticed."""
    plan, rows = told.source.plan, sentences.rows_of(told.source)
    known = sentences.sentences_of(told.source)
    made, unnoticed = 0, []
    for _ in range(100 * wanted):
        sentence = known[int(generator.integers(len(known)))]
        name = str(generator.choice(list(mutants.CHANGES)))
        changed = mutants.CHANGES[name](plan, rows, sentence, generator)
        if changed is None:
            continue
        made += 1
        told_of = entail.Sentence(sentence.content, sentence.verdict, changed[1])
        if not entail.problems(plan, changed[0], told_of):
            unnoticed.append(f"{name}: {sentence.text} {sentence.verdict}")
        if made == wanted:
            return unnoticed
    raise AssertionError("too few sentences to change")


@pytest.mark.parametrize("study", PUBLIC)
def test_every_sentence_and_number_follows_from_its_rows(bundled, study):
    hold(bundled(study))


@pytest.mark.parametrize("study", PUBLIC)
def test_every_change_of_a_claim_or_a_row_is_noticed(bundled, study):
    assert mutate(bundled(study), np.random.default_rng(20261125), MUTANTS) == []


@pytest.mark.slow
@pytest.mark.parametrize("study", [name for name in BUNDLED if name not in PUBLIC])
def test_every_bundled_report_follows_from_its_rows(bundled, study):
    hold(bundled(study))
    assert mutate(bundled(study), np.random.default_rng(20261125), MUTANTS) == []
