"""The application, put together: settings, extensions, blueprints, error pages."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, current_app, g, request, url_for
from flask_login import current_user
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader
from werkzeug.local import LocalProxy

import tracker.api.models
import tracker.fellowships.imports.tables
import tracker.fellowships.models
import tracker.following.models
import tracker.jobs.models
import tracker.leadership.models
import tracker.outbox.models
import tracker.progress.models
import tracker.progress.recount.models  # noqa: F401
from tracker.accounts.http import init_accounts
from tracker.accounts.permissions import Permission
from tracker.accounts.views import account, links, signing_in
from tracker.accounts.views import tokens as token_pages
from tracker.admin.audit import views as audit_pages
from tracker.admin.changes import views as change_pages
from tracker.admin.organisations import views as organisation_pages
from tracker.admin.reasons import views as reason_pages
from tracker.admin.reference import views as reference_pages
from tracker.admin.status import views as status_rule_pages
from tracker.admin.targets import views as target_pages
from tracker.admin.users import views as user_pages
from tracker.api import views as api
from tracker.core import views as service_pages
from tracker.core.config import ROOT, Settings, flask_config, read_settings
from tracker.core.db import init_db
from tracker.core.http import init_http
from tracker.core.problems import init_problems
from tracker.core.templates import Environment
from tracker.core.text import format_day, format_instant, format_number
from tracker.fellowships.views import afterwards as afterwards_pages
from tracker.fellowships.views import logs as log_pages
from tracker.fellowships.views import matching, offers, placements, reviews
from tracker.fellowships.views import phone as phone_pages
from tracker.fellowships.views import sign_off as sign_off_pages
from tracker.following.views import following as following_pages
from tracker.following.views import saved as view_pages
from tracker.home import views as home_pages
from tracker.imports import views as import_pages
from tracker.jobs import views as job_pages
from tracker.leadership.views import board as vacancy_board
from tracker.leadership.views import campaigns as campaign_pages
from tracker.leadership.views import candidacy as candidacy_pages
from tracker.leadership.views import candidates as candidate_pages
from tracker.leadership.views import course as vacancy_course
from tracker.leadership.views import offering as offering_pages
from tracker.leadership.views import vacancies as vacancy_pages
from tracker.progress.views import bridges as progress_bridges
from tracker.progress.views import briefings as briefing_pages
from tracker.progress.views import comparing as progress_comparing
from tracker.progress.views import files as progress_files
from tracker.progress.views import pages as progress_pages
from tracker.progress.views import scenarios as progress_scenarios
from tracker.progress.views import status as progress_status
from tracker.progress.views import vacancies as vacancy_records
from tracker.quality import views as quality_pages
from tracker.register.identity import views as identity_pages
from tracker.register.together import views as together_pages
from tracker.register.views import (
    correcting,
    enrolment,
    fellowships,
    people,
    person,
    placement_correcting,
    qualifying,
    secondment,
)
from tracker.training.views import breaks as break_pages
from tracker.training.views import cohorts as cohort_pages
from tracker.training.views import drafts as draft_pages
from tracker.training.views import endorsing as endorsing_pages
from tracker.training.views import enrolling as enrolling_pages
from tracker.training.views import follow_ups as follow_up_pages
from tracker.training.views import programmes as programme_pages
from tracker.training.views import skills as skill_pages
from tracker.training.views import waiting as waiting_pages

BLUEPRINTS: tuple[Blueprint, ...] = (
    service_pages.blueprint,
    signing_in.blueprint,
    links.blueprint,
    account.blueprint,
    token_pages.blueprint,
    user_pages.blueprint,
    organisation_pages.blueprint,
    reference_pages.blueprint,
    reason_pages.blueprint,
    target_pages.blueprint,
    status_rule_pages.blueprint,
    audit_pages.blueprint,
    job_pages.blueprint,
    import_pages.blueprint,
    quality_pages.blueprint,
    home_pages.blueprint,
    api.blueprint,
    view_pages.blueprint,
    following_pages.blueprint,
    progress_pages.blueprint,
    progress_status.blueprint,
    progress_files.blueprint,
    progress_bridges.blueprint,
    progress_comparing.blueprint,
    progress_scenarios.blueprint,
    vacancy_records.blueprint,
    briefing_pages.blueprint,
    cohort_pages.blueprint,
    vacancy_board.blueprint,
    campaign_pages.blueprint,
    vacancy_pages.blueprint,
    vacancy_course.blueprint,
    candidate_pages.blueprint,
    candidacy_pages.blueprint,
    offering_pages.blueprint,
    programme_pages.blueprint,
    enrolling_pages.blueprint,
    draft_pages.blueprint,
    endorsing_pages.blueprint,
    waiting_pages.blueprint,
    qualifying.blueprint,
    people.blueprint,
    person.blueprint,
    enrolment.blueprint,
    correcting.blueprint,
    fellowships.blueprint,
    placements.blueprint,
    placement_correcting.blueprint,
    reviews.blueprint,
    offers.blueprint,
    matching.blueprint,
    log_pages.blueprint,
    phone_pages.blueprint,
    sign_off_pages.blueprint,
    afterwards_pages.blueprint,
    identity_pages.blueprint,
    change_pages.blueprint,
    secondment.blueprint,
    together_pages.blueprint,
    break_pages.blueprint,
    skill_pages.blueprint,
    follow_up_pages.blueprint,
)


NAVIGATION: tuple[tuple[str, str, Permission], ...] = (
    ("Progress", "progress.show", Permission.PROGRESS_VIEW),
    ("People", "people.index", Permission.PEOPLE_VIEW),
    ("Cohorts", "cohorts.index", Permission.COHORTS_VIEW),
    ("Fellowships", "fellowships.index", Permission.PLACEMENTS_VIEW),
    ("Projects", "fellow_offers.projects", Permission.PROJECTS_VIEW),
    ("Recruitment", "leadership.index", Permission.VACANCIES_VIEW),
    ("Imports", "imports.index", Permission.IMPORT_VIEW),
    ("Data quality", "quality.index", Permission.QUALITY_VIEW),
    ("Users", "admin_users.index", Permission.USERS_MANAGE),
    ("Organisations", "admin_organisations.index", Permission.ORGANISATIONS_EDIT),
    ("Targets", "admin_targets.index", Permission.TARGETS_EDIT),
    ("Lists", "admin_reference.index", Permission.REFERENCE_EDIT),
    ("Jobs", "jobs.index", Permission.JOBS_VIEW),
    ("Audit trail", "audit.index", Permission.AUDIT_VIEW),
)
"""The menu: what it says, where it leads, and who is shown it."""


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application.

    :param settings: read from the environment where None.
    :raises ConfigurationError: if it cannot start as it is set up.
    """
    settings = settings or read_settings()
    app = Flask("tracker", template_folder=str(ROOT / "templates"))
    app.jinja_environment = Environment
    app.config.update(flask_config(settings))
    init_db(app, settings)
    _add_template_words(app)
    init_problems(app)
    init_http(app)
    init_accounts(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def _add_template_words(app: Flask) -> None:
    """What templates may say: dates, instants and numbers as they are printed."""
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader(str(ROOT / "templates")),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(day=format_day, instant=format_instant, number=format_number)
    app.url_defaults(_fingerprint)
    # Asked only by a page that has a menu: the pages that say the database is away are made without a database.
    app.context_processor(lambda: {"navigation": LocalProxy(_navigation)})


def _navigation() -> list[dict[str, Any]]:
    """The menu as the signed-in user sees it: the lists of others, not what is only their own.

    Worked out once a request, however often a template looks at it.
    """
    if "navigation" not in g:
        user = current_user._get_current_object()
        offered = (
            (text, url_for(endpoint))
            for text, endpoint, permission in NAVIGATION
            if endpoint in current_app.view_functions
            and (user.has_files(permission) or user.reach(permission) != frozenset())
        )
        g.navigation = [{"text": text, "href": href, "active": _is_within(href)} for text, href in offered]
    found: list[dict[str, Any]] = g.navigation
    return found


def _is_within(href: str) -> bool:
    return request.path == href or request.path.startswith(f"{href}/")


@cache
def _hash(file: str) -> str:
    path = Path(__file__).parent / "static" / file
    return sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else ""


def _fingerprint(endpoint: str, values: dict[str, Any]) -> None:
    """Name a static file together with its content, so that it may be cached for ever."""
    if endpoint == "static" and "v" not in values:
        values["v"] = _hash(values.get("filename", ""))
