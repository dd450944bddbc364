"""What a maintainer needs to know of a bug, in a file of the user's: for the verbs and for the page of `cst web`."""

from __future__ import annotations


def text(verb: str, error: Exception) -> str:
    """The report: versions, and where in our code it happened. No words of the user's but the verb's name."""
    import platform
    import traceback

    from cst import __version__

    trace = "".join(traceback.format_exception(error))
    return (
        f"# cst {__version__} failed\n\n`cst {verb}` on Python {platform.python_version()}, "
        f"{platform.platform()}\n\n```\n{trace}```\n"
    )


def kept(report: str) -> str:
    """Keep it, for the user alone; the file. Raises OSError."""
    import tempfile

    with tempfile.NamedTemporaryFile("wb", prefix="cst-report-", suffix=".md", delete=False) as file:
        file.write(report.encode("utf-8", "replace"))
    return file.name
