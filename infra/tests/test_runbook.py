"""The runbook: an alarm that nobody has written about wakes somebody for nothing."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUNBOOK = (ROOT / "RUNBOOK.md").read_text()


def test_every_alarm_has_a_heading_and_every_heading_an_alarm(stack):
    named = re.findall(r"\b\w+Alarm\b", "\n".join(re.findall(r"^### .*$", RUNBOOK, re.MULTILINE)))
    assert sorted(named) == sorted(stack.of_type("AWS::CloudWatch::Alarm"))


def test_an_alarm_says_where_it_is_written_about(stack):
    for name, alarm in stack.of_type("AWS::CloudWatch::Alarm").items():
        assert alarm["AlarmDescription"].endswith(f". See {name} in RUNBOOK.md.")


@pytest.mark.parametrize("name", sorted(set(re.findall(r"\$\(out (\w+)\)", RUNBOOK))))
def test_what_its_commands_ask_the_stack_for_is_an_output(stack, name):
    assert name in stack.outputs


def test_every_error_of_a_run_has_a_row_and_every_row_an_error():
    failures = (ROOT / "shared/lambda-kit/src/failure.rs").read_text()
    types = re.findall(r'"([A-Z][a-z]+[A-Z]\w+)"', failures)
    sources = [path.read_text() for folder in ("shared", "functions") for path in (ROOT / folder).rglob("*.rs")]
    types += re.findall(r'Failure::new\(\s*"(\w+)"', "\n".join(sources))
    types += re.findall(r'"Error": "(\w+)"', (ROOT / "infra/sync.asl.json").read_text())
    assert rows("Errors") == sorted(set(types))


def test_every_reason_of_a_manifest_has_a_row_that_says_whether_it_quarantines():
    judge = (ROOT / "shared/snapshot/src/publish/judge.rs").read_text().partition("#[cfg(test)]")[0]
    reasons = dict((code, kind) for kind, code in re.findall(r'(blocking|notes)\.push\(\w*!?\(?\s*"(\w+): ', judge))
    assert rows("Reasons") == sorted(reasons)
    for code, kind in reasons.items():
        assert f"| `{code}` | {'yes' if kind == 'blocking' else 'no'} |" in RUNBOOK


def test_links_lead_somewhere():
    headings = re.findall(r"^#+ (.*)$", RUNBOOK, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    links = re.findall(r"\]\(#([^)]+)\)", RUNBOOK)
    links += re.findall(r"\]\(RUNBOOK\.md#([^)]+)\)", (ROOT / "README.md").read_text())
    assert {*links} <= anchors


def test_functions_are_called_by_their_names(stack):
    functions = {function["FunctionName"] for function in stack.of_type("AWS::Lambda::Function").values()}
    named = re.findall(r"(?:--function-name |/aws/lambda/)\$STACK-([a-z-]+)", RUNBOOK)
    assert {f"rollcall-{name}" for name in named} <= functions


def rows(heading):
    """The first cells of a section's table, in the order of the alphabet."""
    [section] = re.findall(rf"^## {heading}$(.*?)^## ", RUNBOOK, re.MULTILINE | re.DOTALL)
    return sorted(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))
