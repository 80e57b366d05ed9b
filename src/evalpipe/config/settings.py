"""`config/config.yaml`: which studies there are, and choices that hold for all of them."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from evalpipe.config.base import Identifier, Strict
from evalpipe.config.load import list_problems
from evalpipe.config.yaml_file import read_yaml
from evalpipe.errors import ConfigError


class Settings(Strict):
    """Global choices; a study's plan says everything else."""

    studies: Literal["all"] | tuple[Identifier, ...] = "all"
    confidence_level: Annotated[float, Field(gt=0.5, lt=1)] = 0.95
    seed: Annotated[int, Field(ge=0)] = 20261122


def load_settings(path: Path) -> Settings:
    """Read the settings; an absent file means the defaults. Raises ConfigError."""
    if not path.exists():
        return Settings()
    document = read_yaml(path, "config/config.yaml")
    context: dict[str, Any] = {}
    try:
        return Settings.model_validate(document.value, context=context)
    except ValidationError as error:
        raise ConfigError(list_problems(error, document, context)) from None
