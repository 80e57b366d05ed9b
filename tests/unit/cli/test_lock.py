"""The project's lock where there is no place for it."""

import pytest

from evalpipe.cli.lock import one_run_at_a_time
from evalpipe.errors import BusyError, UsageError


def test_a_folder_that_cannot_be_written_is_told_in_one_line(tmp_path):
    (tmp_path / ".snakemake").write_bytes(b"a file where the folder should be")
    told = pytest.raises(UsageError, match="nothing can be written there")
    with told as caught, one_run_at_a_time(tmp_path):
        pass
    assert "\n" not in str(caught.value)


def test_a_second_run_is_told_to_wait(tmp_path):
    told = pytest.raises(BusyError, match="another run")
    with one_run_at_a_time(tmp_path), told, one_run_at_a_time(tmp_path):
        pass
