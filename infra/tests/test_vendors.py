"""One template, several vendors: what it asks of each, what it refuses, and that nothing else depends on the vendor."""

import copy
import tomllib
from pathlib import Path

import pytest

import expand
from resolved import ACCOUNTS, Resolved

SAMCONFIG = tomllib.loads((Path(expand.__file__).parents[1] / "samconfig.toml").read_text())
# Requests that the vendor allows in a minute, other software included.
ALLOWANCES = {"litmos": 100, "percipio": 5 * 60}
ID = ACCOUNTS["percipio"]["PercipioOrganizationId"]

LITMOS_NEEDS = "Litmos needs LitmosSource, the account or company name."
NOT_LITMOS = "PercipioOrganizationId is for Percipio; leave it empty, or set Vendor to percipio."
PERCIPIO_NEEDS = "Percipio needs PercipioOrganizationId, the organization's UUID."
NO_REGION = "Percipio has no such data centre; VendorRegion must be us or eu."
WRONG_NAME = "A connection to Percipio must not be called litmos; set Connection, to percipio for example."
NO_SOURCE = "LitmosSource is for Litmos; leave it empty, or set Vendor to litmos."
NO_DATES = "LitmosDates is for Litmos; leave it at utc, or set Vendor to litmos."


def test_every_vendor_is_known_to_every_part():
    template = expand.load()
    vendors = template["Parameters"]["Vendor"]["AllowedValues"]
    assert template["Parameters"]["Vendor"]["Default"] == "litmos"
    assert set(vendors) == ACCOUNTS.keys() == template["Mappings"]["Shares"].keys() == ALLOWANCES.keys()
    assert {name.lower() for name in template["Rules"]} >= set(vendors)


@pytest.mark.parametrize(
    ("vendor", "parameters", "refusals"),
    [
        ("litmos", {}, []),
        *[("litmos", {"VendorRegion": region, "LitmosDates": "wall-clock"}, []) for region in ("us", "eu", "au")],
        ("litmos", {"LitmosSource": ""}, [LITMOS_NEEDS]),
        ("litmos", {"PercipioOrganizationId": ID}, [NOT_LITMOS]),
        ("percipio", {}, []),
        ("percipio", {"VendorRegion": "eu"}, []),
        ("percipio", {"VendorRegion": "au"}, [NO_REGION]),
        ("percipio", {"PercipioOrganizationId": ""}, [PERCIPIO_NEEDS]),
        ("percipio", {"Connection": "litmos"}, [WRONG_NAME]),
        ("percipio", {"LitmosSource": "example", "LitmosDates": "wall-clock"}, [NO_SOURCE, NO_DATES]),
    ],
)
def test_what_a_vendor_needs_is_asked_for_and_what_it_has_not_is_refused(vendor, parameters, refusals):
    assert Resolved(Vendor=vendor, **parameters).refusals == refusals


def test_a_stack_for_percipio_is_one_for_litmos_but_for_the_environment_and_the_secret():
    litmos, percipio = (common(Resolved(Vendor=vendor, Connection="acme")) for vendor in ACCOUNTS)
    assert litmos == percipio


def common(stack):
    """Resources and outputs without what a vendor is told apart by."""
    resources = copy.deepcopy(stack.resources)
    for resource in resources.values():
        if resource["Type"] == "AWS::Lambda::Function":
            del resource["Properties"]["Environment"]
    del resources["ApiKeySecret"]["Properties"]["SecretString"]
    return resources, stack.outputs


@pytest.mark.parametrize("vendor", ALLOWANCES)
def test_the_shares_leave_some_of_the_vendors_limit_to_others(vendor):
    shares = {whose: int(share) for whose, share in expand.load()["Mappings"]["Shares"][vendor].items()}
    assert shares.keys() == {"Sync", "Borrowed", "Provision", "CheckConnection"}
    # One of the two is sent at a time: what a sync borrows is what provisioning leaves.
    together = shares["Sync"] + max(shares["Borrowed"], shares["Provision"]) + shares["CheckConnection"]
    assert together < ALLOWANCES[vendor]
    assert shares["Borrowed"] <= shares["Provision"]


@pytest.mark.parametrize("vendor", ACCOUNTS)
def test_an_environment_of_sam_deploys_each_vendor(vendor):
    config, default = SAMCONFIG[vendor], SAMCONFIG["default"]
    told = dict(config["deploy"]["parameters"])
    overrides = dict(pair.split("=", 1) for pair in told.pop("parameter_overrides"))
    assert (config["build"], told) == (default["build"], default["deploy"]["parameters"])
    assert config["global"]["parameters"] == {"stack_name": f"rollcall-{vendor}"}
    assert (overrides["Vendor"], overrides["Connection"]) == (vendor, vendor)
    assert overrides.keys() <= expand.load()["Parameters"].keys()
    assert Resolved(**overrides).refusals == []
