"""What is left behind to go on with, and how."""

import json
from contextlib import contextmanager, suppress
from dataclasses import asdict

from . import queues
from .deployment import ROOT
from .server import REGION
from .server import ROOT as CREDENTIALS

DIRECTORY = ROOT / ".demo"
# Where readers find everything when nothing runs any more.
COPY = DIRECTORY / "bucket"
STACK = DIRECTORY / "stack.json"
ENVIRONMENT = DIRECTORY / "local.env"
LOG = DIRECTORY / "functions.log"

PYTHON = ".tools/aws/bin/python"
HAND = f"{PYTHON} tests/local/hand.py"
CARGO_LAMBDA = ".tools/lambda/bin/cargo-lambda lambda"
WATCH = "-A 127.0.0.1 -P 9100"


def leave_notes(aws, stack):
    """What the deployed functions run with, and how to reach the local AWS: for cargo lambda, a shell or boto3."""
    variables = (
        environment(aws, stack, "provision")
        | environment(aws, stack, "sync-users")
        | {
            "PROVISION_QUEUE_URL": stack.provision_queue_url,
            "OUTCOME_QUEUE_URL": stack.outcome_queue_url,
            "AWS_ENDPOINT_URL": aws.endpoint,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": CREDENTIALS["aws_access_key_id"],
            "AWS_SECRET_ACCESS_KEY": CREDENTIALS["aws_secret_access_key"],
        }
    )
    lines = [f"{name}={value}" for name, value in sorted(variables.items()) if value]
    ENVIRONMENT.write_text(
        "# Leads to the demo that runs now, and is of no use when it has ended.\n" + "\n".join(lines) + "\n"
    )
    STACK.write_text(json.dumps({"endpoint": aws.endpoint, "stack": asdict(stack)}))


def environment(aws, stack, function):
    configuration = aws.client("lambda").get_function_configuration(FunctionName=stack.functions[function])
    return configuration["Environment"]["Variables"]


def copy_bucket(aws, stack):
    """What readers see of the bucket, as files of the same names."""
    s3 = aws.client("s3")
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=stack.bucket):
        for item in page.get("Contents", []):
            if f"{stack.connection}/runs/" not in item["Key"]:
                file = COPY / item["Key"]
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(s3.get_object(Bucket=stack.bucket, Key=item["Key"])["Body"].read())


@contextmanager
def logs_of_failure(aws, stack):
    """Where something goes wrong, the functions' logs are what one wants to see."""
    try:
        yield
    except Exception:
        with suppress(Exception):
            copy_logs(aws, stack)
        raise


def copy_logs(aws, stack):
    """What the functions logged, in the order of time."""
    logs = aws.client("logs")
    events = []
    for name in stack.functions.values():
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=f"/aws/lambda/{name}")
        events += [(event["timestamp"], event["message"].rstrip()) for page in pages for event in page["events"]]
    LOG.write_text("".join(f"{message}\n" for _, message in sorted(events, key=lambda event: event[0])))


def tell_where(screen, stack):
    screen.heading("Where everything lies")
    screen.line(f"  bucket     {stack.bucket} (copied into .demo/bucket), everything below {stack.connection}/")
    screen.line("  pointer    latest.json, which names the manifest in force")
    screen.line("  manifests  manifests/run_id=…/manifest.json")
    screen.line("  tables     snapshots/{users,teams,team_members,courses,enrolments,changes}/run_id=…/*.parquet")
    screen.line("  ledger     ledger/requests/*/{request,intent,outcome}.json; what still stands in ledger/holds")
    screen.line(f"  catalogue  Glue database {stack.database}: a partition is a published run")
    screen.line("  logs       .demo/functions.log, .demo/aws.log")


def tell_ask(screen):
    screen.line("  Ask the snapshot in force, or read its Parquet files with whatever you like:")
    screen.line(f'    {HAND} ask "select role, active, count(*) from users group by all"')


def tell_afterwards(screen, vendor):
    """What can be done when nothing runs any more."""
    screen.heading("Going on by hand")
    tell_ask(screen)
    screen.line(f"  Keep the local AWS and the simulated {vendor.kind.name} up, and invoke the functions yourself:")
    screen.line(f"    {vendor.kind.command} KEEP=1")
    screen.line()


def tell_now(screen, aws, stack, grant):
    """What can be done while everything runs."""
    screen.heading("Going on by hand, in another terminal")
    tell_ask(screen)
    screen.line("  Ask Athena what reviewers ask, by the names of the saved queries:")
    screen.line(f"    {HAND} query open-grants")
    screen.line("  Invoke a deployed function under its own role, or the state machine for a whole run:")
    screen.line(f"    {HAND} invoke check-connection events/check-connection.json")
    screen.line(f"    {HAND} run")
    screen.line("  Put a request on the queue, then take what came of it from the outcome queue:")
    screen.line(f"    {HAND} send '")
    screen.json(grant.lasting("by-hand-1", dry_run=True), after="'")
    screen.line(f"    {HAND} outcomes")
    screen.line("  Or with boto3, the AWS CLI and the like, from what the environment tells them:")
    screen.line(f"    set -a; . .demo/local.env; set +a     # {aws.endpoint}, with credentials")
    screen.line(f"    # PROVISION_QUEUE_URL={stack.provision_queue_url}")
    screen.line(f"    # OUTCOME_QUEUE_URL={stack.outcome_queue_url}")
    # Left to itself, version 1 of the CLI takes queues to the real AWS, whatever the environment says.
    sqs = 'aws sqs --endpoint-url "$AWS_ENDPOINT_URL"'
    screen.line(f'    {sqs} send-message --queue-url "$PROVISION_QUEUE_URL" \\')
    group = queues.group_of(grant.lasting("by-hand-2"))
    screen.line(f"      --message-group-id {group} --message-deduplication-id by-hand-2 --message-body '…'")
    screen.line(f'    {sqs} receive-message --queue-url "$OUTCOME_QUEUE_URL" \\')
    screen.line("      --wait-time-seconds 20 --query 'Messages[].Body' --output text")
    screen.line("  Invoke functions from your working tree; they are built anew when you change them:")
    screen.line("    tools/install lambda")
    screen.line(f"    {CARGO_LAMBDA} watch {WATCH} --env-file .demo/local.env")
    screen.line(f"    {CARGO_LAMBDA} invoke sync-users {WATCH} --data-file events/sync-users.json")
    screen.line()
