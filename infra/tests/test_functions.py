"""Configuration, logs and builds of the functions."""

import tomllib
from pathlib import Path

import pytest

import expand
from resolved import ACCOUNTS, Resolved

ROOT = Path(expand.__file__).parents[1]
EVENTS = ROOT / "events"
SYNC = ["SyncUsers", "SyncTeams", "SyncCourses"]
FUNCTIONS = [*SYNC, "PublishSnapshot", "CheckConnection", "Provision", "ExpireGrants"]

# Whose account it is, and the shares of the sync, of provisioning and of check-connection. What the sync may borrow
# of provisioning's is all of it.
VENDORS = {
    "litmos": (
        {
            "ROLLCALL_CONNECTION": "litmos",
            "ROLLCALL_VENDOR": "litmos",
            "ROLLCALL_LITMOS_SOURCE": "example",
            "ROLLCALL_LITMOS_DATES": "utc",
        },
        ("30", "55", "5"),
    ),
    "percipio": (
        {
            "ROLLCALL_CONNECTION": "percipio",
            "ROLLCALL_VENDOR": "percipio",
            "ROLLCALL_PERCIPIO_ORGANIZATION_ID": ACCOUNTS["percipio"]["PercipioOrganizationId"],
        },
        ("90", "165", "15"),
    ),
}
VENDOR = {
    "ROLLCALL_REGION": "us",
    "ROLLCALL_SECRET_ID": "<ApiKeySecret.Id>",
    "ROLLCALL_BUCKET": "<Bucket>",
    "ROLLCALL_BASE_URL": "",
}
RUN = VENDOR | {
    "ROLLCALL_LIMITED_COURSES": "",
    "ROLLCALL_MAX_SHRINK_PERCENT": "20",
    # Empty: the vendor's default, which the function knows.
    "ROLLCALL_MAX_DANGLING_PERCENT": "",
    "ROLLCALL_UNREADABLE": "",
    "ROLLCALL_SLICE_SECONDS": "",
}
DELTA = {"ROLLCALL_DELTA_OVERLAP_HOURS": "24", "ROLLCALL_DELTA_MAX_AGE_DAYS": "30"}
PROVISION = VENDOR | {
    "ROLLCALL_PROVISIONING": "off",
    "ROLLCALL_GRANTABLE_ROLES": "",
    "ROLLCALL_PROTECTED_USERS": "",
    "ROLLCALL_MAX_GRANT_HOURS": "",
    "ROLLCALL_REQUIRE_TICKET": "false",
    "ROLLCALL_PROVISION_QUEUE_URL": "<ProvisionQueue>",
    "ROLLCALL_OUTCOME_QUEUE_URL": "<Outcomes>",
}
EXPIRE_GRANTS = {
    "ROLLCALL_BUCKET": "<Bucket>",
    "ROLLCALL_PROVISION_QUEUE_URL": "<ProvisionQueue>",
    "ROLLCALL_OUTCOME_QUEUE_URL": "<Outcomes>",
}


def environment(vendor):
    """What each function is to be told, by its name."""
    account, (sync, provision, check) = VENDORS[vendor]
    run = account | RUN | {"ROLLCALL_REQUESTS_PER_MINUTE": sync}
    return {
        **dict.fromkeys(SYNC, run | DELTA | {"ROLLCALL_BORROWED_REQUESTS_PER_MINUTE": provision}),
        "PublishSnapshot": run | {"ROLLCALL_GLUE_DATABASE": "<Database>"},
        "CheckConnection": run | {"ROLLCALL_REQUESTS_PER_MINUTE": check, "ROLLCALL_GRANTABLE_ROLES": ""},
        "Provision": account | PROVISION | {"ROLLCALL_REQUESTS_PER_MINUTE": provision},
        "ExpireGrants": {name: account[name] for name in ("ROLLCALL_CONNECTION", "ROLLCALL_VENDOR")} | EXPIRE_GRANTS,
    }


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_environment_is_the_contract(vendor):
    stack = Resolved(Vendor=vendor)
    assert {function: variables(stack, function) for function in FUNCTIONS} == environment(vendor)


