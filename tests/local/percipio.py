"""Percipio, simulated: an organisation with a catalogue and a report of who learns what, and a grant of a role."""

from datetime import UTC, datetime, timedelta

from .simulator import Kind, Simulator

ROLE = "LEARNING_ADMIN"

WHO_IS_MORE = """
    select role, count(*) as accounts, count(*) filter (active) as active, min(user_name) as "for instance"
    from users where role <> 'LEARNER' group by all order by accounts desc, role"""

LEAVER = "select user_id, user_name from users where active and role = 'LEARNER' order by user_id limit 1"

RENAMED = """
    select user_id, user_name, first_name from users where active and user_id <> ? order by user_id limit 1"""

LEARNING = """
    select u.user_id, c.course_id, u.user_name, c.name
    from enrolments e join users u using (user_id) join courses c using (course_id)
    where e.status = 'in_progress' and u.active and c.active and user_id <> ?
    order by course_id, user_id limit 1"""

RETIRED = "select course_id, name from courses where active and course_id <> ? order by course_id limit 1"

SOMEBODY = """
    select user_id, user_name from users
    where active and role = 'LEARNER' and regexp_full_match(user_name, 'E[0-9]+') order by user_id desc limit 1"""

SOMEBODY_ELSE = """
    select user_name from users
    where active and role = 'LEARNER' and regexp_full_match(user_name, 'E[0-9]+') order by user_id limit 1"""

A_COURSE = "select course_id from courses where active order by course_id limit 1"


class Percipio(Simulator):
    """A running one."""

    kind = Kind(
        name="Percipio",
        executable="percipio-simulator",
        command="make demo VENDOR=percipio",
        size={"users": 2000, "items": 600, "activities": 8000, "latency-ms": 20},
        told="2,000 users, 600 catalogue items, 8,000 learning activities",
        # A report that takes half a minute, ten times as fast.
        flags=("--report-ms=3000",),
        # The vendor allows 100 requests in 20 seconds for a service account; shares are ten times those of a stack.
        limit=100,
        window_seconds=2,
        sync_share=1800,
        provision_share=900,
        check_share=150,
        # The state machine waits for the report, ten times as fast.
        clock={"SFN_WAIT_SCALE": "0.1"},
        granting={"GrantableRoles": ROLE},
        questions=(("Who is more than a learner?", WHO_IS_MORE),),
    )

    def account(self):
        return {
            "Vendor": "percipio",
            "Connection": "percipio",
            "PercipioOrganizationId": self.ready["organization_id"],
        }

    def secret(self):
        return {"api_token": self.ready["api_token"]}

    def change_world(self, story):
        leaver = story.one(LEAVER)
        renamed = story.one(RENAMED, leaver[0])
        learner, course, learner_name, course_name = story.one(LEARNING, leaver[0])
        retired = story.one(RETIRED, course)
        self.change("set_active", id=leaver[0], active=False)
        self.change("rename_user", id=renamed[0], first_name=renamed[2], last_name="Newlywed")
        # What is fresher than a minute is for the next run.
        at = (datetime.now(UTC) - timedelta(minutes=2)).isoformat()
        self.change("learn", user_id=learner, item_id=course, status="Completed", at=at)
        self.change("set_item_active", id=retired[0], active=False)
        return [
            f"{leaver[1]} is deactivated.",
            f"{renamed[1]} has another family name.",
            f"{learner_name} completes “{course_name}”.",
            f"Course “{retired[1]}” is retired.",
        ]

    def grantee(self, story):
        return *story.one(SOMEBODY), f"role:{ROLE}", ROLE

    def standing(self, grant):
        role = self.role_of(grant.user_id)
        return role == grant.called, f"{grant.user_name} has the role {role}"

    def refusals(self, story):
        # Somebody else: who has been given one role is given no other on top.
        [user_name], [course_id] = story.one(SOMEBODY_ELSE), story.one(A_COURSE)
        admin = {"principal": {"user_name": user_name}, "entitlement": "role:ADMIN"}
        course = {"entitlement": f"course:{course_id}:assigned"}
        return [
            (f"What may not be given: GrantableRoles is {ROLE}", admin, "role_not_grantable"),
            ("What Percipio offers no way to do: assign a course", course, "unsupported_by_vendor"),
        ]

    def role_of(self, user_id):
        """The role that somebody has now."""
        [role] = [row["role"] for row in self.truth("users") if row["user_id"] == user_id]
        return role
