"""Loading the schemes and their rounds from the file that ships with the package."""

from datetime import date
from typing import Any

from sqlalchemy import select

from tracker.core import reference
from tracker.core.db import db
from tracker.core.reference import Loaded, read_csv
from tracker.fellowships.models import Scheme, SchemeRound

HERE = "tracker.fellowships"


def load_reference_data() -> list[Loaded]:
    """Load schemes and rounds from the shipped file; repeatable. The caller owns the transaction.

    A scheme that says a least length but no greatest, or the other way round, has that one length alone.
    """
    session = db.session()
    rows = list(read_csv(HERE, "schemes.csv"))
    schemes = {row["code"]: _scheme(row) for row in rows}
    rounds = {f"{row['code']}|{row['round']}": _round(row) for row in rows}
    loaded = reference.load(session, "schemes", Scheme, schemes, lambda code: {"code": code}, {"version": 1})
    ids = dict(session.execute(select(Scheme.code, Scheme.id)).all())

    def round_key(name: str) -> dict[str, Any]:
        code, _, round_name = name.rpartition("|")
        return {"scheme_id": ids[code], "name": round_name}

    return [loaded, reference.load(session, "scheme rounds", SchemeRound, rounds, round_key, {"version": 1})]


def _scheme(row: dict[str, str]) -> dict[str, Any]:
    months = [int(row[name]) for name in ("min_months", "max_months") if row[name]]
    return {
        "name": row["name"],
        "run_by": row["run_by"],
        "min_months": min(months, default=None),
        "max_months": max(months, default=None),
        "terms": row["terms"],
    }


def _round(row: dict[str, str]) -> dict[str, Any]:
    return {
        "opens_on": date.fromisoformat(row["opens_on"]) if row["opens_on"] else None,
        "closes_on": date.fromisoformat(row["closes_on"]) if row["closes_on"] else None,
        "places": int(row["places"]) if row["places"] else None,
        "places_basis": row["places_basis"],
    }
