"""The runbook: an alarm that nobody has written about wakes somebody for nothing."""

import re
from pathlib import Path

import pytest

RUNBOOK = (Path(__file__).parents[2] / "RUNBOOK.md").read_text()


def test_every_alarm_has_a_heading_and_every_heading_an_alarm(stack):
    named = re.findall(r"\b\w+Alarm\b", "\n".join(re.findall(r"^### .*$", RUNBOOK, re.MULTILINE)))
    assert sorted(named) == sorted(stack.of_type("AWS::CloudWatch::Alarm"))


def test_an_alarm_says_where_it_is_written_about(stack):
    for name, alarm in stack.of_type("AWS::CloudWatch::Alarm").items():
        assert alarm["AlarmDescription"].endswith(f". See {name} in RUNBOOK.md.")


@pytest.mark.parametrize("name", sorted(set(re.findall(r"\$\(out (\w+)\)", RUNBOOK))))
def test_what_its_commands_ask_the_stack_for_is_an_output(stack, name):
    assert name in stack.outputs


def test_links_lead_somewhere():
    headings = re.findall(r"^#+ (.*)$", RUNBOOK, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", RUNBOOK)) <= anchors


def test_functions_are_called_by_their_names(stack):
    functions = {function["FunctionName"] for function in stack.of_type("AWS::Lambda::Function").values()}
    named = re.findall(r"(?:--function-name |/aws/lambda/)\$STACK-([a-z-]+)", RUNBOOK)
    assert {f"rollcall-{name}" for name in named} <= functions
