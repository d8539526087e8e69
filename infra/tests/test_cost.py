"""What COST.md says a stack costs: computed from what the template has, and by parameters that there are."""

import json
import re
from pathlib import Path

import pytest

import cost
import expand

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "COST.md").read_text()
KIT = ROOT / "shared/lambda-kit/src"


@pytest.mark.parametrize("name", cost.tables())
def test_a_table_is_what_is_computed(name):
    assert cost.tables()[name] in PAGE


def test_what_is_fixed_is_what_the_template_has(stack):
    kinds = {"alarms": "CloudWatch::Alarm", "dashboards": "CloudWatch::Dashboard", "keys": "KMS::Key"}
    kinds["secrets"] = "SecretsManager::Secret"
    assert {name: cost.STACK[name] for name in kinds} == {n: len(stack.of_type(f"AWS::{k}")) for n, k in kinds.items()}


def test_what_grows_grows_as_the_template_says(stack):
    shares = stack.properties("SyncCourses")["Environment"]["Variables"]
    working = stack.properties("Bucket")["LifecycleConfiguration"]["Rules"][0]
    assert (
        cost.STACK
        | {
            "memory_mb": int(stack.properties("PublishSnapshot")["MemorySize"]),
            "expiry_memory_mb": stack.properties("ExpireGrants")["MemorySize"],
            "timeout_s": stack.properties("SyncCourses")["Timeout"],
            "log_days": int(stack.properties("SyncCoursesLogs")["RetentionInDays"]),
            "working_days": working["ExpirationInDays"] + working["NoncurrentVersionExpiration"]["NoncurrentDays"],
            "pace": sum(int(shares[f"ROLLCALL_{of}REQUESTS_PER_MINUTE"]) for of in ("", "BORROWED_")),
        }
        == cost.STACK
    )
    schedules = {schedule["ScheduleExpression"] for schedule in stack.of_type("AWS::Scheduler::Schedule").values()}
    assert schedules == {"cron(0 2 * * ? *)", "cron(30 * * * ? *)", f"rate({cost.STACK['expiry_minutes']} minutes)"}


@pytest.mark.parametrize(("end", "steps"), [("Published", "steps"), ("SteppedAside", "steps_aside")])
def test_states_of_a_run_are_counted(end, steps):
    states = json.loads(expand.MACHINE.read_text().replace("${TimeoutSeconds}", "1"))["States"]
    path, ways = ["NameRun"], {"FullOrDelta": "BeginDelta", "Verdict": "Published"}
    while path[-1] != end:
        state = states[path[-1]]
        aside = end == "SteppedAside" and "Catch" in state
        path.append(end if aside else ways.get(path[-1]) or state.get("Next") or state["Choices"][0]["Next"])
    assert len(path) == cost.STACK[steps]


def test_metrics_are_those_that_were_counted():
    """A metric more is 0.30 USD a month: count it in `cost.METRICS`."""
    files = [KIT / f"{name}.rs" for name in ("sync", "freshness", "serve", "expire_grants")]
    sources = [path.read_text() for path in [*files, ROOT / "functions/publish-snapshot/src/main.rs"]]
    sync, freshness, serve, expiry, publish = (
        len(re.findall(r"\.(?:count|seconds|percent)\(\s*&?(?:format!\()?\"", source)) for source in sources
    )
    usage = 4
    syncs = 3 * (sync - 1 + freshness + serve + usage) + len(("users", "teams", "members", "courses", "enrolments"))
    # Four of a table, of which one only tells what was missed; the last is the credentials'.
    published = publish - 4 + freshness + serve + 3 * 5
    assert {"run": syncs + published + 1, "missed": 5, "expiry": expiry + serve} == cost.METRICS


def test_parameters_and_alarms_that_are_named_exist(stack):
    named = set(re.findall(r"`([A-Z]\w+)(?:=[^`]*)?`", PAGE))
    alarms = {name for name in named if name.endswith("Alarm")}
    assert alarms <= stack.of_type("AWS::CloudWatch::Alarm").keys()
    metrics = {"RequestsPerMinute", "InvocationSeconds", "ExpiryOverdueSeconds", "QueueWaitSeconds"}
    assert named - alarms - metrics <= stack.parameters.keys()
