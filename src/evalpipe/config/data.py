"""Where the numbers come from: one entry per raw file, and what its columns become."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from evalpipe.config.base import SHOWN, Identifier, Label, Level, Prose, RawText, Strict
from evalpipe.config.ids import Ids
from evalpipe.config.privacy_rules import (
    PROFILE_WORDS,
    SHOWN_BY_PROFILE,
    PrivacyRule,
    Profile,
)
from evalpipe.vocabulary.formats import FormatName

_FILE_PART = r"[A-Za-z0-9][A-Za-z0-9_.()+,& -]{0,120}"
FILE_PATTERN = rf"^{_FILE_PART}(/{_FILE_PART}){{0,3}}$"

FileName = Annotated[str, Field(pattern=FILE_PATTERN)]

_UNREAD_PART = r"\.?[A-Za-z0-9_~$][A-Za-z0-9_.~$#()+,& -]{0,120}"
UNREAD_PATTERN = rf"^{_UNREAD_PART}(/{_UNREAD_PART}){{0,5}}/?$"

UnreadName = Annotated[str, Field(pattern=UNREAD_PATTERN)]
"""A file or folder as other programs name them: `.Rhistory`, `scores (1).csv`, `.git`."""

Grain = Literal["participant", "visit", "session", "day", "trial", "goal"]


class Column(Strict):
    """One raw column: which canonical column or variable it becomes, and how its codes read."""

    to: Identifier
    values: dict[RawText, Level] = Field({}, description="code in the file -> level in the plan")
    format: Label | None = Field(
        None, description="how dates are written, for example %d-%m-%Y; `excel`: day numbers"
    )
    spelling: Literal["exact", "loose"] = Field(
        "exact", description="loose: case and spaces of the codes do not count"
    )


class Filter(Strict):
    """Which rows of a raw file belong to this entry (a REDCap form, one rater)."""

    column: RawText
    equals: tuple[RawText, ...]


class RawFile(Strict):
    """One raw file inside `data/raw/<study>/` (inside each cohort's folder when there are cohorts).

    columns: raw heading -> canonical column (`participant_id`, `arm`, `visit`, `day`, `date`,
    `role`, `dyad_id`, `rater`, a cluster + `_id`, a session column) or a variable of the plan.
    scores: instrument or instrument.scale -> one raw column (when a row is an occasion), or
    raw column -> visit (when a row is a participant and each visit has a column of its own).
    """

    file: FileName
    format: FormatName = FormatName.AUTO
    encoding: Literal["auto", "utf-8", "latin-1", "cp1252"] = "auto"
    delimiter: Literal["auto", ",", ";", "tab"] = "auto"
    decimal: Literal["auto", ".", ","] = "auto"
    thousands: Literal[".", ","] | None = Field(None, description="mark between thousands")
    sheet: Label | None = None
    header_row: Annotated[int, Field(ge=1, le=1000, description="the row of the headings")] = 1
    skip_rows: tuple[Annotated[int, Field(ge=1, le=100_000)], ...] = Field(
        (), description="rows that hold no data, such as a second line of headings"
    )
    form: RawText | None = Field(None, description="REDCap repeating instrument of these rows")
    one_row_per: Grain
    rows: tuple[Filter, ...] = ()
    columns: dict[RawText, Identifier | Column]
    items: tuple[Identifier, ...] = Field((), description="instruments whose items stand here")
    item_suffixes: dict[RawText, Identifier] = Field(
        {}, description="wide item files: suffix of the heading -> visit"
    )
    scores: dict[str, RawText | dict[RawText, Identifier]] = {}
    codes: dict[str, dict[RawText, Level]] = Field(
        {}, description="classifications: instrument -> code in the file -> class"
    )
    rater: Identifier | None = Field(None, description="who rated every row of this file")
    role: Identifier | None = Field(None, description="the role of every row of this file")
    visit: Identifier | None = Field(None, description="the visit of every row of this file")
    missing: dict[RawText, Identifier] = Field({}, description="code -> reason: -99: not_reached")
    id_from: Literal["row"] | Annotated[tuple[RawText, ...], Field(min_length=2)] | None = Field(
        None,
        description="participant_id of several columns together ([site, nr]), where ids begin "
        "again at each site; row: every row is a participant",
    )
    ids: Ids | None = Field(None, description="how ids stand in this file; else as `ids` says")
    double_entry: Literal["first", "second"] | None = Field(
        None, description="rows typed in twice (REDCap: 7--1 and 7--2): which of the two is taken"
    )
    missing_in_range: Annotated[Prose, Field(min_length=20)] | None = Field(
        None, description="why a code under `missing` is also a value that a scale may take"
    )
    drop: dict[RawText, Prose] = Field({}, description="columns thrown away unread, and why")
    optional: bool = Field(False, description="a cohort may lack this file")


class Override(Strict):
    """A finding of the privacy gate that is accepted, with a reason that the report prints."""

    rule: PrivacyRule
    file: Identifier | None = None
    column: RawText | None = None
    reason: Annotated[Prose, Field(min_length=20)]


class Allowed(Strict):
    """A disclosure rule that this study sets aside, with a reason that the report prints."""

    what: Literal[
        "small_reasons_of_loss",
        "individual_lines",
        "individual_points",
        "small_counts_in_flow",
        "small_numbers_missing",
        "small_counts_of_outcomes",
    ]
    reason: Annotated[Prose, Field(min_length=20)]


class Privacy(Strict):
    """How the data are protected on the way in and on the way out.

    `profile` says what reports show of few people. `strict` (where nothing is said): no count of
    1 to the threshold, and nothing that gives one back. `clinical`: how many took part, were
    analysed and are missing at each visit is shown, however few, as CONSORT asks; reasons of loss,
    answers and outcomes of few are not. `open`: every count is shown. In all three, means, models
    and lines of few people stay withheld. `allow` makes single exceptions, each with a reason.
    """

    profile: Annotated[
        Profile,
        Field(description="what reports show of few people; `strict` shows the least"),
        SHOWN,
    ] = Profile.STRICT
    quasi_identifiers: tuple[Identifier, ...] = ()
    smallest_group: Annotated[int, Field(ge=1, le=100, description="k of k-anonymity")] = 5
    sensitive: Identifier | None = None
    distinct_sensitive: Annotated[int, Field(ge=1, le=20, description="l of l-diversity")] = 1
    disclosure_threshold: Annotated[
        int,
        Field(ge=0, le=100, description="counts up to it are withheld; 0: none, for made-up data"),
    ] = 5
    overrides: tuple[Override, ...] = ()
    leave_unread: dict[UnreadName, Annotated[Prose, Field(min_length=20)]] = Field(
        {},
        description="files and folders in the raw folder that are neither read nor judged, and why",
    )
    allow: Annotated[tuple[Allowed, ...], SHOWN] = ()

    def shown(self) -> dict[str, str]:
        """What is shown although small or individual -> why: the plan's reason or its profile."""
        of_profile = dict.fromkeys(
            SHOWN_BY_PROFILE[self.profile], f"profile {self.profile}: {PROFILE_WORDS[self.profile]}"
        )
        return of_profile | {entry.what: entry.reason for entry in self.allow}

    @model_validator(mode="after")
    def _diversity_needs_attribute(self) -> Self:
        if self.distinct_sensitive > 1 and self.sensitive is None:
            raise ValueError("distinct_sensitive needs `sensitive`: the variable it is about")
        return self
