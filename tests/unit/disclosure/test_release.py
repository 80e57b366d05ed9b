"""The door to `reports/`: plain names only, tables that cannot start a formula."""

import pandas as pd
import pytest

from evalpipe.disclosure.release import Release


@pytest.mark.parametrize("name", ["../x.html", "/etc/x", "a/../../x", "A.html", "", "a/b/c", "x y"])
def test_no_file_is_written_elsewhere(tmp_path, name):
    with pytest.raises(ValueError, match="not a name of a released file"):
        Release(tmp_path / "study").write(name, b"x")
    assert not list(tmp_path.rglob("*"))


def test_a_released_table_has_row_numbers_and_no_formula(tmp_path):
    table = pd.DataFrame({"note": ["=1+1", "plain"], "value": [-1.5, 2.0]})
    Release(tmp_path).write_table("tables/estimates.csv", table)
    text = (tmp_path / "tables" / "estimates.csv").read_text(encoding="utf-8-sig")
    assert text.splitlines() == ["row,note,value", "1,'=1+1,-1.5", "2,plain,2.0"]
