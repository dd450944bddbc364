"""What changed in a folder, at every size."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cst.changes import Change, Changes
from cst.render import git_status
from cst.render.paint import Paint
from tests.unit.render.pages import COLUMNS, NUMBERS, PAINTS, too_wide
from tests.unit.test_text import HOSTILE

_CHANGES = st.builds(
    Change, path=HOSTILE, staged=st.sampled_from([" ", "M", "?", "\x1b"]), unstaged=st.sampled_from([" ", "M", "?", ""]),
    added=NUMBERS, removed=NUMBERS,
)  # fmt: skip


@given(
    st.builds(Changes, branch=HOSTILE, upstream=HOSTILE, ahead=NUMBERS, behind=NUMBERS, more=st.booleans(), problem=st.one_of(
        st.just(""), HOSTILE), files=st.lists(_CHANGES, max_size=5).map(tuple)), COLUMNS, PAINTS)  # fmt: skip
def test_changes_fit(found: Changes, columns: int, paint: Paint) -> None:
    """Branches and files of any name, sums of any size."""
    assert too_wide(git_status.page(found, columns, paint), columns) == []


def test_of_many_files_the_first_are_shown() -> None:
    """And how many more there are."""
    files = tuple(Change(f"f{number}", "?", "?") for number in range(250))
    found = git_status.page(Changes("main", files=files), 60, Paint(False))

    assert [" ".join(line.split()) for line in found[-2:]] == ["?? f199", "… 50 more"]
    assert found[1] == "250 files · 250 not tracked"
