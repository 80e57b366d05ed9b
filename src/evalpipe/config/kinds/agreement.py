"""Agreement of raters, roles or instruments."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from evalpipe.config.base import Identifier, no_such
from evalpipe.config.derived import Reference
from evalpipe.config.kinds.base import DeclaredNames, Found, Kind, Labels
from evalpipe.config.publication import Publication

COHEN = Publication(
    "Cohen, J. (1960). A coefficient of agreement for nominal scales. ",
    "Educational and Psychological Measurement, 20",
    "(1), 37–46.",
    "10.1177/001316446002000104",
    cited="(Cohen, 1960)",
)

SHROUT_FLEISS = Publication(
    (
        "Shrout, P. E., & Fleiss, J. L. (1979). Intraclass correlations: Uses "
        "in assessing rater reliability. "
    ),
    "Psychological Bulletin, 86",
    "(2), 420–428.",
    "10.1037/0033-2909.86.2.420",
    cited="(Shrout & Fleiss, 1979)",
)
IntraclassForm = Literal[
    "absolute_single",
    "absolute_average",
    "consistency_single",
    "consistency_average",
    "one_way_single",
    "one_way_average",
]

FORM_WORDS: dict[IntraclassForm, str] = {
    "absolute_single": "ICC(A,1): two-way, absolute agreement, of single ratings",
    "absolute_average": "ICC(A,k): two-way, absolute agreement, of average ratings",
    "consistency_single": "ICC(C,1): two-way, consistency, of single ratings",
    "consistency_average": "ICC(C,k): two-way, consistency, of average ratings",
    "one_way_single": "ICC(1): one-way, of single ratings",
    "one_way_average": "ICC(k): one-way, of average ratings",
}


class Agreement(Kind):
    """Agreement of raters, roles or instruments on one outcome: kappa, weighted kappa or ICC."""

    title: ClassVar[str] = "agreement"
    short_title: ClassVar[str] = "Agreement"

    kind: Literal["agreement"]
    between: Literal["raters", "roles", "instruments"] = "raters"
    with_outcome: Reference | None = None
    statistic: Literal["kappa", "weighted_kappa", "icc"] = "kappa"
    form: IntraclassForm | None = Field(
        None,
        description="which intraclass correlation answers: of single ratings or of the average of "
        "all raters; `absolute` counts differences in level between raters, `consistency` does "
        "not, `one_way` is for participants rated by raters of their own; default: "
        "`absolute_single`, ICC(A,1)",
    )
    visit: Identifier | None = None

    def tell(self, labels: Labels) -> str:
        """Say who is compared and by which statistic."""
        statistics = {
            "kappa": "Cohen's kappa",
            "weighted_kappa": "weighted kappa",
            "icc": f"the intraclass correlation {FORM_WORDS[self.form or 'absolute_single']}",
        }
        return f"Agreement between {self.between} by {statistics[self.statistic]}."

    def publications(self) -> tuple[Publication, ...]:
        """Return what the statistic rests on."""
        return (SHROUT_FLEISS,) if self.statistic == "icc" else (COHEN,)

    def variables(self) -> tuple[str, ...]:
        """Return the second outcome."""
        return (self.with_outcome,) if self.with_outcome else ()

    def find_problems(self, names: DeclaredNames) -> Iterator[Found]:
        """Yield visits, roles and outcomes that are not declared, and keys of other statistics."""
        yield from super().find_problems(names)
        if self.form is not None and self.statistic != "icc":
            yield ("form",), "is a form of the intraclass correlation: `statistic: icc`"
        if self.visit is not None and self.visit not in names.visits:
            yield ("visit",), no_such("visit", self.visit, names.visits)
        if self.between == "roles" and not names.roles:
            yield ("between",), "the plan declares no `roles`: participants are no dyads"
        if self.between == "instruments":
            known = names.references
            if self.with_outcome is None:
                yield ("with_outcome",), "agreement of two instruments: name the second one"
            elif self.with_outcome not in known:
                yield ("with_outcome",), no_such("outcome", self.with_outcome, known)
        elif self.with_outcome is not None:
            yield ("with_outcome",), "is for `between: instruments`"
