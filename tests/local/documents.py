"""What README.md and RUNBOOK.md say, taken apart, so that a test can do it as it is written."""

import re

from .deployment import ROOT


def section(document, name):
    """What follows the one heading that has this name in it, up to the next of its level or above."""
    text = (ROOT / document).read_text()
    prose = without_code(text)
    [heading] = re.finditer(rf"^(#+) .*\b{re.escape(name)}\b.*$", prose, re.MULTILINE)
    following = re.compile(rf"^#{{1,{len(heading[1])}}} ", re.MULTILINE).search(prose, heading.end())
    return text[heading.end() : following.start() if following else None]


def without_code(text):
    """With blanks for blocks of code: what begins with # in there is no heading."""
    return re.sub(r"^```.*?^```", lambda block: " " * len(block[0]), text, flags=re.MULTILINE | re.DOTALL)


def code(section, language="sh"):
    """All blocks of a language in one."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    assert blocks, f"there is no {language} in: {section}"
    return "".join(blocks)


def command(section, *words):
    """The one command of AWS, in a block or in the text, that has all these words."""
    blocks = code(section) if "```sh" in section else ""
    lines = re.sub(r"\\\n *", "", blocks).splitlines() + re.findall(r"`([^`\n]+)`", without_code(section))
    [found] = [line for line in lines if line.startswith("aws ") and all(word in line for word in words)]
    return found


def row(section, name):
    """What a table says of a name."""
    [found] = re.findall(rf"^\| `{name}` \| (.*) \|$", section, re.MULTILINE)
    return found


def links(section):
    """The places in its own document that it leads to."""
    return re.findall(r"\]\(#([^)]+)\)", section)