def test_every_setting_reaches_the_functions():
    settings = {
        "Connection": "acme-eu",
        "VendorRegion": "eu",
        "LitmosSource": "Acme",
        "LitmosDates": "wall-clock",
        "LimitedCourses": "12,34",
        "RequestsPerMinute": "40",
        "BorrowedRequestsPerMinute": "45",
        "CheckConnectionRequestsPerMinute": "7",
        "DeltaOverlapHours": "0",
        "DeltaMaxAgeDays": "7",
        "BaseUrl": "https://proxy.example.org/v1.svc",
        "MaxShrinkPercent": "30",
        "MaxDanglingPercent": "2",
        "Unreadable": "course:12, team:-x_9",
        "SliceSeconds": "120",
    }
    stack = Resolved(**settings)
    told = environment("litmos")
    given = {
        "ROLLCALL_CONNECTION": "acme-eu",
        "ROLLCALL_REGION": "eu",
        "ROLLCALL_LITMOS_SOURCE": "Acme",
        "ROLLCALL_LITMOS_DATES": "wall-clock",
        "ROLLCALL_LIMITED_COURSES": "12,34",
        "ROLLCALL_REQUESTS_PER_MINUTE": "40",
        "ROLLCALL_BASE_URL": "https://proxy.example.org/v1.svc",
        "ROLLCALL_MAX_SHRINK_PERCENT": "30",
        "ROLLCALL_MAX_DANGLING_PERCENT": "2",
        "ROLLCALL_UNREADABLE": "course:12, team:-x_9",
        "ROLLCALL_SLICE_SECONDS": "120",
    }
    delta = {
        "ROLLCALL_BORROWED_REQUESTS_PER_MINUTE": "45",
        "ROLLCALL_DELTA_OVERLAP_HOURS": "0",
        "ROLLCALL_DELTA_MAX_AGE_DAYS": "7",
    }
    for function in SYNC:
        assert variables(stack, function) == told[function] | given | delta
    assert variables(stack, "PublishSnapshot") == told["PublishSnapshot"] | given
    check = {"ROLLCALL_REQUESTS_PER_MINUTE": "7"}
    assert variables(stack, "CheckConnection") == told["CheckConnection"] | given | check


def test_every_setting_reaches_provisioning():
    stack = Resolved(
        Connection="acme-eu",
        VendorRegion="eu",
        LitmosSource="Acme",
        LitmosDates="wall-clock",
        ProvisionRequestsPerMinute="25",
        BaseUrl="https://proxy.example.org/v1.svc",
        Provisioning="dry-run",
        GrantableRoles="Learner,Team_Admin",
        ProtectedUsers="owner@example.org",
        MaxGrantHours="72",
        RequireTicket="true",
        OutcomeQueue="none",
    )
    told = environment("litmos")
    assert variables(stack, "Provision") == told["Provision"] | {
        "ROLLCALL_CONNECTION": "acme-eu",
        "ROLLCALL_REGION": "eu",
        "ROLLCALL_LITMOS_SOURCE": "Acme",
        "ROLLCALL_LITMOS_DATES": "wall-clock",
        "ROLLCALL_REQUESTS_PER_MINUTE": "25",
        "ROLLCALL_BASE_URL": "https://proxy.example.org/v1.svc",
        "ROLLCALL_PROVISIONING": "dry-run",
        "ROLLCALL_GRANTABLE_ROLES": "Learner,Team_Admin",
        "ROLLCALL_PROTECTED_USERS": "owner@example.org",
        "ROLLCALL_MAX_GRANT_HOURS": "72",
        "ROLLCALL_REQUIRE_TICKET": "true",
        "ROLLCALL_OUTCOME_QUEUE_URL": "",
    }
    assert variables(stack, "ExpireGrants") == told["ExpireGrants"] | {
        "ROLLCALL_CONNECTION": "acme-eu",
        "ROLLCALL_OUTCOME_QUEUE_URL": "",
    }
    assert variables(stack, "CheckConnection")["ROLLCALL_GRANTABLE_ROLES"] == "Learner,Team_Admin"


def test_without_analytics_there_is_no_database_to_register_runs_in():
    assert variables(Resolved(Analytics="disabled"), "PublishSnapshot")["ROLLCALL_GLUE_DATABASE"] == ""


@pytest.mark.parametrize("share", ["RequestsPerMinute", "ProvisionRequestsPerMinute"])
def test_nothing_is_borrowed_unasked_where_a_share_is_given(share):
    borrowed = variables(Resolved(Vendor="litmos", **{share: "40"}), "SyncTeams")[
        "ROLLCALL_BORROWED_REQUESTS_PER_MINUTE"
    ]
    assert borrowed == "0"


