"""The cast: the sessions that need a person. `extras` has the others. Made-up people, folders and bugs."""

from __future__ import annotations

from cst.demo.story import MINUTE, Dialog, Failure, Prompt, Result, Role, Step, Tool, Words, bash, ran


def permission(title: str, command: str, about: str, again: str, approved: tuple[Step, ...]) -> Dialog:
    """The dialog that asks whether a command may run; both ways of saying yes lead on to `approved`."""
    options = ("Yes", f"Yes, and don't ask again for: {again}", "No")
    return Dialog(title, f"{command}\n{about}", "Do you want to proceed?", options, (approved, approved))


_RELEASE = Role(
    "release", "permission", "platform", "api", "api", "release/2.4.0",
    status="waiting", waiting_for="permission prompt", since=-12 * MINUTE,
    name="release", tokens=61_400, cost=0.09,
    story=(
        Prompt(-19 * MINUTE, "Cut the 2.4.0 release. Changelog first, and please let it build from a clean tree."),
        Words(-18.8 * MINUTE, "I'll read what changed since 2.3.1, write the changelog, then build."),
        *ran(-18.7 * MINUTE, "Bash", bash("git log --oneline v2.3.1..HEAD"), 0.4, "37 commits, 4 of them \"fix typo\""),
        *ran(-17 * MINUTE, "Edit", {"file_path": "CHANGELOG.md"}, 0.2, "Updated CHANGELOG.md with 31 additions"),
        *ran(-15 * MINUTE, "Bash", bash("make test"), 96, "612 passed, 3 skipped in 94.1s"),
        Words(-12.1 * MINUTE, "All green. The build folder still holds 2.3.1 objects, so I start from nothing."),
        Tool(-12 * MINUTE, "Bash", bash("rm -rf build && make release", "Build 2.4.0 from a clean tree")),
    ),
    dialog=permission(
        "Bash command", "rm -rf build && make release", "Build 2.4.0 from a clean tree", "rm commands in ~/code/api",
        (
            Result(11, "built dist/api-2.4.0.tar.gz (4.1 MB)"),
            Words(16, "2.4.0 is built: dist/api-2.4.0.tar.gz. Nothing is pushed; the tag is yours to set.", True),
        ),
    ),
)  # fmt: skip

_LICENCES = "Check the licences"
_BACK = f"<task-notification>\nThe agent \"{_LICENCES}\" has finished.\n</task-notification>"
_AUDIT = Role(
    "audit", "permission", "shop", "web-shop", "web-shop", "main",
    status="waiting", waiting_for="permission prompt", since=-4 * MINUTE,
    title="Audit the checkout's dependencies", tokens=38_900, cost=0.04,
    story=(
        Prompt(-9 * MINUTE, "Audit the dependencies of the checkout. Use an agent, I need my context for the sale."),
        *ran(-8.9 * MINUTE, "Agent", {
            "description": _LICENCES, "subagent_type": "general-purpose",
            "prompt": "Check licences and advisories of every dependency of the checkout.",
        }, 0.3, "Async agent launched"),
        Words(-8.6 * MINUTE, "An agent is on it; I report when it is back.", True),
        *ran(-7 * MINUTE, "Bash", bash("npm ls --all --json"), 3, "1,204 packages, 61 outdated", _LICENCES),
        *ran(-6 * MINUTE, "Bash", bash("npx license-checker"), 21, "1 GPL-3.0: left-padder", _LICENCES),
        Tool(-4 * MINUTE, "Bash", bash("npm audit fix --force", "Upgrade whatever breaks"), _LICENCES),
    ),
    dialog=permission(
        "Bash command, from the agent \"Check the licences\"", "npm audit fix --force",
        "Upgrade whatever breaks", "npm commands in ~/code/web-shop",
        (
            Result(8, "changed 61 packages, removed 1", _LICENCES),
            Words(12, "One copyleft licence (left-padder) replaced, 2 advisories fixed.", True, _LICENCES),
            Prompt(13, _BACK, True),
            Words(17, "The audit is through: 2 advisories fixed, left-padder replaced by three lines of ours.", True),
        ),
    ),
)  # fmt: skip

