"""What each reply presses at each recorded dialog."""

from __future__ import annotations

import pytest

from cst.core import dialogs, replies
from cst.core.dialogs import Dialog
from cst.model import CstError
from tests.testing import DATA


def dialog(name: str) -> Dialog:
    """A recorded dialog."""
    found, why = dialogs.read((DATA / "dialogs" / f"{name}.txt").read_text())
    assert found, why
    return found


@pytest.mark.parametrize(
    ("name", "reply", "keys", "told"),
    [
        ("2.1.329-bash-wrapped", "yes", ("1",), "approved"),
        ("2.1.329-bash-wrapped", "no", ("4",), "refused"),
        ("2.1.329-bash-wrapped", "n", ("4",), "refused"),
        ("2.1.329-bash-40-columns", "always", ("2",), "approved (Yes, and don’t ask again for: npm test *)"),
        ("2.1.329-bash-40-columns", "3", ("3",), "answered 3. Yes, and switch to auto mode · auto mode handles these promp"),
        ("2.1.110-bash", "no", ("3",), "refused"),
        ("2.1.50-edit", "always", ("2",), "approved (Yes, allow all edits during this session (shift+tab))"),
        ("2.1.329-write", "2", ("2",), "approved (Yes, and switch to accept edits (auto-approve file edits and common file command)"),
        ("2.1.329-plan", "yes", ("2",), "approved"),
        ("2.1.329-plan", "no", ("Escape",), "refused"),
        ("2.1.110-plan", "always", ("1",), "approved (Yes, auto-accept edits)"),
        ("2.1.50-plan", "yes", ("3",), "approved"),
        ("2.1.110-question", "2", ("2",), "answered 2. South"),
        ("2.1.110-question", "no", ("Escape",), "dismissed"),
        ("2.1.329-questions-second", "2", ("2",), "ticked 2. South"),
        ("2.1.329-questions-ticked", "2", ("2",), "unticked 2. South"),
        ("2.1.329-questions-ticked", "yes", ("Tab",), "went on"),
        ("2.1.329-questions-review", "yes", ("1",), "submitted"),
        ("2.1.329-questions-review", "no", ("2",), "cancelled"),
        ("2.1.329-trust", "yes", ("Down", "Enter"), "approved"),
        ("2.1.329-trust", "no", ("Enter",), "refused"),
        ("2.1.110-trust", "no", ("Down", "Enter"), "refused"),
    ],
)
def test_choice(name: str, reply: str, keys: tuple[str, ...], told: str) -> None:
    """The numbers are those of the screen."""
    made = replies.choice(dialog(name), reply)

    assert (made.keys, made.told) == (keys, told)


@pytest.mark.parametrize(
    ("name", "reply", "because"),
    [
        ("2.1.110-question", "yes", "a question takes a number, or no: 1. North, 2. South, 3. Type something."),
        ("2.1.110-question", "3", "option 3 wants text; answer it there"),
        ("2.1.110-question", "9", "that dialog has no option 9: 1. North"),
        ("2.1.110-question", "0", "that dialog has no option 0"),
        ("2.1.329-questions-second", "yes", "nothing is ticked yet"),
        ("2.1.329-plan", "always", "that dialog offers no options for 'always': 1. Yes, and use auto mode"),
        ("2.1.50-plan", "always", "that dialog offers several options for 'always': 1. Yes, clear context"),
        ("2.1.329-plan", "3", "option 3 wants text"),
        ("2.1.329-trust", "always", "offers no options for 'always'"),
        ("2.1.329-bash-wrapped", "j", "'j' is not a reply; use yes, always, no or the number of an option"),
        ("2.1.329-bash-wrapped", "١", "is not a reply"),
        ("2.1.329-bash-amend", "yes", "a text field is open"),
        ("2.1.329-bash-amend-typed", "1", "a text field is open"),
        ("2.1.329-plan-text", "2", "a text field is open"),
        ("2.1.329-question-typed", "1", "a text field is open"),
    ],
)
def test_refused(name: str, reply: str, because: str) -> None:
    """What a dialog does not offer is refused, with what it offers."""
    with pytest.raises(CstError) as caught:
        replies.choice(dialog(name), reply)

    assert because in str(caught.value)


def test_unanswered_questions_are_not_submitted() -> None:
    """`yes` at a review that warns is refused; the number is not."""
    warned = dialog("2.1.329-questions-review")
    warned = warned._replace(body=("⚠ Some questions are unanswered", *warned.body))
    with pytest.raises(CstError, match=r"some of the questions are unanswered; 1\. Submit answers, 2\. Cancel"):
        replies.choice(warned, "yes")

    assert replies.choice(warned, "1").keys == ("1",)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("2.1.329-bash-40-columns", "yan"), ("2.1.329-plan", "yn"), ("2.1.50-plan", "yn"), ("2.1.329-trust", "yn"),
        ("2.1.110-question", "n"), ("2.1.329-questions-second", "n"), ("2.1.329-questions-ticked", "yn"),
        ("2.1.329-questions-review", "yn"), ("2.1.329-bash-amend", ""),
    ],
)  # fmt: skip
def test_words(name: str, letters: str) -> None:
    """Only what would be taken is offered."""
    assert "".join(replies.words(dialog(name))) == letters
