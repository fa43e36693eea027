"""Who may do what. The only place where access is granted.

A permission is `slice:thing:verb`. A role holds it over everything, over the organisation the role was given with (and
its children), over the holder's own record, over the placements the holder supervises today, over the vacancies whose
panel the holder sits on, over some kinds of files, or over the figures of recruitment.
"""

from enum import StrEnum


class Role(StrEnum):
    """What somebody is here for. A user may hold several."""

    ADMINISTRATOR = "administrator"
    PROGRAMME_MANAGER = "programme-manager"
    DEPARTMENT_LEAD = "department-lead"
    HOST_SUPERVISOR = "host-supervisor"
    RECRUITMENT_LEAD = "recruitment-lead"
    FELLOW = "fellow"
    TRAINEE = "trainee"
    LEADERSHIP = "leadership"
    AUDITOR = "auditor"

    @property
    def label(self) -> str:
        """The role as it is printed."""
        return self.value.replace("-", " ").capitalize()


class Permission(StrEnum):
    """Everything that can be asked for."""

    PROGRESS_VIEW = "progress:figures:view"
    PROGRESS_RECORDS = "progress:records:view"
    TARGETS_VIEW = "progress:targets:view"
    TARGETS_EDIT = "progress:targets:edit"
    STATUS_DECLARE = "progress:status:declare"
    STATUS_RULES_EDIT = "progress:status-rules:edit"
    PEOPLE_VIEW = "people:person:view"
    PEOPLE_EDIT = "people:person:edit"
    PEOPLE_EXPORT = "people:person:export"
    PEOPLE_TRANSFER = "people:posting:record"
    PEOPLE_MERGE = "people:person:merge"
    EVENT_RECORD = "ledger:event:record"
    EVENT_CORRECT = "ledger:event:correct"
    COHORTS_VIEW = "training:cohort:view"
    PLACEMENTS_VIEW = "fellowships:placement:view"
    PLACEMENTS_RECORD = "fellowships:placement:record"
    PLACEMENTS_CORRECT = "fellowships:placement:correct"
    PLACEMENTS_REVIEW = "fellowships:placement:review"
    PREFERENCES_WRITE = "fellowships:preference:write"
    EXTENSION_ASK = "fellowships:extension:ask"
    PROJECTS_VIEW = "fellowships:project:view"
    PROJECTS_EDIT = "fellowships:project:edit"
    HOSTING_ANSWER = "fellowships:hosting:answer"
    LOGS_VIEW = "fellowships:log:view"
    LOGS_WRITE = "fellowships:log:write"
    LOGS_SIGN = "fellowships:log:sign"
    LOGS_UNLOCK = "fellowships:log:unlock"
    VACANCIES_VIEW = "leadership:vacancy:view"
    VACANCIES_EDIT = "leadership:vacancy:edit"
    CANDIDATES_VIEW = "leadership:candidate:view"
    CANDIDATES_EDIT = "leadership:candidate:edit"
    CANDIDATES_SCORE = "leadership:candidate:score"
    CANDIDATES_NOTE = "leadership:candidate:note"
    SKILLS_RATE = "training:rating:record"
    COHORTS_EDIT = "training:cohort:edit"
    PROGRAMMES_EDIT = "training:programme:edit"
    ENROL = "training:enrolment:begin"
    IMPORT_VIEW = "imports:import:view"
    IMPORT_LOAD = "imports:import:load"
    QUALITY_VIEW = "quality:finding:view"
    QUALITY_SNOOZE = "quality:finding:snooze"
    USERS_MANAGE = "admin:user:manage"
    ORGANISATIONS_EDIT = "admin:organisation:edit"
    ORGANISATIONS_CHANGE = "admin:organisation:change"
    REFERENCE_EDIT = "admin:reference:edit"
    JOBS_VIEW = "jobs:job:view"
    JOBS_RUN = "jobs:job:run"
    AUDIT_VIEW = "accounts:audit:view"
    AUDIT_CHECK = "accounts:audit:check"

    @property
    def label(self) -> str:
        """What the permission lets somebody do, as it is printed."""
        return LABELS[self]


