"""What is asked when a placement is over, and of whom: by code, so that a word can change and its answers stay."""

from enum import StrEnum


class Asked(StrEnum):
    """When somebody is asked about a placement that is over."""

    END = "end"
    MONTHS_3 = "months-3"
    MONTHS_6 = "months-6"
    MONTHS_12 = "months-12"

    @property
    def months(self) -> int:
        """How many months after its last day."""
        return 0 if self is Asked.END else int(self.value.rpartition("-")[2])

    @property
    def label(self) -> str:
        """When it was asked, as it is printed."""
        return "At the end" if self is Asked.END else f"After {self.months} months"


class Side(StrEnum):
    """Who answers."""

    FELLOW = "fellow"
    HOST = "host"


class Use(StrEnum):
    """Whether the work of a placement is in use."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    NOT_KNOWN = "not-known"


class Whereabouts(StrEnum):
    """Where the fellow works now."""

    HOST = "host"
    GOVERNMENT = "government"
    PUBLIC_SECTOR = "public-sector"
    ELSEWHERE = "elsewhere"
    NOT_KNOWN = "not-known"


class AwayReason(StrEnum):
    """Why nobody worked on some days of a placement."""

    LEAVE = "leave"
    SICK = "sick"
    HOST_CLOSED = "host-closed"
    OTHER = "other"


USES: dict[str, str] = {
    Use.YES: "Yes, it is in use",
    Use.PARTLY: "Some of it is",
    Use.NO: "No",
    Use.NOT_KNOWN: "I do not know",
}
PLACES: dict[str, str] = {
    Whereabouts.HOST: "At the host of the placement",
    Whereabouts.GOVERNMENT: "Elsewhere in central government",
    Whereabouts.PUBLIC_SECTOR: "Elsewhere in the public sector",
    Whereabouts.ELSEWHERE: "Outside the public sector",
    Whereabouts.NOT_KNOWN: "I do not know",
}
AWAY_REASONS: dict[str, str] = {
    AwayReason.LEAVE: "Leave",
    AwayReason.SICK: "Sickness",
    AwayReason.HOST_CLOSED: "The host was closed",
    AwayReason.OTHER: "Another reason",
}
