"""What a stack costs a month: the arithmetic of COST.md.

`python infra/cost.py` prints the page's tables. `tests/test_cost.py` holds page, template and these figures together.
"""

from collections import namedtuple
from dataclasses import dataclass, replace
from math import ceil
from types import SimpleNamespace

HOURS = 365 * 24 / 12
DAYS = HOURS / 24
GB = 1e9

# USD, us-east-1, on demand, without free tiers, on 2026-11-24; COST.md has them in words.
PRICES = {
    "metric": 0.30,
    "alarm": 0.10,
    "dashboard": 3.00,
    "log_gb": 0.50,
    "log_gb_month": 0.03,
    "key": 1.00,
    "secret": 0.40,
    "secret_call": 0.05 / 10_000,
    "gb_second": 0.0000133334,
    "invocation": 0.20 / 1e6,
    "step": 0.025 / 1_000,
    "schedule": 1.00 / 1e6,
    "gb_month": 0.023,
    "archived_gb_month": 0.004,
    "archived": 0.02 / 1_000,
    "put": 0.005 / 1_000,
    "get": 0.0004 / 1_000,
    "scanned_gb": 5.00 / 1_000,
    "fifo_request": 0.50 / 1e6,
    "trace": 5.00 / 1e6,
}
# What the template has, with every parameter at its default.
STACK = {
    "alarms": 26,
    "dashboards": 1,
    "keys": 1,
    "secrets": 1,
    "memory_mb": 512,
    "expiry_memory_mb": 128,
    "timeout_s": 900,
    "expiry_minutes": 5,
    "working_days": 7 + 3,
    "log_days": 90,
    "pace": 30 + 55,
    "steps": 11,
    "steps_aside": 4,
}
# What nobody has measured; COST.md says why.
ASSUMED = {
    "vcpu_mb": 1769,
    "polls_a_minute": 15,
    "queries": 100,
    "call_log_bytes": 1_000,
    "step_log_bytes": 1_500,
    "expiry_log_bytes": 1_000,
    "expiry_s": 0.1,
}
# Of every run, of the full run that tells what delta runs have missed, of expire-grants.
METRICS = {"run": 52, "missed": 5, "expiry": 6}

# One run as `make bench` measures it (case `footprint`); `puts` are PUT and LIST.
Run = namedtuple("Run", "requests bytes objects working_bytes puts gets cpu_s log_bytes")


@dataclass(frozen=True)
class Tenant:
    """Users and what belongs to them; a month in which no request is carried out."""

    size: tuple
    full: Run
    delta: Run
    delta_starts: int = 24
    memory_mb: int = STACK["memory_mb"]
    archived: bool = False

    def seconds(self, run):
        """What is paid for: requests wait for the pace, and what is computed is taken to come on top."""
        return run.requests * 60 / STACK["pace"] + run.cpu_s * ASSUMED["vcpu_mb"] / self.memory_mb

    def work(self):
        """What is used a month."""
        # Delta runs that begin while the full run is at work, the first of them half an hour after it.
        aside = int(self.delta_starts * (self.seconds(self.full) + 1800) / 86400)
        deltas = self.delta_starts - aside
        # A slice ends a minute before the time-out.
        slices = int(self.seconds(self.full) / (STACK["timeout_s"] - 60))
        ticks = HOURS * 60 / STACK["expiry_minutes"]
        calls = ticks + DAYS * (4 + slices + 4 * deltas + aside)
        steps = DAYS * (STACK["steps"] * (1 + deltas) + 2 * slices + STACK["steps_aside"] * aside)
        run_hours = min(24, self.delta_starts + ceil(self.seconds(self.full) / 3600))

        def runs(figure):
            return DAYS * (figure(self.full) + deltas * figure(self.delta))

        return {
            "requests": runs(lambda run: run.requests),
            "calls": calls,
            "gb_seconds": runs(self.seconds) * self.memory_mb / 1024
            + ticks * ASSUMED["expiry_s"] * STACK["expiry_memory_mb"] / 1024,
            "steps": steps,
            "metrics": METRICS["run"] * run_hours / 24 + METRICS["missed"] / 24 + METRICS["expiry"],
            # Two lists a tick: of ends, and of outcomes that are still to be sent.
            "puts": runs(lambda run: run.puts) + 2 * ticks,
            # A sync looks every four requests whether provisioning is at work.
            "gets": runs(lambda run: run.gets + run.requests / 4),
            "gb": runs(lambda run: run.bytes) / GB,
            "objects": runs(lambda run: run.objects),
            "working_gb": runs(lambda run: run.working_bytes) / DAYS * STACK["working_days"] / GB,
            "log_gb": (runs(lambda run: run.log_bytes) + ticks * ASSUMED["expiry_log_bytes"]) / GB
            + (calls * ASSUMED["call_log_bytes"] + steps * ASSUMED["step_log_bytes"]) / GB,
            "starts": ticks + DAYS * (1 + self.delta_starts),
            "secret_calls": DAYS * (3 + slices + 3 * deltas),
        }

    def costs(self, month):
        """What a month costs after so many, item by item."""
        work = self.work()
        price = SimpleNamespace(**PRICES)
        fresh, old = (1, month - 1) if self.archived else (month, 0)
        moved = work["objects"] if old else 0
        return {
            "CloudWatch: custom metrics": work["metrics"] * price.metric,
            "CloudWatch: dashboard": STACK["dashboards"] * price.dashboard,
            "CloudWatch: alarms": STACK["alarms"] * price.alarm,
            "CloudWatch: logs": work["log_gb"]
            * (price.log_gb + min(month, STACK["log_days"] / DAYS) * price.log_gb_month),
            "KMS: key of the alarm topic": STACK["keys"] * price.key,
            "Secrets Manager": STACK["secrets"] * price.secret + work["secret_calls"] * price.secret_call,
            "Lambda": work["gb_seconds"] * price.gb_second + work["calls"] * price.invocation,
            "Step Functions": work["steps"] * price.step,
            "SQS: asking an idle queue": HOURS * 60 * ASSUMED["polls_a_minute"] * price.fifo_request,
            "EventBridge Scheduler, X-Ray": work["starts"] * (price.schedule + price.trace),
            "S3: requests": work["puts"] * price.put + work["gets"] * price.get + moved * price.archived,
            "Athena: 100 queries": ASSUMED["queries"] * max(0.01, self.full.bytes / GB) * price.scanned_gb,
            "S3: stored": (work["gb"] * (fresh - 0.5) + work["working_gb"]) * price.gb_month
            + work["gb"] * old * price.archived_gb_month,
        }

    def total(self, month):
        return sum(self.costs(month).values())


