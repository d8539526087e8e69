"""Deploys infra/template.yaml into a local AWS, with binaries that were built before."""

import hashlib
import io
import json
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "infra"))

import expand  # noqa: E402

ARTIFACTS = "rollcall-artifacts"


@dataclass(frozen=True)
class Stack:
    """What a deployed stack is made of, by the names its outputs give."""

    name: str
    connection: str
    bucket: str
    secret_arn: str
    state_machine_arn: str
    provision_queue_url: str
    provision_queue_arn: str
    outcome_queue_url: str | None  # none if outcomes are in the ledger only
    database: str | None  # neither without analytics
    work_group: str | None
    functions: dict  # by binary: {"sync-users": "rollcall-sync-users", ...}


def deploy(aws, binaries, parameters, name="rollcall", secret=None):
    """Creates or updates the stack; `binaries` is a directory of executables or a dict from binary to path.

    With `secret` the one that the stack creates is filled in. Parameters are the template's own; unless they
    say otherwise, no schedule starts anything behind a test's back: runs have none, and grants the slowest there is.
    """
    quiet = {"ScheduleState": "DISABLED", "DeltaScheduleState": "DISABLED", "ExpirySchedule": "rate(60 minutes)"}
    parameters = quiet | {key: str(value) for key, value in parameters.items()}
    cloudformation = aws.client("cloudformation")
    request = {
        "StackName": name,
        "TemplateURL": _template(aws, _upload(aws, binaries)),
        "Parameters": [{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()],
        "Capabilities": ["CAPABILITY_IAM"],
    }
    if not _exists(cloudformation, name):
        cloudformation.create_stack(**request)
        _wait(cloudformation, name, "stack_create_complete")
    elif _update(cloudformation, request):
        _wait(cloudformation, name, "stack_update_complete")
    stack = _describe(cloudformation, name, parameters)
    if stack.work_group:
        _save_queries(aws.client("athena"), stack)
    if secret is not None:
        aws.client("secretsmanager").put_secret_value(SecretId=stack.secret_arn, SecretString=json.dumps(secret))
    return stack


def zipped(executable):
    """The deployment package of one function: its binary, named as Lambda wants it."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        entry = zipfile.ZipInfo("bootstrap")
        entry.external_attr = 0o100755 << 16
        archive.writestr(entry, executable, zipfile.ZIP_DEFLATED, compresslevel=1)
    return package.getvalue()


def queries_of_template():
    """The saved queries by name, as CloudFormation has them."""
    found = [r["Properties"] for r in expand.load()["Resources"].values() if r["Type"] == expand.QUERY]
    return {query["Name"]: query for query in found}


def binaries_of_template():
    return [expand.binary(r) for r in expand.load()["Resources"].values() if r["Type"] == expand.FUNCTION]


def _upload(aws, binaries):
    """Where each binary's package and the state machine's definition are now; other contents, another place."""
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=ARTIFACTS)
    found = {
        name: binaries[name] if isinstance(binaries, dict) else Path(binaries) / name for name in binaries_of_template()
    }
    places = {}
    for name, path in (found | {expand.MACHINE.name: expand.MACHINE}).items():
        content = Path(path).read_bytes()
        places[name] = f"s3://{ARTIFACTS}/{_put(s3, name, content, zipped if name in found else bytes)}"
    return places


def _put(s3, name, content, packed=bytes):
    """The key of an object that holds the content, packed."""
    key = f"{hashlib.sha256(content).hexdigest()}/{name}"
    if not s3.list_objects_v2(Bucket=ARTIFACTS, Prefix=key).get("Contents"):
        s3.put_object(Bucket=ARTIFACTS, Key=key, Body=packed(content))
    return key


def _template(aws, places):
    """Where the template is: it is longer than a request may be."""
    template = expand.expand(places.__getitem__, places[expand.MACHINE.name])
    # Two things are not deployed as they are. This CloudFormation does not know saved queries, which this Athena has;
    # and this AWS speaks plain HTTP, and rightly refuses it.
    template["Resources"] = {k: r for k, r in template["Resources"].items() if r["Type"] != expand.QUERY}
    for resource in template["Resources"].values():
        if resource["Type"] in ("AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"):
            policy = resource["Properties"]["PolicyDocument"]
            policy["Statement"] = [s for s in policy["Statement"] if s.get("Sid") != "TlsOnly"]
    key = _put(aws.client("s3"), expand.TEMPLATE.name, json.dumps(template).encode())
    return f"{aws.endpoint}/{ARTIFACTS}/{key}"


def _save_queries(athena, stack):
    where = {"Database": stack.database, "WorkGroup": stack.work_group}
    for query_id in athena.list_named_queries(WorkGroup=stack.work_group)["NamedQueryIds"]:
        athena.delete_named_query(NamedQueryId=query_id)
    for query in queries_of_template().values():
        said = {key: query[key] for key in ("Name", "Description", "QueryString")}
        athena.create_named_query(**said, **where)


def _exists(cloudformation, name):
    summaries = cloudformation.list_stacks()["StackSummaries"]
    return any(s["StackName"] == name and s["StackStatus"] != "DELETE_COMPLETE" for s in summaries)


def _update(cloudformation, request):
    try:
        cloudformation.update_stack(**request)
    except cloudformation.exceptions.ClientError as error:
        if "No updates are to be performed" not in str(error):
            raise
        return False
    return True


def _wait(cloudformation, name, done):
    try:
        cloudformation.get_waiter(done).wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 120})
    except Exception as error:
        events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
        reasons = [
            f"{e['LogicalResourceId']}: {e.get('ResourceStatusReason')}"
            for e in events
            if e["ResourceStatus"].endswith("FAILED")
        ]
        raise RuntimeError("the stack could not be deployed: " + "; ".join(reasons)) from error


def _describe(cloudformation, name, parameters):
    outputs = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["Outputs"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in outputs}
    resources = expand.load()["Resources"]
    return Stack(
        name=name,
        connection=parameters.get("Connection", expand.load()["Parameters"]["Connection"]["Default"]),
        bucket=outputs["BucketName"],
        secret_arn=outputs["SecretArn"],
        state_machine_arn=outputs["StateMachineArn"],
        provision_queue_url=outputs["ProvisionQueueUrl"],
        provision_queue_arn=outputs["ProvisionQueueArn"],
        outcome_queue_url=outputs.get("OutcomeQueueUrl"),
        database=outputs.get("GlueDatabase"),
        work_group=outputs.get("AthenaWorkGroup"),
        functions={
            expand.binary(resource): outputs[f"{logical_id}Function"]
            for logical_id, resource in resources.items()
            if resource["Type"] == expand.FUNCTION
        },
    )
