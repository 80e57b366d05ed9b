"""Write what is generated from the program: the JSON schema and the guide to the plan."""

from pathlib import Path

import engine_proof

from evalpipe.config.guide import guide, json_schema
from evalpipe.io import write_json, write_text

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Write the generated documents; a test holds them in step with the models."""
    write_json(json_schema(), ROOT / "config" / "study.schema.json")
    write_text(guide(), ROOT / "docs" / "plan_guide.md")
    engine_proof.main()


if __name__ == "__main__":
    main()
