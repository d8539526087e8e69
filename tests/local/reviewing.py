"""What reviewers ask: saved queries, in the stack's work group of the local Athena."""

from . import athena
from .deployment import queries_of_template
from .story import BUSIEST_COURSE

MOST_ROWS = 8


def tell(screen, aws, stack, story):
    """Two of them, about the latest published run, whose id nobody needs to know."""
    _, course = story.one(BUSIEST_COURSE)
    screen.heading(f"Reviewers ask Athena: saved queries of work group {stack.work_group}")
    tell_answer(screen, aws, stack, "administrators")
    tell_answer(screen, aws, stack, "course-access", course)


def tell_answer(screen, aws, stack, name, *values):
    columns, rows = athena.ask(aws, stack, athena.saved(aws, stack)[name], *values)
    screen.line("  " + " ".join([name, *(f"'{value}'" for value in values)]))
    screen.line(f"  {queries_of_template()[name]['Description']}")
    screen.table(columns, rows[:MOST_ROWS])
    if len(rows) > MOST_ROWS:
        screen.line(f"    … and {len(rows) - MOST_ROWS:,} more")
