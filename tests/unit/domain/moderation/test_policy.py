"""Settings of moderation that can't work are told before the start."""

import math

import pytest

from pipeline.domain.moderation import SIGNALS, Policy, check_policy
from pipeline.domain.moderation.words import WordList
from pipeline.errors import SettingsError


@pytest.mark.parametrize(
    ("policy", "name"),
    [
        (Policy(publish_below=-0.1), "moderation.publish_below"),
        (Policy(publish_below=math.nan), "moderation.publish_below"),
        (Policy(publish_below=0.5, reject_from=0.4), "moderation.reject_from"),
        (Policy(reject_from=1.5), "moderation.reject_from"),
        (Policy(factors={"shoutin": 1.0}), "moderation.signals"),
        (Policy(factors={"shouting": -1.0}), "moderation.signals.shouting"),
        (Policy(factors={"shouting": math.inf}), "moderation.signals.shouting"),
        (Policy(lists=(WordList("mine", 2.0, ("foo",)),)), "moderation.lists.mine.weight"),
    ],
)
def test_an_impossible_policy_names_the_setting(policy: Policy, name: str) -> None:
    with pytest.raises(SettingsError) as caught:
        check_policy(policy, SIGNALS)

    assert caught.value.name == name


def test_an_unknown_signal_is_answered_with_the_known_ones() -> None:
    with pytest.raises(SettingsError, match=r"'shoutin'.*flood.*shouting"):
        check_policy(Policy(factors={"shoutin": 1.0}), SIGNALS)


def test_a_sound_policy_passes() -> None:
    factors = {"shouting": 0.5, "flood": 0, "links": 10}

    check_policy(Policy(factors=factors, lists=(WordList("mine", 0.5, ("foo",)),)), SIGNALS)


def test_there_is_one_signal_of_each_name_and_first_comment_never_holds_alone() -> None:
    names = [signal.name for signal in SIGNALS]
    weights = {signal.name: signal.weight for signal in SIGNALS}

    assert len(names) == len(set(names)) >= 18
    assert weights["first_comment"] < Policy().publish_below