_ROUNDING = "Which rounding should the invoices use?"
_QUESTION = Role(
    "rounding", "question", "shop", "billing", "billing", "fix/the-one-cent-that-haunts-accounting",
    status="waiting", waiting_for="input needed", since=-7 * MINUTE,
    name="rounding", tokens=47_200, cost=0.04,
    story=(
        Prompt(-14 * MINUTE, "Invoice 2207 is one cent short. Find out why and fix it for good."),
        *ran(-13.8 * MINUTE, "Grep", {"pattern": "round\\("}, 0.3, "Found 14 matches in 6 files"),
        *ran(-12 * MINUTE, "Read", {"file_path": "src/invoice/total.py"}, 0.1, "Read 212 lines"),
        *ran(-9 * MINUTE, "Bash", bash("pytest -q -k 2207"), 7, "1 failed: 119.99 != 120.00", failed=True),
        Words(-7.2 * MINUTE, "Found it: lines are rounded half to even, the total half up. One of them has to go."),
        Tool(-7 * MINUTE, "AskUserQuestion", {"questions": [{
            "question": _ROUNDING, "header": "Rounding", "multiSelect": False, "options": [
                {"label": "Half up", "description": "what the tax office writes in its examples"},
                {"label": "Half to even", "description": "what the bank does, nobody knows why"},
            ],
        }]}),
    ),
    dialog=Dialog(
        "Rounding", "", _ROUNDING,
        ("Half up: what the tax office writes in its examples", "Half to even: what the bank does, nobody knows why"),
        (
            (
                Result(0, f"User has answered your questions: \"{_ROUNDING}\"=\"Half up\""),
                *ran(3, "Edit", {"file_path": "src/invoice/total.py"}, 1, "Updated with 3 additions and 9 removals"),
                Words(10, "Half up, everywhere, in one function. Invoice 2207 ends in .00; accounting smiled.", True),
            ),
            (
                Result(0, f"User has answered your questions: \"{_ROUNDING}\"=\"Half to even\""),
                *ran(3, "Edit", {"file_path": "src/invoice/total.py"}, 1, "Updated with 4 additions and 2 removals"),
                Words(10, "Half to even, lines and total alike. I left a comment for the auditor.", True),
            ),
        ),
        field=True,
    ),
)  # fmt: skip

_STEPS = """# One folder for each language

1. Move `guide/*.md` to `en/` and `ja/`, with `git mv` so that history follows.
2. Write a redirect for each of the 214 old addresses; three are printed on mugs.
3. Let the build fail when a page exists in one language only.
4. Ask a person about 「適当」 before anyone translates it."""
_PLAN = Role(
    "languages", "plan", "docs", "日本語-docs", "日本語-docs",
    "feature/split-languages-and-keep-every-link-ever-printed",
    status="waiting", waiting_for="permission prompt", since=-5 * MINUTE,
    title="言語ごとにフォルダを分ける", tokens=33_800, cost=0.03,
    story=(
        Prompt(-11 * MINUTE, "日本語と英語のページを別のフォルダに分けたい。古いリンクは残して。"),
        *ran(-10.8 * MINUTE, "Glob", {"pattern": "guide/**/*.md"}, 0.2, "Found 107 files"),
        *ran(-9 * MINUTE, "Read", {"file_path": "mkdocs.yml"}, 0.1, "Read 88 lines"),
        Tool(-5 * MINUTE, "ExitPlanMode", {"plan": _STEPS}),
    ),
    dialog=Dialog(
        "Ready to code?", _STEPS, "Would you like to proceed?",
        ("Yes, auto-accept edits", "Yes, manually approve edits", "No, keep planning"),
        2 * ((
            Result(0, "User has approved your plan. You can now start coding."),
            *ran(3, "Bash", bash("git mv guide/*.md en/"), 1, "107 files renamed"),
            *ran(7, "Write", {"file_path": "redirects.txt"}, 1, "Wrote 214 lines to redirects.txt"),
            Words(14, "分けました。214 redirects work, the mugs included. 「適当」 waits for a person.", True),
        ),),
    ),
)  # fmt: skip

