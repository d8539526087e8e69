"""The demo's grant: tried out, given, refused where it must be, asked for twice, and ended by itself."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from . import by_hand, queues
from .failures import DemoError

PARAMETERS = {"Provisioning": "on", "ExpirySchedule": "rate(1 minute)"}
GRANT_SECONDS = 62
OUTCOME_SECONDS = 60
# The grant, a minute until the schedule's next tick, and the local AWS looks at schedules every 10 seconds only.
END_SECONDS = GRANT_SECONDS + 60 + 10 + OUTCOME_SECONDS


@dataclass(frozen=True)
class Grant:
    """Who is given what until when."""

    user_id: str
    user_name: str
    entitlement: str
    called: str
    ends: datetime

    def ending(self, request_id, **more):
        """A request for it."""
        return self.lasting(request_id, expires_at=self.ends.strftime("%Y-%m-%dT%H:%M:%SZ"), **more)

    def lasting(self, request_id, **more):
        """A request for the same without an end."""
        return {
            "request_id": request_id,
            "operation": "grant",
            "principal": {"user_name": self.user_name},
            "entitlement": self.entitlement,
            "reason": "covers for Bo",
            "ticket": "IAM-311",
            "requested_by": "lee@example.org",
        } | more


def a_grant(vendor, story):
    """What the vendor has to give to somebody who has it not."""
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=GRANT_SECONDS)
    return Grant(*vendor.grantee(story), ends)


def tell(screen, aws, stack, vendor, story):
    """Everything up to where the grant stands."""
    grant = a_grant(vendor, story)
    screen.heading("A dry run: what would it do?")
    ask(screen, aws, stack, grant.ending("demo-1", dry_run=True), "planned")

    grant = a_grant(vendor, story)
    screen.heading("The same for real, for a little more than a minute")
    vendor.forget_requests()
    given = ask(screen, aws, stack, grant.ending("demo-2"), "succeeded")
    tell_standing(screen, vendor, grant, expected=True)
    [key] = held(aws, stack, grant)
    folder, _, name = key.rpartition("/")
    screen.line(f"  What stands until it ends, in {folder}/{name[:8]}….json:")
    screen.json(json.load(aws.client("s3").get_object(Bucket=stack.bucket, Key=key)["Body"]))

    for number, (heading, other, code) in enumerate(vendor.refusals(story), start=3):
        screen.heading(heading)
        refused = ask(screen, aws, stack, grant.ending(f"demo-{number}", **other), "rejected")
        if refused["code"] != code:
            raise DemoError(f"that should have been rejected as {code}, not as {refused['code']}", by_hand.LOG)

    screen.heading("The grant's request once more, in another message")
    again = ask(screen, aws, stack, grant.ending("demo-2"), "succeeded", deduplication_id="demo-2-again")
    if again != given or len(vendor.writes()) != 1:
        raise DemoError("a request that was sent twice acted twice", by_hand.LOG)
    screen.line(f"  The same to the letter, from the ledger. {vendor.kind.name} was sent one write for both.")
    return grant


def tell_end(screen, aws, stack, vendor, grant):
    """Nobody asks for it: the schedule does."""
    screen.heading("The grant ends by itself")
    with screen.step(f"Waiting for expire-grants, every minute; the grant is due at {grant.ends:%H:%M:%S} UTC"):
        ended = queues.outcome(aws, stack, END_SECONDS, requested_by="rollcall")
    tell_outcome(screen, ended, "succeeded")
    tell_standing(screen, vendor, grant, expected=False)
    if held(aws, stack, grant):
        raise DemoError("the ledger still holds the grant", by_hand.LOG)
    screen.line("  Nothing of it is left in ledger/holds.")


def ask(screen, aws, stack, request, expected, deduplication_id=None):
    """Sends a request as a person would, and shows what came of it."""
    deduplication_id = deduplication_id or request["request_id"]
    group = queues.group_of(request)
    screen.line(f"  aws sqs send-message --queue-url $PROVISION_QUEUE_URL --message-group-id {group} \\")
    screen.line(f"    --message-deduplication-id {deduplication_id} --message-body '")
    screen.json(request, after="'")
    queues.send(aws, stack, request, deduplication_id)
    found = queues.outcome(aws, stack, OUTCOME_SECONDS, request_id=request["request_id"])
    return tell_outcome(screen, found, expected)


def tell_outcome(screen, found, expected):
    if not found:
        raise DemoError("there is no outcome", by_hand.LOG)
    screen.line("  Outcome:")
    screen.json(found)
    if found["status"] != expected:
        raise DemoError(f"that should have been {expected}", by_hand.LOG)
    return found


def tell_standing(screen, vendor, grant, expected):
    stands, sentence = vendor.standing(grant)
    screen.line(f"  {vendor.kind.name}, asked: {sentence}.")
    if stands != expected:
        raise DemoError("the outcome does not tell the truth", by_hand.LOG)


def held(aws, stack, grant):
    """The keys of what Rollcall gave this person and still stands."""
    prefix = f"{stack.connection}/ledger/holds/{grant.user_id}/"
    found = aws.client("s3").list_objects_v2(Bucket=stack.bucket, Prefix=prefix)
    return [item["Key"] for item in found.get("Contents", [])]