TENANTS = [
    Tenant(
        (1_000, 20, 50, 5_000),
        Run(121, 179_838, 7, 300_047, 55, 71, 0.17, 13_460),
        Run(7, 180_627, 7, 12_518, 30, 52, 0.06, 7_445),
    ),
    Tenant(
        (10_000, 200, 500, 50_000),
        Run(1_120, 1_680_455, 7, 4_785_349, 233, 153, 0.99, 64_137),
        Run(7, 1_680_141, 7, 20_684, 31, 53, 0.34, 7_471),
    ),
    Tenant(
        (100_000, 2_000, 3_000, 3_000_000),
        Run(11_461, 66_457_506, 16, 262_363_346, 2_088, 992, 22.1, 593_000),
        Run(11, 66_495_153, 16, 266_309, 49, 81, 8.7, 7_492),
    ),
]
OPTIONS = {
    "as the template has it": {},
    "`DeltaSchedule=rate(10 minutes)`": {"delta_starts": 144},
    "`DeltaSchedule=cron(30 0/6 * * ? *)`, every six hours": {"delta_starts": 4},
    "`DeltaScheduleState=DISABLED`": {"delta_starts": 0},
    "`ArchiveAfterDays=30`": {"archived": True},
    "`FunctionMemory=1024`": {"memory_mb": 1024},
    "`FunctionMemory=256`": {"memory_mb": 256},
}


def table(heads, rows):
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def tables():
    """The tables of COST.md that are computed."""
    users = [f"{tenant.size[0]:,} users" for tenant in TENANTS]
    works = [tenant.work() for tenant in TENANTS]
    measured = [
        [name, kind, *(f"{form(run)}" for run in (getattr(tenant, kind) for tenant in TENANTS))]
        for name, form in {
            "requests to the vendor": lambda run: f"{run.requests:,}",
            "bytes that stay": lambda run: f"{run.bytes:,}",
            "objects that stay": lambda run: run.objects,
            "bytes of working state": lambda run: f"{run.working_bytes:,}",
            "PUT and LIST / GET": lambda run: f"{run.puts:,} / {run.gets:,}",
            "seconds of a processor": lambda run: run.cpu_s,
            "bytes of log": lambda run: f"{run.log_bytes:,}",
        }.items()
        for kind in ("full", "delta")
    ]
    used = {
        "requests to the vendor": [f"{work['requests']:,.0f}" for work in works],
        "a full run takes": [f"{tenant.seconds(tenant.full) / 60:.1f} min" for tenant in TENANTS],
        "a delta run takes": [f"{tenant.seconds(tenant.delta):.0f} s" for tenant in TENANTS],
        "Lambda: invocations": [f"{work['calls']:,.0f}" for work in works],
        "Lambda: GB-seconds": [f"{work['gb_seconds']:,.0f}" for work in works],
        "Step Functions: transitions": [f"{work['steps']:,.0f}" for work in works],
        "S3: PUT and LIST / GET": [f"{work['puts']:,.0f} / {work['gets']:,.0f}" for work in works],
        "S3: more stored each month": [f"{work['gb']:,.2f} GB" for work in works],
        "custom metrics, in whole months": [f"{work['metrics']:.1f}" for work in works],
        "logs": [f"{1000 * work['log_gb']:,.0f} MB" for work in works],
    }
    costs = [tenant.costs(1) for tenant in TENANTS]
    rows = [[item, *(f"{cost[item]:.2f}" for cost in costs)] for item in costs[0]]
    totals = [
        [f"**a month, {when}**", *(f"**{tenant.total(month):.2f}**" for tenant in TENANTS)]
        for month, when in {1: "the first", 12: "after a year", 36: "after three years"}.items()
    ]
    options = [
        [name, *(f"{replace(tenant, **change).total(12):.2f}" for tenant in TENANTS)]
        for name, change in OPTIONS.items()
    ]
    return {
        "measured": table(["of a run", "", *users], measured),
        "used": table(["a month", *users], [[name, *values] for name, values in used.items()]),
        "costs": table(["USD", *users], rows + totals),
        "options": table(["USD a month, after a year", *users], options),
    }


if __name__ == "__main__":
    print("\n\n".join(tables().values()))
