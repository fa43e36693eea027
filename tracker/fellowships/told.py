"""What was said of a placement that is over, from a form and for a page."""

from collections.abc import Mapping
from typing import Any

from tracker.fellowships.afterlife import PLACES, USES, Side, Use, Whereabouts
from tracker.fellowships.forms.afterwards import RATINGS
from tracker.fellowships.models import Placement, PlacementAnswer
from tracker.fellowships.queries import afterwards as queries
from tracker.fellowships.services.afterwards import Said


def said(data: Mapping[str, Any]) -> Said:
    """What a form says."""
    rating, again, in_use, whereabouts = (data.get(name) for name in ("rating", "again", "in_use", "whereabouts"))
    return Said(
        words=data.get("words") or "",
        rating=int(rating) if rating else None,
        again=None if again is None else again == "yes",
        in_use=Use(in_use) if in_use else None,
        whereabouts=Whereabouts(whereabouts) if whereabouts else None,
    )


def rows(placement: Placement) -> list[dict[str, Any]]:
    """Every answer about a placement."""
    return [
        {
            "asked": answer.asked.label,
            "side": "Fellow" if answer.side is Side.FELLOW else "Host",
            "name": answer.name,
            "answered_at": answer.answered_at,
            "answers": _answers(answer),
            "words": answer.words,
        }
        for answer in queries.answers(placement.journey_id)
    ]


def _answers(answer: PlacementAnswer) -> str:
    if answer.rating is not None:
        return f"{RATINGS[str(answer.rating)]}; {'would' if answer.again else 'would not'} do it again"
    return f"In use: {USES[answer.in_use or '']}. Works now: {PLACES[answer.whereabouts or '']}"
