"""What follows from the answers of the ethics check."""

from convive.core.evaluation import QUESTIONS, Weight, check_ethics

FINE = {one.code: not one.asks_back for one in QUESTIONS}


def test_nothing_stands_in_the_way_of_a_study_that_is_fine() -> None:
    found = check_ethics(FINE)
    assert found.consequences == ()
    assert found.may_freeze


def test_what_was_not_asked_is_not_fine() -> None:
    found = check_ethics(FINE | {"could_harm": None})
    assert found.unanswered == ("could_harm",)
    assert not found.may_freeze
    assert not check_ethics({}).may_freeze


def test_a_study_of_persons_is_never_frozen_whatever_is_written() -> None:
    found = check_ethics(FINE | {"about_persons": True}, {"about_persons": "They agreed."})
    assert found.consequences[0].weight is Weight.STOP
    assert not found.may_freeze


def test_what_needs_an_answer_in_writing_is_settled_by_one() -> None:
    answers = FINE | {"could_harm": True}
    assert not check_ethics(answers).may_freeze
    assert not check_ethics(answers, {"could_harm": "  "}).may_freeze
    assert check_ethics(answers, {"could_harm": "Theft next door; counted monthly."}).may_freeze


def test_what_is_only_told_does_not_hold_anything_up() -> None:
    found = check_ethics(FINE | {"independent": False})
    assert [one.code for one in found.consequences] == ["independent"]
    assert found.may_freeze
