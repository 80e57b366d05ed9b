"""A notebook executed: the same inputs, the same bytes; nothing of the machine in it.

The kernel is this environment's own, reached by a socket in a folder of its own instead of an open
port, without the user's start-up files, history or settings of figures.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evalpipe import errors
from evalpipe.errors import EvalpipeError, ModelError

if TYPE_CHECKING:
    from nbformat import NotebookNode

SHOWN = ("image/png", "text/html", "text/plain")
"""Kinds of output that are kept, the richest first."""

SECONDS = 1800
"""That one cell may take."""


def execute(notebook: NotebookNode, folder: Path) -> NotebookNode:
    """Run every cell in a new kernel; returns a copy with the outputs.

    folder: the project's folder, in which the kernel works. Streams of warnings are not kept: they
    hold paths. Raises ModelError when a cell fails; its message holds nothing that a cell printed,
    but for evalpipe's own mistakes, which never hold a value.
    """
    import nbformat
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    done: NotebookNode = nbformat.from_dict(dict(notebook))
    with tempfile.TemporaryDirectory(prefix="kernel-") as name:
        client = _client(done, Path(name))
        try:
            client.execute(
                env=_environment(Path(name)),
                cwd=str(folder.resolve()),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except CellExecutionError as error:
            raise _told(error, client.code_cells_executed) from None
        except (CellTimeoutError, DeadKernelError) as error:
            kind = type(error).__name__
            number = client.code_cells_executed
            raise ModelError(f"notebook: code cell {number}: the kernel ended ({kind})") from None
    for cell in done["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [_cleaned(output) for output in cell["outputs"] if _is_kept(output)]
        cell["metadata"] = {}
    done["metadata"] = dict(notebook["metadata"])
    return done


def _client(notebook: NotebookNode, place: Path) -> Any:
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

    class OwnKernel(AsyncKernelManager):
        """The Python that runs here, whatever a user calls python3; nbclient starts and ends it."""

        def __init__(self, **settings: Any) -> None:
            super().__init__(
                **settings,
                kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),
                transport="ipc",
                connection_file=str(place / "kernel.json"),
            )

    return NotebookClient(
        notebook,
        kernel_manager_class=OwnKernel,
        kernel_name="python3",
        timeout=SECONDS,
        record_timing=False,
    )


def _environment(place: Path) -> dict[str, str]:
    """The environment without what would let a user's own files in."""
    (place / "matplotlibrc").touch()
    kept = {k: v for k, v in os.environ.items() if k not in ("PYTHONSTARTUP", "MPLBACKEND")}
    return {
        **kept,
        "IPYTHONDIR": str(place / "ipython"),
        "MATPLOTLIBRC": str(place / "matplotlibrc"),
        "PYTHONHASHSEED": "0",
    }


def _told(error: Any, number: int) -> ModelError:
    """A failed cell in one line."""
    kind = getattr(errors, str(error.ename), None)
    is_own = isinstance(kind, type) and issubclass(kind, EvalpipeError)
    why = str(error.evalue).splitlines()[0] if is_own and error.evalue else str(error.ename)
    return ModelError(f"notebook: code cell {number} failed: {why}")


def _is_kept(output: Any) -> bool:
    return bool(output["output_type"] != "stream" or output["name"] == "stdout")


def _cleaned(output: Any) -> Any:
    if "data" in output:
        output["data"] = {kind: output["data"][kind] for kind in SHOWN if kind in output["data"]}
        output["metadata"] = {}
    return output