_ERROR = Role(
    "reindex", "error", "platform", "reindex", "search-index", "perf/shards",
    since=-9 * MINUTE, name="reindex", tokens=128_300, cost=0.26,
    story=(
        Prompt(-24 * MINUTE, "Split the product index into eight shards and measure before and after."),
        *ran(-23 * MINUTE, "Bash", bash("make bench-search"), 141, "p50 38 ms, p99 1.9 s"),
        *ran(-17 * MINUTE, "Edit", {"file_path": "index/shards.go"}, 0.2, "Updated with 120 additions"),
        Words(-13 * MINUTE, "Eight shards build. Now the same measurement again."),
        Failure(-9 * MINUTE, "API Error: 529 Overloaded. Usually temporary: try again in a moment."),
    ),
)  # fmt: skip

_ASKED = Role(
    "checkout", "asked", "shop", "checkout", "web-shop-checkout", "feature/one-page-checkout",
    since=-16 * MINUTE, title="One-page checkout", tokens=72_500, cost=0.12,
    story=(
        Prompt(-41 * MINUTE, "Put the checkout on one page, behind the flag."),
        *ran(-38 * MINUTE, "Write", {"file_path": "src/checkout/OnePage.tsx"}, 0.2, "Wrote 240 lines"),
        *ran(-25 * MINUTE, "Bash", bash("npm test -- checkout"), 48, "Tests: 58 passed, 58 total"),
        Words(
            -16 * MINUTE,
            "The one-page checkout is behind `new_checkout`, 58 tests pass.\n\n"
            "The old one still has four callers, one of them in the warehouse. "
            "Shall I delete it now, or keep it until the sale is over?",
            True,
        ),
    ),
)  # fmt: skip

_DONE = Role(
    "queries", "done", "platform", "queries", "api-queries", "fix/orders-page-asks-the-database-401-times",
    since=-22 * MINUTE, title="Orders page: 401 queries", tokens=54_000, cost=0.07,
    story=(
        Prompt(-36 * MINUTE, "The orders page takes nine seconds. Make it stop."),
        *ran(-35 * MINUTE, "Bash", bash("make profile PAGE=orders"), 19, "401 queries, 8.7 s"),
        *ran(-30 * MINUTE, "Edit", {"file_path": "orders/views.py"}, 0.1, "Updated with 2 additions and 5 removals"),
        *ran(-24 * MINUTE, "Bash", bash("make profile PAGE=orders"), 2, "3 queries, 0.2 s"),
        Words(-22 * MINUTE, "From 401 queries to 3, from 8.7 s to 0.2 s: two joins and an apology in the log.", True),
    ),
)  # fmt: skip

_GLOSSARY = Role(
    "glossary", "done", "docs", "glossary", "日本語-docs-用語集", "chore/用語集",
    since=-38 * MINUTE, title="用語集をそろえる", tokens=26_100, cost=0.02,
    story=(
        Prompt(-52 * MINUTE, "用語集を英語版とそろえて。"),
        *ran(-50 * MINUTE, "Read", {"file_path": "ja/用語集.md"}, 0.1, "Read 164 lines"),
        *ran(-44 * MINUTE, "Edit", {"file_path": "ja/用語集.md"}, 0.2, "Updated with 31 additions and 12 removals"),
        Words(-38 * MINUTE, "用語集を英語版にそろえました。「セッション」は31か所、「窓」は0か所です。", True),
    ),
)  # fmt: skip

NEEDY = (_RELEASE, _AUDIT, _QUESTION, _PLAN, _ERROR, _ASKED, _DONE, _GLOSSARY)