LABELS = {
    Permission.PROGRESS_VIEW: "See figures",
    Permission.PROGRESS_RECORDS: "See the records behind a figure",
    Permission.TARGETS_VIEW: "See targets",
    Permission.TARGETS_EDIT: "Set targets",
    Permission.STATUS_DECLARE: "Declare the status of a headline, with a reason",
    Permission.STATUS_RULES_EDIT: "Set from when on a status is worked out otherwise",
    Permission.PEOPLE_VIEW: "See people and their journeys",
    Permission.PEOPLE_EDIT: "Change a person’s details",
    Permission.PEOPLE_EXPORT: "Download lists of people",
    Permission.PEOPLE_TRANSFER: "Move a person to another organisation",
    Permission.PEOPLE_MERGE: "Make two records of one person one, and take that back",
    Permission.EVENT_RECORD: "Record what happened to an enrolment",
    Permission.EVENT_CORRECT: "Correct or take back what was recorded",
    Permission.COHORTS_VIEW: "See cohorts",
    Permission.PLACEMENTS_VIEW: "See placements of fellows",
    Permission.PLACEMENTS_RECORD: "Match fellows and record what happens to placements",
    Permission.PLACEMENTS_CORRECT: "Correct or take back what was recorded of a placement",
    Permission.PLACEMENTS_REVIEW: "Agree on objectives of a placement, say how far they are, and record its review",
    Permission.PREFERENCES_WRITE: "Say what a fellow looks for, and rank projects",
    Permission.EXTENSION_ASK: "Ask for a placement to be extended",
    Permission.PROJECTS_VIEW: "See schemes and projects",
    Permission.PROJECTS_EDIT: "Look after projects for fellows",
    Permission.HOSTING_ANSWER: "Say whether an organisation can host fellows",
    Permission.LOGS_VIEW: "See weekly logs",
    Permission.LOGS_WRITE: "Write weekly logs",
    Permission.LOGS_SIGN: "Sign weekly logs off or send them back",
    Permission.LOGS_UNLOCK: "Unlock weekly logs that are signed off",
    Permission.VACANCIES_VIEW: "See senior vacancies, their stages and how many candidates they have",
    Permission.VACANCIES_EDIT: "Look after recruitment campaigns and vacancies",
    Permission.CANDIDATES_VIEW: "See candidates by name",
    Permission.CANDIDATES_EDIT: "Look after candidates, interviews and offers",
    Permission.CANDIDATES_SCORE: "Score candidates",
    Permission.CANDIDATES_NOTE: "Note what was found at assessments of candidates",
    Permission.SKILLS_RATE: "Record how somebody rates their own skills",
    Permission.COHORTS_EDIT: "Look after cohorts and their places",
    Permission.PROGRAMMES_EDIT: "Look after programmes, and whether they count to the target",
    Permission.ENROL: "Enrol people on cohorts",
    Permission.IMPORT_VIEW: "See imports",
    Permission.IMPORT_LOAD: "Import files and undo imports",
    Permission.QUALITY_VIEW: "See data-quality findings",
    Permission.QUALITY_SNOOZE: "Put data-quality findings off",
    Permission.USERS_MANAGE: "Look after users and their roles",
    Permission.ORGANISATIONS_EDIT: "Look after organisations",
    Permission.ORGANISATIONS_CHANGE: "Record changes in the machinery of government",
    Permission.REFERENCE_EDIT: "Look after reference lists",
    Permission.JOBS_VIEW: "See scheduled jobs",
    Permission.JOBS_RUN: "Run scheduled jobs",
    Permission.AUDIT_VIEW: "Read the audit trail",
    Permission.AUDIT_CHECK: "Check that the audit trail is whole",
}


class Reach(StrEnum):
    """How far a permission goes."""

    EVERYTHING = "everything"
    ORGANISATION = "its organisation and the bodies under it"
    OWN = "their own record"
    SUPERVISED = "the placements they supervise today"
    PANEL = "vacancies whose panel they sit on"
    RECRUITMENT_FILES = "files of vacancies and candidates"
    OTHER_THAN_CANDIDATES = "files of every kind but candidates"
    RECRUITMENT_FIGURES = "figures of recruitment"

    def takes_in(self, kind: str) -> bool:
        """Whether it goes as far as files of a kind.

        :param kind: the kind's name. A file of candidates names people whom nobody but the recruitment lead and the
            panels may know.
        """
        if self is Reach.RECRUITMENT_FILES:
            return kind in {"vacancies", "candidates"}
        return self is Reach.EVERYTHING or (self is Reach.OTHER_THAN_CANDIDATES and kind != "candidates")


P, R = Permission, Reach

