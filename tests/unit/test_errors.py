"""One error may carry several problems, each told in a line of its own."""

import pytest

from semantrace.core.errors import InputError, Problems


def test_an_error_has_one_line_for_each_problem():
    error = InputError("first:\n  of two lines", "second")
    assert error.problems == ("first: of two lines", "second")
    assert str(InputError("only")) == "only"


def test_problems_of_independent_checks_are_raised_together_and_once():
    problems = Problems()
    problems.add("a")
    for lines in (["b"], ["c", "a"]):
        with problems.collected():
            raise InputError(*lines)
    with pytest.raises(InputError) as raised:
        problems.raise_if_any()
    assert raised.value.problems == ("a", "b", "c")


def test_no_problem_raises_nothing_and_other_errors_pass():
    problems = Problems()
    problems.raise_if_any()
    with pytest.raises(KeyError), problems.collected():
        raise KeyError("not the user's")
