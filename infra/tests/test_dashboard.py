"""The dashboard: that it can be read, and shows what there is."""

import json
from pathlib import Path

import pytest

import expand
from resolved import Resolved

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def widgets():
    return widgets_of(Resolved(Connection="acme"))


def test_it_bears_the_stacks_name(stack):
    assert stack.properties("Dashboard")["DashboardName"] == "rollcall"
    assert stack.outputs["DashboardName"] == "<Dashboard>"


@pytest.mark.parametrize("queue", ["create", "none"])
def test_alarms_come_first_and_all_of_them(queue):
    stack = Resolved(OutcomeQueue=queue)
    [alarms] = [widget for widget in widgets_of(stack) if widget["type"] == "alarm"]
    assert alarms["y"] <= 1
    shown = alarms["properties"]["alarms"]
    assert sorted(shown) == sorted(f"<{name}.Arn>" for name in stack.of_type("AWS::CloudWatch::Alarm"))


def test_widgets_lie_side_by_side_and_not_on_top_of_each_other(widgets):
    taken = set()
    for widget in widgets:
        x, y, width, height = (widget[side] for side in ("x", "y", "width", "height"))
        cells = {(x + dx, y + dy) for dx in range(width) for dy in range(height)}
        assert x + width <= 24
        assert not cells & taken, widget["properties"]
        taken |= cells


def test_metrics_are_those_of_the_connection_and_are_counted_somewhere(widgets):
    """A metric that no function has would be an empty line that nobody misses."""
    sources = [path.read_text() for folder in ("shared/lambda-kit/src", "functions") for path in rust(folder)]
    for metric in metrics(widgets):
        if metric[0] != "Rollcall":
            continue
        name, dimensions = metric[1], metric[2:6]
        assert dimensions[:3] == ["connection", "acme", "function"]
        assert dimensions[3] in binaries()
        suffix = name.rpartition(".")[2]
        assert any(f'"{name}"' in source or f'}}.{suffix}"' in source for source in sources), name


def test_each_function_has_its_errors_throttles_and_time(widgets):
    shown = metrics(widgets)
    for name in binaries():
        for metric in ("Errors", "Throttles"):
            assert ["AWS/Lambda", metric, "FunctionName", f"rollcall-{name}"] in shown
        assert ["Rollcall", "InvocationSeconds", "connection", "acme", "function", name] in shown


def test_the_latest_errors_are_those_of_every_function(widgets):
    [log] = [widget for widget in widgets if widget["type"] == "log"]
    for name in binaries():
        assert f"SOURCE '/aws/lambda/rollcall-{name}'" in log["properties"]["query"]


def widgets_of(stack):
    return json.loads(stack.properties("Dashboard")["DashboardBody"])["widgets"]


def metrics(widgets):
    listed = [metric for widget in widgets for metric in widget["properties"].get("metrics", [])]
    return [[part for part in metric if isinstance(part, str)] for metric in listed if isinstance(metric[0], str)]


def binaries():
    return [expand.binary(r) for r in expand.load()["Resources"].values() if r["Type"] == expand.FUNCTION]


def rust(folder):
    return (ROOT / folder).rglob("*.rs")
