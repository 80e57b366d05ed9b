"""Write what is generated from the program: schema and guide of plans, proofs, the way of data."""

from pathlib import Path

import engine_proof
import rule_graph

from evalpipe.config.guide import guide, json_schema
from evalpipe.io import write_json, write_text

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Write the generated documents; a test holds them in step with the models."""
    write_json(json_schema(), ROOT / "config" / "study.schema.json")
    write_text(guide(), ROOT / "docs" / "plan_guide.md")
    engine_proof.main()
    rule_graph.main()


if __name__ == "__main__":
    main()