GRANTS: dict[Role, dict[Permission, Reach]] = {
    Role.ADMINISTRATOR: {
        P.TARGETS_VIEW: R.EVERYTHING,
        P.TARGETS_EDIT: R.EVERYTHING,
        P.STATUS_RULES_EDIT: R.EVERYTHING,
        P.USERS_MANAGE: R.EVERYTHING,
        P.ORGANISATIONS_EDIT: R.EVERYTHING,
        P.ORGANISATIONS_CHANGE: R.EVERYTHING,
        P.REFERENCE_EDIT: R.EVERYTHING,
        P.JOBS_VIEW: R.EVERYTHING,
        P.JOBS_RUN: R.EVERYTHING,
        P.AUDIT_CHECK: R.EVERYTHING,
    },
    Role.PROGRAMME_MANAGER: {
        P.PROGRESS_VIEW: R.EVERYTHING,
        P.PROGRESS_RECORDS: R.EVERYTHING,
        P.TARGETS_VIEW: R.EVERYTHING,
        P.STATUS_DECLARE: R.EVERYTHING,
        P.PEOPLE_VIEW: R.EVERYTHING,
        P.PEOPLE_EDIT: R.EVERYTHING,
        P.PEOPLE_EXPORT: R.EVERYTHING,
        P.PEOPLE_TRANSFER: R.EVERYTHING,
        P.PEOPLE_MERGE: R.EVERYTHING,
        P.ORGANISATIONS_CHANGE: R.EVERYTHING,
        P.EVENT_RECORD: R.EVERYTHING,
        P.EVENT_CORRECT: R.EVERYTHING,
        P.COHORTS_VIEW: R.EVERYTHING,
        P.PLACEMENTS_VIEW: R.EVERYTHING,
        P.PLACEMENTS_RECORD: R.EVERYTHING,
        P.PLACEMENTS_CORRECT: R.EVERYTHING,
        P.PLACEMENTS_REVIEW: R.EVERYTHING,
        P.PREFERENCES_WRITE: R.EVERYTHING,
        P.EXTENSION_ASK: R.EVERYTHING,
        P.PROJECTS_VIEW: R.EVERYTHING,
        P.PROJECTS_EDIT: R.EVERYTHING,
        P.HOSTING_ANSWER: R.EVERYTHING,
        P.LOGS_VIEW: R.EVERYTHING,
        P.LOGS_UNLOCK: R.EVERYTHING,
        P.VACANCIES_VIEW: R.EVERYTHING,
        P.SKILLS_RATE: R.EVERYTHING,
        P.COHORTS_EDIT: R.EVERYTHING,
        P.PROGRAMMES_EDIT: R.EVERYTHING,
        P.ENROL: R.EVERYTHING,
        P.IMPORT_VIEW: R.OTHER_THAN_CANDIDATES,
        P.IMPORT_LOAD: R.OTHER_THAN_CANDIDATES,
        P.QUALITY_VIEW: R.EVERYTHING,
        P.QUALITY_SNOOZE: R.EVERYTHING,
    },
    Role.DEPARTMENT_LEAD: {
        P.PROGRESS_VIEW: R.ORGANISATION,
        P.PROGRESS_RECORDS: R.ORGANISATION,
        P.TARGETS_VIEW: R.ORGANISATION,
        P.STATUS_DECLARE: R.ORGANISATION,
        P.PEOPLE_VIEW: R.ORGANISATION,
        P.PEOPLE_EDIT: R.ORGANISATION,
        P.PEOPLE_EXPORT: R.ORGANISATION,
        P.EVENT_RECORD: R.ORGANISATION,
        P.SKILLS_RATE: R.ORGANISATION,
        P.PROJECTS_VIEW: R.ORGANISATION,
        P.PROJECTS_EDIT: R.ORGANISATION,
        P.HOSTING_ANSWER: R.ORGANISATION,
        P.QUALITY_VIEW: R.ORGANISATION,
    },
    Role.HOST_SUPERVISOR: {
        P.PLACEMENTS_VIEW: R.SUPERVISED,
        P.PLACEMENTS_REVIEW: R.SUPERVISED,
        P.EXTENSION_ASK: R.SUPERVISED,
        P.LOGS_VIEW: R.SUPERVISED,
        P.LOGS_SIGN: R.SUPERVISED,
    },
    Role.RECRUITMENT_LEAD: {
        P.PROGRESS_VIEW: R.EVERYTHING,
        P.TARGETS_VIEW: R.EVERYTHING,
        P.STATUS_DECLARE: R.RECRUITMENT_FIGURES,
        P.VACANCIES_VIEW: R.EVERYTHING,
        P.VACANCIES_EDIT: R.EVERYTHING,
        P.CANDIDATES_VIEW: R.EVERYTHING,
        P.CANDIDATES_EDIT: R.EVERYTHING,
        P.CANDIDATES_NOTE: R.EVERYTHING,
        P.IMPORT_VIEW: R.RECRUITMENT_FILES,
        P.IMPORT_LOAD: R.RECRUITMENT_FILES,
    },
    Role.FELLOW: {
        P.PEOPLE_VIEW: R.OWN,
        P.PLACEMENTS_VIEW: R.OWN,
        P.PLACEMENTS_REVIEW: R.OWN,
        P.PREFERENCES_WRITE: R.OWN,
        P.PROJECTS_VIEW: R.EVERYTHING,
        P.LOGS_VIEW: R.OWN,
        P.LOGS_WRITE: R.OWN,
    },
    Role.TRAINEE: {P.SKILLS_RATE: R.OWN, P.PEOPLE_VIEW: R.OWN},
    Role.LEADERSHIP: {P.PROGRESS_VIEW: R.EVERYTHING, P.TARGETS_VIEW: R.EVERYTHING},
    Role.AUDITOR: {
        P.PROGRESS_VIEW: R.EVERYTHING,
        P.PROGRESS_RECORDS: R.EVERYTHING,
        P.TARGETS_VIEW: R.EVERYTHING,
        P.PEOPLE_VIEW: R.EVERYTHING,
        P.COHORTS_VIEW: R.EVERYTHING,
        P.PLACEMENTS_VIEW: R.EVERYTHING,
        P.PROJECTS_VIEW: R.EVERYTHING,
        P.LOGS_VIEW: R.EVERYTHING,
        P.VACANCIES_VIEW: R.EVERYTHING,
        P.IMPORT_VIEW: R.OTHER_THAN_CANDIDATES,
        P.QUALITY_VIEW: R.EVERYTHING,
        P.JOBS_VIEW: R.EVERYTHING,
        P.AUDIT_VIEW: R.EVERYTHING,
        P.AUDIT_CHECK: R.EVERYTHING,
    },
}

