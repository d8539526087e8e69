"""The real template deployed for Percipio, with stand-ins for functions; and what it refuses to be deployed with."""

import json

import pytest

from local import by_hand, deploy
from local.deployment import binaries_of_template

ORGANIZATION = "5e9d3b62-0c1f-4d57-9a6e-2f4b8c7d1e30"
PERCIPIO = {"Vendor": "percipio", "Connection": "percipio", "PercipioOrganizationId": ORGANIZATION}
SECRET = {"api_token": "a-token"}
SHARES = {"provision": "165", "check-connection": "15"}


@pytest.fixture(scope="module")
def percipio(aws, binaries):
    return deploy(aws, binaries, PERCIPIO, name="percipio", secret=SECRET)


def test_percipios_functions_know_whose_account_it_is_and_nothing_of_litmos(aws, percipio):
    for function in binaries_of_template():
        told = by_hand.environment(aws, percipio, function)
        assert told["ROLLCALL_VENDOR"] == "percipio"
        assert not [name for name in told if "LITMOS" in name]
        if function != "expire-grants":
            assert told["ROLLCALL_PERCIPIO_ORGANIZATION_ID"] == ORGANIZATION
            assert told["ROLLCALL_REQUESTS_PER_MINUTE"] == SHARES.get(function, "90")


def test_litmos_functions_know_nothing_of_percipio(aws, stack):
    for function in binaries_of_template():
        assert not [name for name in by_hand.environment(aws, stack, function) if "PERCIPIO" in name]


def test_percipios_token_is_filled_in(aws, percipio):
    secret = aws.client("secretsmanager").get_secret_value(SecretId=percipio.secret_arn)["SecretString"]
    assert json.loads(secret) == SECRET


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({}, "Litmos needs LitmosSource"),
        ({"Vendor": "percipio", "Connection": "percipio"}, "Percipio needs PercipioOrganizationId"),
        (PERCIPIO | {"VendorRegion": "au"}, "Percipio has no such data centre"),
    ],
)
def test_a_stack_that_could_not_work_is_not_created(aws, binaries, parameters, says):
    with pytest.raises(Exception, match=says):
        deploy(aws, binaries, parameters, name="refused")
    names = [stack["StackName"] for stack in aws.client("cloudformation").list_stacks()["StackSummaries"]]
    assert "refused" not in names
