"""The words of small studies of all designs and kinds are those that a person has read."""

import pytest
from golden import golden_file, study_names, tell_study


@pytest.mark.parametrize("name", study_names())
def test_the_words_of_a_study_are_those_that_were_read(name, tmp_path):
    assert tell_study(name, tmp_path / name) == golden_file(name).read_text(encoding="utf-8"), (
        "the words changed: `make words` writes them anew; read the diff against the tables"
    )