# Any user may be named on a panel, whatever they are here for otherwise: being named is what lets them in.
for _grants in GRANTS.values():
    for _permission in (P.VACANCIES_VIEW, P.CANDIDATES_VIEW, P.CANDIDATES_NOTE):
        _grants.setdefault(_permission, R.PANEL)
    _grants[P.CANDIDATES_SCORE] = R.PANEL

BY_KIND = frozenset({Reach.RECRUITMENT_FILES, Reach.OTHER_THAN_CANDIDATES})
"""How far a permission goes where it is judged by the kind of a file."""

RECRUITMENT = "leadership"
"""The strand whose figures are those of recruitment."""

NEEDS_ORGANISATION = frozenset(role for role, grants in GRANTS.items() if Reach.ORGANISATION in grants.values())
"""Roles that cannot be given without the organisation they are for."""

PRIVILEGED = frozenset({Role.ADMINISTRATOR, Role.PROGRAMME_MANAGER})
"""Roles that must use a one-time code where the setting says so."""

TWO_PEOPLE = frozenset(
    role
    for role, grants in GRANTS.items()
    if any(grants.get(permission) is R.EVERYTHING for permission in (P.USERS_MANAGE, P.PEOPLE_VIEW, P.AUDIT_VIEW))
)
"""Roles that reach every user, every person or the whole audit trail: one administrator asks for them and another one
gives them."""

READ_BY_TOKEN = frozenset(
    {P.PROGRESS_VIEW, P.TARGETS_VIEW, P.PEOPLE_VIEW, P.COHORTS_VIEW, P.PLACEMENTS_VIEW, P.VACANCIES_VIEW}
)
"""What a token lets another system see, as far as the role it was made from does."""
WRITTEN_BY_TOKEN = frozenset({P.EVENT_RECORD, P.PLACEMENTS_RECORD, P.VACANCIES_EDIT})
"""What a token made for writing lets it do beside that: record what happened to whatever the feed tells of."""
BY_TOKEN = frozenset({Reach.EVERYTHING, Reach.ORGANISATION, Reach.OWN})
"""How far a permission may go by a token: not to a panel, nor to what somebody supervises, which change by the day."""
