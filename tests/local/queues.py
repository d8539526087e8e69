"""The stack's queues: requests in, outcomes out."""

import json
import time


def send(aws, stack, body, deduplication_id=None):
    """Puts a request on the queue, or a text that need not be one; answers the message's id."""
    if not isinstance(body, str):
        body, deduplication_id = json.dumps(body), deduplication_id or body["request_id"]
    message = {
        "QueueUrl": stack.provision_queue_url,
        "MessageGroupId": stack.connection,
        "MessageDeduplicationId": deduplication_id,
        "MessageBody": body,
    }
    return aws.client("sqs").send_message(**message)["MessageId"]


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
