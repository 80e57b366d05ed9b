"""Before against after, by t tests."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from evalpipe.config.base import Identifier, no_such
from evalpipe.config.kinds.base import DeclaredNames, Found, Kind, Labels
from evalpipe.config.publication import Publication

BONETT = Publication(
    ("Bonett, D. G. (2008). Confidence intervals for standardized linear contrasts of means. "),
    "Psychological Methods, 13",
    "(2), 99–109.",
    "10.1037/1082-989X.13.2.99",
    cited="(Bonett, 2008)",
)
WELCH = Publication(
    (
        "Welch, B. L. (1947). The generalization of ‘Student's’ problem when several different "
        "population variances are involved. "
    ),
    "Biometrika, 34",
    "(1–2), 28–35.",
    "10.1093/biomet/34.1-2.28",
    cited="(Welch, 1947)",
)


class PrePost(Kind):
    """Before against after by t tests: paired within people, or Welch's test of two groups."""

    has_strategies: ClassVar[bool] = True
    title: ClassVar[str] = "t tests of before and after"
    short_title: ClassVar[str] = "t test"
    has_observed_means: ClassVar[bool] = True

    kind: Literal["pre_post"]
    before: Identifier
    after: Identifier
    compare: Literal["within", "change", "after"] = Field(
        "within",
        description="`within`: the paired t test of everybody, without a contrast; `change`: "
        "Welch's t test of the changes of the two groups of the contrast; `after`: Welch's t test "
        "of their later measurements",
    )

    def tell(self, labels: Labels) -> str:
        """Say the visits and the test."""
        before, after = labels.visit(self.before), labels.visit(self.after)
        return {
            "within": f"Paired t test of {labels.outcome}: {after} against {before}.",
            "change": f"Welch's t test of the change in {labels.outcome} from {before} to {after}.",
            "after": f"Welch's t test of {labels.outcome} at {after}.",
        }[self.compare] + " People with both measurements are analysed."

    def publications(self) -> tuple[Publication, ...]:
        """Return what the standardised change or the test rests on."""
        return (BONETT,) if self.compare == "within" else (WELCH,)

    def visits(self) -> tuple[str, ...]:
        """Return both visits."""
        return (self.before, self.after)

    def find_problems(self, names: DeclaredNames) -> Iterator[Found]:
        """Yield visits that are not declared, or the same."""
        yield from super().find_problems(names)
        for key, visit in (("before", self.before), ("after", self.after)):
            if visit not in names.visits:
                yield (key,), no_such("visit", visit, names.visits)
        if self.before == self.after:
            yield ("after",), "is the visit that `before` names"
