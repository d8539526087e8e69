"""What a user of the demo is told when it cannot go on."""


class DemoError(Exception):
    """A message for people, and the log that tells more."""

    def __init__(self, message, log=None):
        super().__init__(message)
        self.log = log
