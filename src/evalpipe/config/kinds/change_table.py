"""Classes before against after."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from evalpipe.config.base import Identifier, no_such
from evalpipe.config.derived import Reference
from evalpipe.config.kinds.base import DeclaredNames, Found, Kind, Labels
from evalpipe.config.publication import Publication

MAXWELL = Publication(
    ("Maxwell, A. E. (1970). Comparing the classification of subjects by two independent judges. "),
    "The British Journal of Psychiatry, 116",
    "(535), 651–655.",
    "10.1192/bjp.116.535.651",
    cited="(Maxwell, 1970)",
)
_TESTS = {"stuart_maxwell": "Stuart-Maxwell", "bowker": "Bowker", "mcnemar": "McNemar"}


class ChangeTable(Kind):
    """Classes before against after: change table, marginal homogeneity, share improved."""

    title: ClassVar[str] = "tables of classes before and after"
    short_title: ClassVar[str] = "Change table"

    kind: Literal["change_table"]
    before: Identifier
    after: Identifier
    test: Literal["stuart_maxwell", "bowker", "mcnemar"] = "stuart_maxwell"
    by: Reference | None = None

    def tell(self, labels: Labels) -> str:
        """Say the visits and the test."""
        return (
            f"Table of classes before ({labels.visit(self.before)}) and "
            f"after ({labels.visit(self.after)}); {_TESTS[self.test]} test."
        )

    def publications(self) -> tuple[Publication, ...]:
        """Return what the test rests on."""
        return (MAXWELL,) if self.test == "stuart_maxwell" else ()

    def variables(self) -> tuple[str, ...]:
        """Return the variable that divides the table."""
        return (self.by,) if self.by else ()

    def visits(self) -> tuple[str, ...]:
        """Return both visits."""
        return (self.before, self.after)

    def find_problems(self, names: DeclaredNames) -> Iterator[Found]:
        """Yield visits that are not declared."""
        yield from super().find_problems(names)
        for key, visit in (("before", self.before), ("after", self.after)):
            if visit not in names.visits:
                yield (key,), no_such("visit", visit, names.visits)
