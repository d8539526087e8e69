"""What `sam deploy --guided` asks, and what it takes for an answer."""

import re
from pathlib import Path

import pytest

import expand

PARAMETERS = expand.load()["Parameters"]


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_parameter_explains_itself(name):
    parameter = PARAMETERS[name]
    assert parameter["Description"].endswith((".", ")"))
    limits = parameter.keys() & {"AllowedPattern", "MinValue", "AllowedValues"}
    assert limits
    assert "ConstraintDescription" in parameter or "AllowedValues" in limits


def test_every_parameter_has_a_place_in_the_form():
    groups = expand.load()["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    assert sorted(name for group in groups for name in group["Parameters"]) == sorted(PARAMETERS)


def test_the_form_alone_asks_for_nothing():
    # Which account must be named depends on the vendor: the rules ask for it.
    assert [name for name, parameter in PARAMETERS.items() if "Default" not in parameter] == []


@pytest.mark.parametrize("name", [name for name, p in PARAMETERS.items() if "AllowedPattern" in p and "Default" in p])
def test_a_default_is_allowed(name):
    assert allows(name, PARAMETERS[name]["Default"])


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("Connection", ["litmos", "0-eu", "a" * 40], ["", "Litmos", "-eu", "a_b", "a" * 41]),
        ("LitmosSource", ["", "acme", "Acme Inc."], [" ", " acme", "acme "]),
        (
            "PercipioOrganizationId",
            ["", "5e9d3b62-0c1f-4d57-9a6e-2f4b8c7d1e30", "5E9D3B62-0C1F-4D57-9A6E-2F4B8C7D1E30"],
            ["acme", "5e9d3b620c1f4d579a6e2f4b8c7d1e30", "{5e9d3b62-0c1f-4d57-9a6e-2f4b8c7d1e30}"],
        ),
        (
            "BaseUrl",
            [
                "https://proxy.example.org/v1.svc",
                "http://127.0.0.1:8080/v1.svc",
                "http://localhost:1",
                "http://[::1]:1/x",
                "https://proxy.example.org",
            ],
            ["http://proxy.example.org", "http://127.0.0.1.example.org/", "http://localhost@example.org", "ftp://x"],
        ),
        (
            "LimitedCourses",
            ["12", "12,34", "12, -x_9", "b1644cf0-0000-11e8-8234-000000000001"],
            [",", "12,", "12 34"],
        ),
        *[
            (f"{name}RequestsPerMinute", ["", "1", "60", "999999", "1000000"], ["0", "06", "1000001", "6.5", "many"])
            for name in ("", "Provision", "CheckConnection")
        ],
        ("BorrowedRequestsPerMinute", ["", "0", "1", "60", "1000000"], ["06", "1000001", "6.5", "many"]),
        (
            "Unreadable",
            ["", "course:12", "course:12, team:-x_9", "course:b1644cf0-0000-11e8-8234-000000000001"],
            ["12", "user:12", "course:", "course:12,", "course:12 team:1", "Team:12"],
        ),
        ("MaxDanglingPercent", ["", "0", "7", "99", "100"], ["101", "007", "1.5", "-1", "1%"]),
        *[
            (
                name,
                ["rate(1 minute)", "rate(6 hours)", "cron(0 2 ? * MON-FRI *)", "cron(5/10 * * * ? *)"],
                ["", "0 2 * * *", "at(2026-11-21T22:00:00)", "rate(0 days)", "cron(0 2 * * ?)"],
            )
            for name in ("Schedule", "DeltaSchedule")
        ],
        (
            "ScheduleTimezone",
            ["UTC", "Europe/Berlin", "America/Argentina/Ushuaia", "Etc/GMT+5"],
            ["", "Europe/", "a b"],
        ),
        (
            "SecretArn",
            ["arn:aws:secretsmanager:eu-central-1:123456789012:secret:a/b-AbCdEf"],
            ["my-secret", "arn:aws:ssm:eu-central-1:123456789012:parameter/x"],
        ),
        (
            "SecretKmsKeyArn",
            ["arn:aws:kms:eu-central-1:123456789012:key/0f-1"],
            ["arn:aws:kms:eu-central-1:123456789012:alias/x"],
        ),
        ("AlarmTopicArn", ["arn:aws:sns:eu-central-1:123456789012:pager"], ["pager"]),
        ("GlueDatabase", ["", "rollcall", "2_litmos", "a" * 128], ["Rollcall", "a-b", "a.b", "_a", "a" * 129]),
        ("AlarmEmail", ["", "night@example.org"], ["night", "a b@example.org", "a@b@c"]),
        ("StaleAfterHours", ["", "1", "48", "168"], ["0", "169", "007", "1.5"]),
        (
            "EncryptionKey",
            ["none", "create", "arn:aws:kms:eu-central-1:123456789012:key/0f-1"],
            ["", "yes", "arn:aws:kms:eu-central-1:123456789012:alias/x"],
        ),
        (
            "PermissionsBoundaryArn",
            ["", "arn:aws:iam::123456789012:policy/team/boundary", "arn:aws:iam::aws:policy/PowerUserAccess"],
            ["boundary", "arn:aws:iam::123456789012:role/x"],
        ),
        ("AccessLogBucket", ["", "access-logs.example"], ["Logs", "a", "s3://logs", "-logs"]),
        ("SliceSeconds", ["1", "600"], ["0", "06", "1000", "x"]),
        (
            "GrantableRoles",
            ["", "Learner", "Learner,Team_Admin", "Learner, Reporting Manager", "LEARNING_ADMIN"],
            [",", "Learner,", "Learner,,Author", " Learner", "Lear/ner", "*"],
        ),
        (
            "ProtectedUsers",
            ["", "owner@example.org", "owner@example.org, Bo Ek,x'y@example.org"],
            [",", " ", "a,", ",a", "a, ,b"],
        ),
        ("MaxGrantHours", ["", "1", "99999"], ["0", "08", "-1", "1.5", "100000", "a day"]),
        (
            "ExpirySchedule",
            ["rate(1 minute)", "rate(2 minutes)", "rate(19 minutes)", "rate(60 minutes)", "rate(1 hour)"],
            ["", "rate(0 minutes)", "rate(1 minutes)", "rate(61 minutes)", "rate(2 hours)", "rate(1 day)"],
        ),
        (
            "RequestSenders",
            [
                "",
                "arn:aws:iam::210987654321:root",
                "arn:aws:iam::210987654321:user/Lee.Ek@example.org",
                "arn:aws-cn:iam::210987654321:role/service-role/governance-tool",
            ],
            ["*", "210987654321", "arn:aws:iam::*:root", "arn:aws:iam::210987654321:role/*", "lambda.amazonaws.com"],
        ),
    ],
)
def test_a_pattern_lets_through_what_is_meant(name, good, bad):
    assert [value for value in good if not allows(name, value)] == []
    assert [value for value in bad if allows(name, value)] == []


