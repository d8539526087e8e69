"""The stack's queues: requests in, outcomes out."""

import hashlib
import json
import re
import time


def send(aws, stack, body, deduplication_id=None):
    """Puts a request on the queue, or a text that need not be one; answers the message's id."""
    # Of a text that need not be a request; any group will do.
    group = stack.connection
    if not isinstance(body, str):
        group, deduplication_id = group_of(body), deduplication_id or body["request_id"]
        body = json.dumps(body)
    message = {
        "QueueUrl": stack.provision_queue_url,
        "MessageGroupId": group,
        "MessageDeduplicationId": deduplication_id,
        "MessageBody": body,
    }
    return aws.client("sqs").send_message(**message)["MessageId"]


def group_of(request):
    """The message group of a request, as README.md has it: whom or what it is about."""
    kind = "team" if "team" in request else "user"
    about = request.get("principal") or request.get("account") or request["team"]
    subject = about.get(f"{kind}_id") or about["user_name" if kind == "user" else "name"].lower()
    if not re.fullmatch(r"[A-Za-z0-9._@+-]{1,100}", subject):
        subject = "~" + hashlib.sha256(subject.encode()).hexdigest()[:32]
    return f"{kind}:{subject}"


def take_outcomes(aws, stack, wait_seconds=1):
    """What is on the outcome queue; it is there no more."""
    sqs, queue = aws.client("sqs"), stack.outcome_queue_url
    taken = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=wait_seconds)
    for message in taken.get("Messages", []):
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        yield json.loads(message["Body"])


def outcome(aws, stack, seconds, **wanted):
    """The first outcome with these values, none if there is none for so long. Others are passed by."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for found in take_outcomes(aws, stack):
            if wanted.items() <= found.items():
                return found
    return None
