"""The rest of the cast: sessions that work, wait for nobody, or are over; and what any of them answers."""

from __future__ import annotations

from cst.demo.cast import NEEDY
from cst.demo.story import HOUR, MINUTE, Prompt, Result, Role, Step, Stopped, Tool, Words, bash, ran

_TESTS = Role(
    "tests", "working", "platform", "tests", "api-tests", "ci/integration-tests",
    status="busy", since=-8 * MINUTE, name="integration", tokens=83_700, cost=0.12,
    tasks=(
        ("completed", "Start the database in a container"), ("completed", "Seed 40,000 orders"),
        ("completed", "Port the payment tests"), ("in_progress", "Run the whole suite"),
        ("pending", "Find out who wrote sleep(30)"),
    ),
    story=(
        Prompt(-8 * MINUTE, "Get the integration tests to run in CI. They pass on Anna's laptop, so it is possible."),
        *ran(-7.5 * MINUTE, "Bash", bash("docker compose up -d db"), 22, "Container api-db-1 Started"),
        *ran(-6 * MINUTE, "Bash", bash("make seed"), 74, "40,000 orders, all by the same customer"),
        *ran(-4 * MINUTE, "Edit", {"file_path": "tests/payment.py"}, 0.2, "Updated with 18 additions and 44 removals"),
        Words(-3.1 * MINUTE, "Payment is ported. Now everything, from the top."),
        Tool(-3 * MINUTE, "Bash", bash("make test-integration", "Run the integration tests")),
    ),
    sequel=(
        Result(25, "211 passed, 1 failed: test_refund_twice", failed=True),
        Words(28, "One refund is paid twice. I like the customer's luck, but I look at it."),
        *ran(31, "Grep", {"pattern": "def refund"}, 1, "Found 2 matches in 1 file"),
        *ran(36, "Edit", {"file_path": "tests/refund.py"}, 0.2, "Updated with 3 additions and 3 removals"),
        Tool(41, "Bash", bash("make test-integration", "Run the integration tests again")),
    ),
)  # fmt: skip

_MAP, _LOGS = "Map the ranking code", "Read a week of query logs"
_RANKING = Role(
    "ranking", "working", "platform", "ranking", "search-ranking", "spike/typo-tolerance",
    status="busy", since=-6 * MINUTE, title="Why does \"shoos\" find shoe polish first", tokens=57_100, cost=0.07,
    story=(
        Prompt(-6 * MINUTE, "Find out why \"shoos\" finds shoe polish before shoes. Two agents, please."),
        *ran(-5.8 * MINUTE, "Agent", {"description": _MAP, "subagent_type": "Explore", "prompt": "Map it."}, 0.3,
             "Async agent launched"),
        *ran(-5.7 * MINUTE, "Agent", {"description": _LOGS, "subagent_type": "general-purpose", "prompt": "Read."}, 0.3,
             "Async agent launched"),
        Words(-5.5 * MINUTE, "Two agents are at it: one reads the code, one reads the customers.", True),
        *ran(-5 * MINUTE, "Grep", {"pattern": "edit_distance"}, 0.4, "Found 9 matches in 4 files", _MAP),
        *ran(-4 * MINUTE, "Bash", bash("zgrep -c shoos logs/*.gz"), 31, "7 files, 2,118 hits", _LOGS),
        Tool(-70, "Read", {"file_path": "ranking/score.go"}, _MAP),
        Tool(-45, "Bash", bash("zcat logs/*.gz | ./bin/sessions --misspelt"), _LOGS),
    ),
    sequel=(
        Result(12, "Read 233 lines", _MAP),
        *ran(15, "Grep", {"pattern": "boost"}, 1, "Found 14 matches in 6 files", _MAP),
        Result(34, "1,904 sessions, 1,201 of them left without a shoe", _LOGS),
        Words(52, "Typos are ranked by edit distance alone; polish is nearer than shoes.", True, _MAP),
        Words(64, "Nobody who types \"shoos\" wants polish.", True, _LOGS),
        Prompt(65, "<task-notification>\nBoth agents have finished.\n</task-notification>", True),
        Words(90, "\"shoos\" is one letter from \"shoes\", and \"shoo\" is in the polish. I weigh by sales.", True),
    ),
)  # fmt: skip

_SERVER = Role(
    "server", "background", "shop", "web-shop", "web-shop", "main",
    status="shell", since=-27 * MINUTE, title="Storefront with live reload", tokens=18_200, cost=0.02, split=True,
    story=(
        Prompt(-28 * MINUTE, "Start the storefront with live reload and leave it running."),
        *ran(-27.5 * MINUTE, "Bash", {**bash("npm run dev"), "run_in_background": True}, 1,
             "Command running in background with ID: b7k2m9"),
        Words(-27 * MINUTE, "The storefront runs on port 5173. I keep an eye on its output.", True),
    ),
)  # fmt: skip

_PARSER = Role(
    "parser", "interrupted", "shop", "parser", "billing-parser", "spike/parser",
    since=-45 * MINUTE, title="Invoice parser", tokens=41_000, cost=0.06,
    story=(
        Prompt(-48 * MINUTE, "Make the invoice parser accept commas as decimal points."),
        *ran(-47 * MINUTE, "Read", {"file_path": "parser/number.py"}, 0.1, "Read 61 lines"),
        Words(-46 * MINUTE, "A good moment to rewrite the parser in Rust. I begin with the build."),
        Tool(-45.5 * MINUTE, "Bash", bash("cargo new invoice-parser")),
        Stopped(-45 * MINUTE),
    ),
)  # fmt: skip

FRESH = Role("fresh", "idle", "docs", "playground", "playground", "main")

ROLES = (*NEEDY, _TESTS, _RANKING, _SERVER, _PARSER, FRESH)

# Sessions that are over: `cst ls --all` finds their transcripts.
ENDED = (
    Role(
        "flags", "ended", "", "", "web-shop", "main", title="Remove last year's feature flags",
        story=(
            Prompt(-29 * HOUR, "Remove the feature flags that are on for everyone."),
            *ran(-28.9 * HOUR, "Grep", {"pattern": "flag\\("}, 0.3, "Found 88 matches in 31 files"),
            Words(-28.6 * HOUR, "23 flags gone. `christmas_2019` was still on.", True),
        ),
    ),
    Role(
        "licence", "ended", "", "", "日本語-docs", "main", title="Licence headers",
        story=(
            Prompt(-49 * HOUR, "Add the licence header to every page."),
            Words(-48.8 * HOUR, "107 pages have it now.", True),
        ),
    ),
)  # fmt: skip

_ANSWERS = (
    "Two files changed, 42 tests pass, nobody had to be woken up.",
    "It was a missing `await`. It is always a missing `await`.",
    "Done, and 60 lines shorter than before.",
    "The fix is one character; the commit message is forty lines.",
)


def improvised(text: str, turn: int) -> tuple[Step, ...]:
    """A turn of twenty seconds about whatever was typed."""
    return (
        Prompt(0, text),
        Words(2, "I look at the code first."),
        *ran(4, "Grep", {"pattern": (text.split() or ["TODO"])[-1][:30]}, 2, "Found 7 matches in 3 files"),
        *ran(8, "Edit", {"file_path": "src/main.py"}, 1, "Updated with 6 additions and 2 removals"),
        Tool(11, "Bash", bash("make test")),
        Result(17, "42 passed in 5.8s"),
        Words(20, f"That was: {text[:200]}\n\n{_ANSWERS[turn % len(_ANSWERS)]}", True),
    )