def test_provisioning_is_off_and_gives_the_least_role_until_somebody_decides_otherwise():
    # No role is named: the least one of the vendor, which the function knows, may always be given.
    assert (PARAMETERS["Provisioning"]["Default"], PARAMETERS["GrantableRoles"]["Default"]) == ("off", "")
    assert PARAMETERS["Provisioning"]["AllowedValues"] == ["off", "dry-run", "on"]
    # YAML makes truth values of these where the quotes are forgotten.
    assert PARAMETERS["RequireTicket"]["AllowedValues"] == ["true", "false"]


def test_a_delta_looks_back_a_day_and_trusts_a_base_for_a_month():
    limits = [
        [PARAMETERS[name][key] for key in ("MinValue", "Default", "MaxValue")]
        for name in ("DeltaOverlapHours", "DeltaMaxAgeDays")
    ]
    assert limits == [[0, 24, 168], [1, 30, 365]]


def allows(name, value):
    return re.search(PARAMETERS[name]["AllowedPattern"], value) is not None


ROOT = Path(expand.__file__).parents[1]


def parameters_of(value):
    """Whose values a variable may have: parameters that it refers to, conditions and mappings aside."""
    if isinstance(value, list):
        return {name for each in value for name in parameters_of(each)}
    if not isinstance(value, dict):
        return set()
    [(operator, operand)] = value.items()
    if operator == "Ref":
        return {operand} & PARAMETERS.keys()
    return set() if operator == "Fn::FindInMap" else parameters_of(operand)


@pytest.fixture(scope="module")
def set_from():
    """The parameters of each variable, in whichever function."""
    found = {}
    for resource in expand.placeholder_expansion()["Resources"].values():
        environment = resource["Properties"].get("Environment", {})
        for variable, value in environment.get("Variables", {}).items():
            found.setdefault(variable, set()).update(parameters_of(value))
    return found


def test_an_error_of_configuration_names_the_parameters_of_its_variable(set_from):
    table = (ROOT / "shared/lambda-kit/src/parameters.rs").read_text()
    told = dict(re.findall(r'\(\s*"(ROLLCALL_\w+)",\s*"([^"]+)",?\s*\)', table))
    named = {variable: set(re.findall(r"[A-Z]\w+", text)) for variable, text in told.items()}
    assert named == {variable: names for variable, names in set_from.items() if names}


def test_messages_name_a_variable_with_its_parameter(set_from):
    """Whoever reads an outcome or an answer may know the stack's parameters only."""
    folders = ("shared/provisioning/src", "shared/snapshot/src", "shared/sync/src", "functions")
    sources = [
        path
        for folder in folders
        for path in (ROOT / folder).rglob("*.rs")
        if "tests" not in str(path.relative_to(ROOT))
    ]
    named = 0
    for path in sources:
        code = re.split(r"#\[cfg\(test\)\]\n(?:#\[.*\n)?mod ", path.read_text())[0]
        code = re.sub(r"^\s*//.*$", "", code, flags=re.MULTILINE)
        # A text may go on in the next line.
        code = re.sub(r"\\\n\s*", "", code)
        for before, variable in re.findall(r"(\w+ \()?\b(ROLLCALL_\w+)", code):
            if variable in set_from:
                assert {before.removesuffix(" (")} == set_from[variable], f"{path}: {variable}"
                named += 1
    assert named > 8