def test_percipios_settings_reach_the_functions():
    own = "0d6b2c41-7e3a-4a55-8c1d-93f2e0b7a614"
    stack = Resolved(
        Vendor="percipio",
        Connection="acme-learning",
        VendorRegion="eu",
        PercipioOrganizationId=own,
        RequestsPerMinute="200",
        BorrowedRequestsPerMinute="60",
        ProvisionRequestsPerMinute="70",
        CheckConnectionRequestsPerMinute="9",
        MaxDanglingPercent="40",
        GrantableRoles="LEARNING_ADMIN,MANAGER",
    )
    told = environment("percipio")
    account = {
        "ROLLCALL_CONNECTION": "acme-learning",
        "ROLLCALL_REGION": "eu",
        "ROLLCALL_PERCIPIO_ORGANIZATION_ID": own,
    }
    assert variables(stack, "SyncCourses") == told["SyncCourses"] | account | {
        "ROLLCALL_REQUESTS_PER_MINUTE": "200",
        "ROLLCALL_BORROWED_REQUESTS_PER_MINUTE": "60",
        "ROLLCALL_MAX_DANGLING_PERCENT": "40",
    }
    assert variables(stack, "CheckConnection")["ROLLCALL_REQUESTS_PER_MINUTE"] == "9"
    assert variables(stack, "Provision") == told["Provision"] | account | {
        "ROLLCALL_REQUESTS_PER_MINUTE": "70",
        "ROLLCALL_GRANTABLE_ROLES": "LEARNING_ADMIN,MANAGER",
    }


def variables(stack, function):
    return stack.properties(function)["Environment"]["Variables"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_logs_are_json_and_are_not_kept_for_ever(stack, function):
    group = stack.properties(f"{function}Logs")
    assert group["RetentionInDays"] == "90"
    name = stack.properties(function)["FunctionName"]
    assert group["LogGroupName"] == f"/aws/lambda/{name}"
    assert stack.properties(function)["LoggingConfig"] == {"LogFormat": "JSON", "LogGroup": f"<{function}Logs>"}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_runtime_architecture_time_and_memory(stack, function):
    properties = stack.properties(function)
    assert (properties["Runtime"], properties["Architectures"]) == ("provided.al2023", ["arm64"])
    others = {"CheckConnection": (180, "256"), "Provision": (120, "256"), "ExpireGrants": (60, "128")}
    assert (properties["Timeout"], str(properties["MemorySize"])) == others.get(function, (900, "512"))


def test_intel_is_a_parameter_away():
    assert Resolved(Architecture="x86_64").properties("SyncUsers")["Architectures"] == ["x86_64"]


def sam_functions():
    resources = expand.load()["Resources"].values()
    return [r for r in resources if r["Type"] == expand.FUNCTION]


def test_cargo_lambda_builds_each_function_from_a_crate_of_its_name():
    binaries = [expand.binary(function) for function in sam_functions()]
    assert len(set(binaries)) == len(FUNCTIONS)
    for function in sam_functions():
        assert function["Metadata"]["BuildMethod"] == "rust-cargolambda"
        manifest = tomllib.loads((ROOT / "functions" / expand.binary(function) / "Cargo.toml").read_text())
        assert manifest["package"]["name"] == expand.binary(function)
    assert (ROOT / "infra" / expand.load()["Globals"]["Function"]["CodeUri"] / "Cargo.lock").exists()


def test_what_sam_builds_is_the_lambda_profile():
    wanted = tomllib.loads((ROOT / "Cargo.toml").read_text())["profile"]["lambda"]
    assert wanted.pop("inherits") == "release"
    build = tomllib.loads((ROOT / "CargoLambda.toml").read_text())["build"]
    settings = tomllib.loads("\n".join(build["config"]))
    assert settings == {"profile": {"release": wanted}}
    assert build["disable_optimizations"] is True


@pytest.mark.parametrize("function", FUNCTIONS)
def test_an_output_names_each_function(stack, function):
    assert stack.outputs[f"{function}Function"] == f"<{function}>"


def test_the_local_environment_file_names_what_the_template_sets():
    lines = (EVENTS / "local.env.example").read_text().splitlines()
    names = {line.split("=")[0] for line in lines if line and not line.startswith("#")}
    assert {name for name in names if name.startswith("ROLLCALL_")} == {
        name for vendor in VENDORS for told in environment(vendor).values() for name in told
    }
