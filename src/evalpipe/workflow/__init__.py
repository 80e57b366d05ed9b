"""What the Snakefile imports: names of studies, and digests that decide on reruns.

Snakemake sees neither an edit inside an imported package nor which part of a plan a job reads. So
each rule takes, as parameters, the digest of the part of the plan that its stage uses and of the
source code that its stage imports; `ingest` takes that of the raw files, too.
"""

from evalpipe.workflow.content import content_digest
from evalpipe.workflow.plans import analysis_slice, plan_digest, studies
from evalpipe.workflow.raw import (
    memory_mb,
    minutes,
    not_ahead,
    raw_digest,
    raw_files,
    truth_digest,
    truth_file,
)
from evalpipe.workflow.source import code_digest, digest_source

__all__ = [
    "analysis_slice",
    "code_digest",
    "content_digest",
    "digest_source",
    "memory_mb",
    "minutes",
    "not_ahead",
    "plan_digest",
    "raw_digest",
    "raw_files",
    "studies",
    "truth_digest",
    "truth_file",
]
