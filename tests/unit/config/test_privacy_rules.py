"""The rules that a plan may set aside are those that the gate and the release boundary know."""

import pytest

from evalpipe.config.load import load_plan
from evalpipe.config.privacy_rules import PrivacyRule
from evalpipe.disclosure.update import RULE, SAME_DATA
from evalpipe.errors import ConfigError
from evalpipe.privacy.findings import DESCRIPTIONS
from evalpipe.privacy.study_anonymity import K_RULE, L_RULE


def test_every_rule_of_the_program_can_be_named_and_no_other():
    assert set(PrivacyRule) == {*DESCRIPTIONS, K_RULE, L_RULE, RULE, SAME_DATA}


def test_a_misspelt_rule_is_told_with_the_nearest_one(tmp_path, pytestconfig):
    text = (pytestconfig.rootpath / "config" / "studies" / "eft_couples.yaml").read_text("utf-8")
    path = tmp_path / "eft_couples.yaml"
    path.write_text(text.replace("rule: k_anonymity", "rule: k_anonimity"), encoding="utf-8")
    with pytest.raises(ConfigError, match="did you mean `k_anonymity`"):
        load_plan(path)
