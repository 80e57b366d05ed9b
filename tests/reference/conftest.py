"""Cases are imported by name; a test whose data may not be copied here is skipped without them."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Iterator[None]:
    """A fixture may ask for the file."""
    with skip_without_file():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Iterator[None]:
    """Or the test itself."""
    with skip_without_file():
        return (yield)


@contextmanager
def skip_without_file() -> Iterator[None]:
    """Skip, with the file's name, what asks for a file that is not in the repository."""
    from cases.folder import ABSENT, HAS_WHOLE, REFERENCE

    try:
        yield
    except FileNotFoundError as error:
        wanted = Path(str(error.filename))
        if HAS_WHOLE or REFERENCE not in wanted.parents:
            raise
        pytest.skip(f"{wanted.name}: {ABSENT}")
