"""Mixed models for repeated measures: how they run."""

from evalpipe.config.kinds import MMRM
from evalpipe.models.job import Runner
from evalpipe.models.kinds.mixed import run_gaussian_job

RUNNER = Runner(MMRM, run_gaussian_job)
