"""The bucket and the secret: what protects the snapshots and the vendor's key."""

import pytest

from resolved import Resolved

KEYS = "<Bucket.Arn>/litmos"


def test_the_bucket_is_encrypted_versioned_private_and_outlives_the_stack(stack):
    bucket = stack.resources["Bucket"]
    assert bucket["DeletionPolicy"] == bucket["UpdateReplacePolicy"] == "Retain"
    properties = bucket["Properties"]
    [encryption] = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption == {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    assert properties["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    blocks = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    assert properties["PublicAccessBlockConfiguration"] == {block: True for block in blocks}
    assert stack.of_type("AWS::S3::Bucket").keys() == {"Bucket"}


def test_only_working_state_and_results_of_queries_expire(stack):
    rules = stack.properties("Bucket")["LifecycleConfiguration"]["Rules"]
    assert all(rule["Status"] == "Enabled" for rule in rules)
    expiring = [r for r in rules if r.keys() & {"ExpirationInDays", "NoncurrentVersionExpiration"}]
    kept = [(r["Prefix"], r.get("ExpirationInDays"), r["NoncurrentVersionExpiration"]) for r in expiring]
    assert kept == [
        ("litmos/runs/", 7, {"NoncurrentDays": 3}),
        ("litmos/ledger/expiring/", None, {"NoncurrentDays": 30}),
        ("litmos/ledger/unsent/", None, {"NoncurrentDays": 3}),
        ("litmos/locks/", None, {"NoncurrentDays": 3}),
        ("litmos/query-results/", 7, {"NoncurrentDays": 1}),
    ]
    # What is settled or sent leaves markers behind, which every tick of expiry has to pass.
    marked = [r["Prefix"] for r in rules if r.get("ExpiredObjectDeleteMarker")]
    assert marked == ["litmos/ledger/expiring/", "litmos/ledger/unsent/"]
    [uploads] = [r for r in rules if "AbortIncompleteMultipartUpload" in r]
    assert uploads["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    assert "Prefix" not in uploads
    assert not any("Transitions" in r for r in rules)


def test_snapshots_are_archived_only_if_asked_for():
    rules = Resolved(ArchiveAfterDays="400")
    [archive] = [r for r in rules.properties("Bucket")["LifecycleConfiguration"]["Rules"] if "Transitions" in r]
    assert archive["Prefix"] == "litmos/snapshots/"
    # The one archive class that queries can still read from.
    assert archive["Transitions"] == [{"StorageClass": "GLACIER_IR", "TransitionInDays": "400"}]


def test_plain_http_is_refused(stack):
    assert statement(stack, "TlsOnly") == {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": ["<Bucket.Arn>", "<Bucket.Arn>/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def test_what_is_history_can_only_be_created(stack):
    create_only = statement(stack, "CreateOnly")
    assert (create_only["Effect"], create_only["Principal"], create_only["Action"]) == ("Deny", "*", "s3:PutObject")
    assert set(create_only["Resource"]) == {
        f"{KEYS}/snapshots/*",
        f"{KEYS}/manifests/*",
        f"{KEYS}/acceptances/*",
        f"{KEYS}/ledger/requests/*",
        f"{KEYS}/ledger/outcomes/*",
        f"{KEYS}/ledger/unreadable/*",
        f"{KEYS}/ledger/settled/*",
    }
    assert create_only["Condition"] == {
        "Null": {"s3:if-none-match": "true"},
        # Exempts the parts of a multipart upload, which cannot carry the header.
        "Bool": {"s3:ObjectCreationOperation": "true"},
    }


def test_the_bucket_policy_only_refuses(stack):
    statements = stack.properties("BucketPolicy")["PolicyDocument"]["Statement"]
    assert [s["Effect"] for s in statements] == ["Deny", "Deny"]
    assert stack.properties("BucketPolicy")["Bucket"] == "<Bucket>"


@pytest.mark.parametrize(("vendor", "member"), [("litmos", "api_key"), ("percipio", "api_token")])
def test_the_secret_is_a_placeholder(vendor, member):
    assert Resolved(Vendor=vendor).properties("ApiKeySecret")["SecretString"] == f'{{"{member}": ""}}'


def statement(stack, sid):
    [found] = [s for s in stack.properties("BucketPolicy")["PolicyDocument"]["Statement"] if s["Sid"] == sid]
    return found
