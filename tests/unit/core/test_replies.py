"""What each reply presses at each recorded dialog."""

from __future__ import annotations

import pytest

from cst.core import dialogs, replies
from cst.core.dialogs import Dialog
from cst.model import CstError
from tests.testing import DATA

EDITS = "Yes, and switch to accept edits (auto-approve file edits and common file commands) for this session (shift+tab)"


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
        ("2.1.329-bash-40-columns", "3", ("3",), "approved (Yes, and switch to auto mode · auto mode handles these prompts for you)"),
        ("2.1.110-bash", "no", ("3",), "refused"),
        ("2.1.50-edit", "always", ("2",), "approved (Yes, allow all edits during this session (shift+tab))"),
        ("2.1.329-write", "2", ("2",), f"approved ({EDITS})"),
        ("2.1.332-webfetch", "yes", ("1",), "approved"),
        ("2.1.332-webfetch", "always", ("2",), "approved (Yes, and don't ask again for example.com)"),
        ("2.1.332-webfetch", "no", ("3",), "refused"),
        ("2.1.332-read-outside", "always", ("2",), "approved (Yes, allow reading from /etc during this session)"),
        ("2.1.332-bash-unnumbered", "yes", ("Down", "Enter"), "approved"),
        ("2.1.332-bash-unnumbered", "no", ("Enter",), "refused"),
        ("2.1.332-bash-unnumbered", "2", ("Down", "Enter"), "approved"),
        ("2.1.332-exit-plan", "yes", ("1",), "approved (Yes, and switch to default (ask each time) for this session)"),
        ("2.1.332-exit-plan", "no", ("2",), "refused"),
        ("2.1.332-bypass-consent", "yes", ("Down", "Enter"), "approved (Yes, I accept)"),
        ("2.1.332-bypass-consent", "no", ("Enter",), "refused"),
        ("2.1.332-question-preview", "2", ("Down", "Enter"), "answered 2. Tabs"),
        ("2.1.332-question-countdown", "1", ("1",), "answered 1. North"),
        ("2.1.332-question-scrolled", "3", ("3",), "answered 3. Knife"),
        ("2.1.332-question-clipped", "4", ("4",), "answered 4. Lamp"),
        ("2.1.332-question-40-columns", "2", ("2",), "ticked 2. Solid everywhere"),
        ("2.1.332-form", "no", ("Down", "Down", "Enter"), "declined"),
        ("2.1.332-form-accept", "no", ("Down", "Enter"), "declined"),
        ("2.1.332-link", "yes", ("Enter",), "accepted"),
        ("2.1.332-link", "no", ("Right", "Enter"), "declined"),
        ("2.1.332-review-unanswered", "1", ("1",), "submitted"),
        ("2.1.332-bash-countdown", "no", ("2",), "refused"),
        ("2.1.332-monitor", "always", ("2",), "approved (Yes, and don't ask again for Read(//dev/**))"),
        ("2.1.332-search", "no", ("3",), "refused"),
        ("2.1.332-bash-subagent", "yes", ("1",), "approved"),
        ("2.1.329-plan", "yes", ("2",), "approved"),
        ("2.1.329-plan", "no", ("Escape",), "refused"),
        ("2.1.110-plan", "1", ("1",), "approved (Yes, auto-accept edits)"),
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
        ("2.1.110-question", "3", "option 3 wants text; give it after the number"),
        ("2.1.110-plan", "always", "offers no options for 'always': 1. Yes, auto-accept edits"),
        ("2.1.329-write", "always", "offers no options for 'always': 1. Yes, 2. Yes, and switch to accept edits"),
        ("2.1.332-review-unanswered", "yes", "some of the questions are unanswered"),
        ("2.1.282-review-unanswered", "yes", "some of the questions are unanswered"),
        ("2.1.332-form", "yes", "its field 'colour: not set' has to be filled in; go there for that"),
        ("2.1.332-form", "2", "has to be filled in"),
        ("2.1.332-form", "1", "1 is a field of the form; fill it in there"),
        ("2.1.332-question-scrolled", "4", "has no option 4: 1. Rope, 2. Map, 3. Knife, 6. Chat about this; some are not on its screen"),
        ("2.1.332-questions-typed", "1", "a text field is open"),
        ("2.1.332-ticks-typed", "1", "a text field is open"),
        ("2.1.332-plan-typed", "2", "a text field is open"),
        ("2.1.110-question", "9", "that dialog has no option 9: 1. North"),
        ("2.1.110-question", "0", "that dialog has no option 0"),
        ("2.1.329-questions-second", "yes", "nothing is ticked yet"),
        ("2.1.329-plan", "always", "that dialog offers no options for 'always': 1. Yes, and use auto mode"),
        ("2.1.50-plan", "always", "that dialog offers no options for 'always': 1. Yes, clear context"),
        ("2.1.329-plan", "3", "option 3 wants text"),
        ("2.1.329-trust", "always", "offers no options for 'always'"),
        ("2.1.329-bash-wrapped", "j", "'j' is not a reply; use yes, always, no or a number: 1. Yes, 2. Yes"),
        ("2.1.329-bash-wrapped", "١", "is not a reply"),
        ("2.1.110-question", "uphill", "'uphill' is not a reply; use no or a number: 1. North, 2. South, 3. Type something., "
                                       "4. Chat about this; a text goes with 3"),
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


