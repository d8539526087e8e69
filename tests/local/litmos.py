"""Litmos, simulated: an account with teams, and a grant of a team's membership."""

from .simulator import Kind, Simulator

WHO_LEADS = """
    select t.name as team, u.user_name as leader, u.role,
           (select count(*) from team_members m where m.team_id = t.team_id) as members
    from team_members l join teams t using (team_id) join users u using (user_id)
    where l.is_leader order by members desc, leader limit 5"""

LEAVER = """
    select user_id, user_name from team_members join users using (user_id) where active
    group by all having count(*) <= 3 order by user_id limit 1"""

RENAMED = """
    select user_id, user_name, first_name from users where active and user_id <> ? order by user_id limit 1"""

SMALL_TEAM = """
    select t.team_id, t.name from team_members join teams t using (team_id)
    where t.team_id not in (select parent_team_id from teams where parent_team_id is not null)
    group by all order by count(*), t.team_id limit 1"""

SOMEBODY = """
    select user_id, user_name from users
    where active and role = 'Learner' and regexp_full_match(user_name, '[a-z0-9.]+@[a-z0-9.]+')
      and user_id not in (select user_id from team_members)
    order by user_id desc limit 1"""

LARGEST_TEAM = """
    select t.team_id, t.name from team_members join teams t using (team_id)
    group by all order by count(*) desc, t.team_id limit 1"""


class Litmos(Simulator):
    """A running one."""

    kind = Kind(
        name="Litmos",
        executable="litmos-simulator",
        command="make demo",
        size={"users": 2000, "teams": 60, "courses": 150, "leaders-percent": 10, "latency-ms": 20},
        told="2,000 users, 60 teams, 150 courses",
        flags=("--source=example",),
        # The vendor allows 100 requests a minute for a whole site. Of these a sync is given 60 here and provisioning
        # 30, for good: nothing is borrowed where shares are given. All is ten times as fast, so that a run of some 240
        # requests takes half a minute instead of four.
        limit=100,
        window_seconds=6,
        sync_share=600,
        provision_share=300,
        check_share=90,
        clock={},
        granting={},
        questions=(("Who leads teams?", WHO_LEADS),),
    )

    def account(self):
        return {"LitmosSource": self.ready["source"]}

    def secret(self):
        return {"api_key": self.ready["api_key"]}

    def change_world(self, story):
        leaver = story.one(LEAVER)
        renamed = story.one(RENAMED, leaver[0])
        team = story.one(SMALL_TEAM)
        self.change("set_active", id=leaver[0], active=False)
        self.change("rename_user", id=renamed[0], first_name=renamed[2], last_name="Newlywed")
        self.change("delete_team", id=team[0])
        return [
            f"{leaver[1]} is deactivated.",
            f"{renamed[1]} has another family name.",
            f"Team “{team[1]}” is deleted.",
        ]

    def grantee(self, story):
        team_id, team = story.one(LARGEST_TEAM)
        return *story.one(SOMEBODY), f"team:{team_id}:member", team

    def standing(self, grant):
        _, team_id, _ = grant.entitlement.split(":")
        is_member = self.is_member(team_id, grant.user_id)
        return is_member, f"{grant.user_name} {'is a member' if is_member else 'is no member'} of “{grant.called}”"

    def refusals(self, story):
        not_grantable = "What may not be given: GrantableRoles is Learner"
        return [(not_grantable, {"entitlement": "role:Administrator"}, "role_not_grantable")]

    def is_member(self, team_id, user_id):
        """Whether somebody is a member of a team now."""
        return any((row["team_id"], row["user_id"]) == (team_id, user_id) for row in self.truth("team_members"))
