"""The codes of outcomes: a closed list, which README.md has in a table."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "shared/provisioning/src"


def test_every_code_has_a_row_and_every_row_a_code():
    assert listed() == used()


def listed():
    [section] = re.findall(r"^### Outcomes$(.*?)^### ", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    [table] = re.findall(r"^\| status \| code \|.*?\n\n", section, re.MULTILINE | re.DOTALL)
    cells = re.findall(r"^\|[^|]*\|([^|]*)\|", table, re.MULTILINE)
    return {code for cell in cells for code in re.findall(r"`(\w+)`", cell)}


def used():
    paths = [path for path in SOURCES.rglob("*.rs") if "tests" not in str(path.relative_to(SOURCES))]
    # Up to its tests; a single line may be for tests further up.
    sources = [re.split(r"#\[cfg\(test\)\]\n(?:#\[.*\n)?mod ", path.read_text())[0] for path in paths]
    text = "\n".join(sources)
    codes = re.findall(r'\b(?:rejected|refused|unbound)\(\s*(?:case, )?"(\w+)"', text)
    for constant in re.findall(r"\brefused\(([A-Z_]+)\)", text):
        codes += re.findall(rf'\bconst {constant}: &str = "(\w+)"', text)
    codes += re.findall(r'Some\("(\w+)"\)', "\n".join(t for t in sources if "impl Provisioning<'_>" in t))
    for judged in re.findall(r"fn code\(&self\) -> &'static str \{(.*?)\n    \}\n", text, re.DOTALL):
        codes += re.findall(r'=> "(\w+)"', judged)
    return set(codes)