@pytest.mark.parametrize(
    ("name", "number", "keys"),
    [("2.1.332-questions-first", "3", ("Down", "Down")), ("2.1.332-plan", "3", ("Down", "Down")),
     ("2.1.332-questions-ticked", "3", ("Down", "Down")), ("2.1.110-question", "3", ("Down", "Down"))],
)  # fmt: skip
def test_free_text(name: str, number: str, keys: tuple[str, ...]) -> None:
    """Arrows move to the text field: in a question of several ticks its number would tick it."""
    made = replies.choice(dialog(name), number, "uphill")

    assert (made.keys, made.told, made.text) == (keys, "answered 3. uphill", "uphill")


@pytest.mark.parametrize(
    ("name", "reply", "because"),
    [("2.1.332-questions-first", "1", "option 1 takes no text"), ("2.1.332-questions-first", "no", "goes with the number"),
     ("2.1.332-webfetch", "3", "no option of this dialog takes a text; answer it, then `cst send`"),
     ("2.1.332-webfetch", "no", "no option of this dialog takes a text; answer it, then `cst send`")],
)  # fmt: skip
def test_no_free_text(name: str, reply: str, because: str) -> None:
    """A text is not dropped without a word where nothing takes it."""
    with pytest.raises(CstError, match=because):
        replies.choice(dialog(name), reply, "uphill")


def test_an_option_that_is_cut_has_an_ellipsis() -> None:
    """What an error offers is no sentence that ends in the middle."""
    shown = dialog("2.1.332-webfetch")
    options = tuple(option._replace(label=f"{option.label} {'x' * 60}") for option in shown.options)
    with pytest.raises(CstError) as caught:
        replies.choice(shown._replace(options=options), "7")

    assert [part[-1] for part in str(caught.value).split(": ")[1].split(", ")].count("…") == len(options)


def test_a_form_whose_fields_are_filled_in() -> None:
    """Accept is reached by arrows."""
    form = dialog("2.1.332-form")
    filled = form._replace(options=(form.options[0]._replace(label="* colour: red"), *form.options[1:]))

    assert replies.choice(filled, "yes").keys == ("Down", "Enter")
    assert replies.choice(filled, "yes").told == "accepted"


def test_unanswered_questions_are_not_submitted() -> None:
    """`yes` at a review that warns is refused; the number is not."""
    warned = dialog("2.1.329-questions-review")
    warned = warned._replace(body=("⚠ Some questions are unanswered", *warned.body))
    with pytest.raises(CstError, match=r"some of the questions are unanswered; 1\. Submit answers, 2\. Cancel"):
        replies.choice(warned, "yes")

    assert replies.choice(warned, "1").keys == ("1",)


def test_the_headers_tell_what_is_unanswered() -> None:
    """In every client, whatever words it warns in, and if in none."""
    asked = dialog("2.1.329-questions-review")
    unwarned = asked._replace(tabs=(("Way", True), ("Bag", False)))
    with pytest.raises(CstError, match="some of the questions are unanswered"):
        replies.choice(unwarned, "yes")

    assert replies.choice(asked, "yes").keys == ("1",)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("2.1.329-bash-40-columns", "yan"), ("2.1.329-plan", "yn"), ("2.1.50-plan", "yn"), ("2.1.329-trust", "yn"),
        ("2.1.110-question", "n"), ("2.1.329-questions-second", "n"), ("2.1.329-questions-ticked", "yn"),
        ("2.1.329-questions-review", "yn"), ("2.1.329-bash-amend", ""),
        ("2.1.332-form", "n"), ("2.1.332-webfetch", "yan"), ("2.1.332-bash-unnumbered", "yn"),
        ("2.1.332-review-unanswered", "n"), ("2.1.329-write", "yn"), ("2.1.332-bypass-consent", "yn"),
    ],
)  # fmt: skip
def test_words(name: str, letters: str) -> None:
    """Only what would be taken is offered."""
    assert "".join(replies.words(dialog(name))) == letters


@pytest.mark.parametrize(
    ("name", "means"),
    [
        ("2.1.329-bash-wrapped", {"y": "yes (1)", "a": "always (2)", "n": "no (4)"}),
        ("2.1.329-plan", {"y": "yes (2)", "n": "no (Esc)"}),
        ("2.1.329-questions-ticked", {"y": "go on (Tab)", "n": "dismiss (Esc)"}),
    ],
)
def test_each_letter_says_which_option_it_chooses(name: str, means: dict[str, str]) -> None:
    """A plan's first option accepts all edits; yes is the second.

    Bug shown: `y = yes` did not say so.
    """
    assert replies.meant(dialog(name)) == means
