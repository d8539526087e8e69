"""Expands the SAM template into plain CloudFormation, offline.

`python infra/expand.py` prints the result for cfn-lint; the tests and the local deployment import `expand`.
"""

import json
import logging
import os
import sys
from pathlib import Path

import yaml
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

TEMPLATE = Path(__file__).parent / "template.yaml"
MACHINE = Path(__file__).parent / "sync.asl.json"

# The translator asks for a region and refuses to work without one; nothing in the result depends on it.
os.environ["AWS_DEFAULT_REGION"] = "us-east-1"

# It also warns of metrics that it was never asked to collect.
logging.getLogger("samtranslator").setLevel(logging.ERROR)

FUNCTION = "AWS::Serverless::Function"
STATE_MACHINE = "AWS::Serverless::StateMachine"
QUERY = "AWS::Athena::NamedQuery"


class NoManagedPolicies:
    """The template names none, so nobody needs to ask IAM for their ARNs."""

    def load(self):
        return {}


def load(template=TEMPLATE):
    """The SAM template as it is, intrinsic functions in their long form."""
    return yaml_parse(Path(template).read_text())


def binary(resource):
    """The name of the executable that a function of the SAM template runs."""
    return resource["Metadata"]["BuildProperties"]["Binary"]


def expand(code_uri, definition_uri, parameters=None, template=TEMPLATE):
    """CloudFormation of the template, with code from `code_uri(binary)` and the state machine from `definition_uri`."""
    document = load(template)
    document["Globals"]["Function"].pop("CodeUri")
    for resource in document["Resources"].values():
        if resource["Type"] == FUNCTION:
            resource["Properties"]["CodeUri"] = code_uri(binary(resource))
        elif resource["Type"] == STATE_MACHINE:
            resource["Properties"]["DefinitionUri"] = definition_uri
    # The translator fills in defaults in place, which would turn references to parameters into their values.
    expanded = transform(document, dict(parameters or {}), NoManagedPolicies())
    # Without aliases, which CloudFormation does not read.
    return json.loads(json.dumps(expanded))


def placeholder_expansion():
    """The expansion with code and definition in a bucket that nobody needs to have."""
    return expand(lambda name: f"s3://artifacts/{name}.zip", f"s3://artifacts/{MACHINE.name}")


if __name__ == "__main__":
    yaml.safe_dump(placeholder_expansion(), sys.stdout, sort_keys=False)
