"""What a published run has to tell, read back with DuckDB."""

import json

TABLES = ["users", "teams", "team_members", "courses", "enrolments"]

# A few columns of each table that fit a screen.
SAMPLES = {
    "users": "user_name, first_name, last_name, active, role, last_login_at::timestamp as last_login_at",
    "teams": "team_id, name, code, parent_team_id",
    "team_members": "team_id, user_id, is_leader, is_admin",
    "courses": "course_id, code, name, active, kind",
    "enrolments": "course_id, user_id, status, percent_complete, completed_at::timestamp as completed_at",
}

BUSIEST_COURSE = """
    select course_id, c.name from enrolments join courses c using (course_id)
    group by all order by count(distinct status) desc, count(*) desc, course_id limit 1"""

HOW_FAR = "select status, count(*) from enrolments where course_id = ? group by all order by status"

WHO_CAN_GET_AT = """
    select u.user_name, u.first_name || ' ' || u.last_name as name, u.active, e.status, e.percent_complete,
           e.due_at::timestamp as due_at
    from enrolments e join users u using (user_id) where e.course_id = ?
    qualify row_number() over (partition by e.status order by u.user_name) <= 2
    order by e.status, u.user_name"""

NAMES = """
    select user_id, user_name from users union all select team_id, name from teams
    union all select course_id, name from courses"""

CHANGES = """select "table", change, key, before, after from changes order by "table", change, key"""


class Story:
    """The tables of one manifest, as views of their names."""

    def __init__(self, database, place, manifest):
        self.database = database
        # Else Python would want a package of time zones to hold a timestamp.
        self.database.execute("set TimeZone = 'UTC'")
        for table, held in manifest["tables"].items():
            parts = [f"{place}/{part['key']}" for part in held["parts"]]
            self.database.execute(f"create view {table} as from read_parquet({parts!r})")

    def ask(self, sql, *values):
        """Columns and rows."""
        answer = self.database.execute(sql, values)
        return [column[0] for column in answer.description], answer.fetchall()

    def one(self, sql, *values):
        return self.ask(sql, *values)[1][0]

    def tell(self, screen, questions):
        """Samples, what every snapshot is asked, and these: headings and queries."""
        screen.heading("A few rows of each table")
        for table in TABLES:
            screen.line(f"  {table}")
            screen.table(*self.ask(f"select {SAMPLES[table]} from {table} limit 2"))
        course_id, name = self.one(BUSIEST_COURSE)
        screen.heading(f"Who can get at course “{name}”, and how far are they?")
        counts = ", ".join(f"{count} {status.replace('_', ' ')}" for status, count in self.ask(HOW_FAR, course_id)[1])
        screen.line(f"  {counts}. Two of each:")
        screen.table(*self.ask(WHO_CAN_GET_AT, course_id))
        for heading, query in questions:
            screen.heading(heading)
            screen.table(*self.ask(query))

    def tell_changes(self, screen, base, most=12):
        """The changes table, a line a row; of what changed only the columns that did."""
        names = base.names() | self.names()
        _, rows = self.ask(CHANGES)
        told = [
            (table, change, what(json.loads(key), before, after, names)) for table, change, key, before, after in rows
        ]
        screen.table(["table", "change", "what"], told[:most])
        if len(told) > most:
            screen.line(f"    … and {len(told) - most} more")

    def names(self):
        """What people call the things that have ids."""
        return dict(self.ask(NAMES)[1])


def what(key, before, after, names):
    """One row of the changes table in words."""
    text = ", ".join(names.get(part, part) for part in key)
    if not (before and after):
        return text
    before, after = columns(before), columns(after)
    differing = [name for name in before | after if before.get(name) != after.get(name)]
    return f"{text}: " + "; ".join(f"{name} {value(before.get(name))} → {value(after.get(name))}" for name in differing)


def columns(row):
    """A row's columns, its attributes among them."""
    row = json.loads(row)
    attributes = row.pop("attributes", None)
    return row | dict(flat(json.loads(attributes) if isinstance(attributes, str) else attributes or {}))


def flat(attributes, prefix=""):
    """Attributes without objects in them: `lifecycle.status` for what is inside of one."""
    for name, cell in attributes.items():
        if isinstance(cell, dict):
            yield from flat(cell, f"{prefix}{name}.")
        else:
            yield prefix + name, cell


def value(cell):
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return "-" if cell is None else cell
