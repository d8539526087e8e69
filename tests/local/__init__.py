"""A local AWS with the real template deployed into it, for tests and the demo.

with LocalAws() as aws:
    stack = deploy(aws, "target/release", {"LitmosSource": "example", "BaseUrl": simulator})
    aws.client("stepfunctions").start_execution(stateMachineArn=stack.state_machine_arn)
"""

from .deployment import Stack, deploy
from .server import LocalAws

__all__ = ["LocalAws", "Stack", "deploy"]
