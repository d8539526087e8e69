"""Every command of AWS in the documents: there is such an operation, and it takes what it is given."""

import re

import botocore.session
import pytest

from local.aws_command import COMMON, OF_TAIL, known, operations
from local.deployment import ROOT
from local.documents import code, without_code

# What the CLI has beyond the operations of AWS.
OWN = {
    ("s3", "cp"): set(),
    ("s3", "ls"): {"recursive"},
    ("s3", "sync"): {"source-region", "region", "exclude"},
    ("logs", "tail"): {*OF_TAIL},
}


def commands(document):
    """As words; one within another counts by itself."""
    text = (ROOT / document).read_text()
    found = [code(text).replace("\\\n", ""), *re.findall(r"`(aws [^`\n]+)`", without_code(text))]
    # What is in quotes may look like anything.
    unquoted = re.sub(r"""'[^']*'|"(?:(?!aws )[^"\n])*\"""", "TEXT", "\n".join(found))
    parts = re.split(r"(?=\baws [a-z0-9]+ [a-z])|[|;&)#\n]", unquoted)
    return [part.split() for part in parts if part.startswith("aws ")]


@pytest.mark.parametrize("document", ["README.md", "RUNBOOK.md"])
def test_every_command_is_one_that_there_is(document):
    found = commands(document)
    assert len(found) > 10
    for _, service, operation, *words in found:
        options = {word.removeprefix("--") for word in words if word.startswith("--")}
        if (service, operation) in OWN:
            assert options <= OWN[service, operation], f"{service} {operation}"
            continue
        model = botocore.session.get_session().get_service_model({"s3api": "s3"}.get(service, service))
        _, asked = operations(model)[operation]
        members = {name: option for option, name, _ in known(asked)}
        needed = {members[name] for name in asked.input_shape.required_members}
        assert needed <= options <= {*members.values(), *COMMON}, f"{service} {operation}"
        # Else the CLI takes what was meant as JSON for base64.
        assert ("payload" in options) <= ("cli-binary-format" in options), f"{service} {operation}"
