"""What libraries load at their import and no command uses is kept from loading.

A study is some eight processes of a second or two each, and half of that second is imports.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


class _Mock:
    """Stands for `unittest.mock.Mock`, of which no object exists outside tests."""


@contextmanager
def light_imports() -> Iterator[None]:
    """Load libraries without what they only need in tests, while a command runs.

    - pandera loads hypothesis at its first validation, to make up data (0.2 s);
    - its typeguard loads `unittest.mock`, and with it asyncio, to spare mocks a check (0.14 s);
    - pydantic asks every installed package whether it has a plugin (0.05 s); none of them is to
      see a plan;
    - Python looks for circles among objects again and again while classes are made (a tenth).

    What is loaded already (tests, notebooks) is left as it is.
    """
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    thresholds = gc.get_threshold()
    gc.set_threshold(50_000, 20, 20)
    instead = {"hypothesis": None, "unittest.mock": _mock()}
    instead = {name: module for name, module in instead.items() if name not in sys.modules}
    sys.modules.update(instead)  # type: ignore[arg-type]
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        for name in instead:
            sys.modules.pop(name, None)


def _mock() -> ModuleType:
    module = ModuleType("unittest.mock")
    module.Mock = module.patch = _Mock  # type: ignore[attr-defined]
    return module
