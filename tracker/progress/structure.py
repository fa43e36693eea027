"""Which organisations a figure is taken over: one, a parent with its bodies, all; by the day's structure or today's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from tracker.core.errors import DomainError
from tracker.organisations.models import Organisation
from tracker.organisations.queries import family_of, organisations_with_links
from tracker.progress.figures import ALL, EVERYBODY, Scope
from tracker.progress.models import ScopeKind

UNALLOCATED = "closed, not yet allocated"
"""What stands beside a body that was split until its people are placed (fine print G3)."""
KINDS = {
    (False, False): ScopeKind.OWN,
    (True, False): ScopeKind.FAMILY,
    (False, True): ScopeKind.PRESENT,
    (True, True): ScopeKind.PRESENT_FAMILY,
}


@dataclass(frozen=True)
class Structure:
    """The organisations as they are read once, and the scopes they make.

    A scope's members are organisations whose counting spans never overlap for one record, so that a figure over them is
    taken over distinct records (fine print B6).
    """

    organisations: Sequence[Organisation]
    links: Sequence[tuple[int, int]]

    @cached_property
    def by_id(self) -> Mapping[int, Organisation]:
        """Organisations by id."""
        return {one.id: one for one in self.organisations}

    @cached_property
    def _by_slug(self) -> Mapping[str, Organisation]:
        return {one.slug: one for one in self.organisations}

    @cached_property
    def parents(self) -> frozenset[int]:
        """The ids of organisations that have bodies under them."""
        return frozenset(parent for _, parent in self.links)

    @cached_property
    def _families(self) -> Mapping[int, frozenset[int]]:
        return {id: family_of(id, self.links) for id in self.parents}

    @cached_property
    def _came_to(self) -> Mapping[int, frozenset[int]]:
        """For each organisation, those whose people are counted there by the structure of today."""
        found: dict[int, set[int]] = {}
        for one in self.organisations:
            found.setdefault(one.present_id or one.id, set()).add(one.id)
        return {id: frozenset(those) for id, those in found.items()}

    def _is_shown_today(self, one: Organisation) -> bool:
        return (one.present_id or one.id) == one.id

    def scope(self, organisation: str | None, *, with_children: bool = False, today: bool = False) -> Scope:
        """The scope of an organisation's slug, or of all government for none or ‘all’.

        :raises DomainError: if there is no such organisation, or today's structure counts it under another.
        """
        if organisation in (None, EVERYBODY):
            return ALL
        one = self._by_slug.get(organisation or "")
        if one is None:
            raise DomainError(f"There is no organisation ‘{organisation}’", "organisation")
        if today and not self._is_shown_today(one):
            heir = self.by_id[one.present_id or one.id]
            raise DomainError(
                f"In the structure of today {one.name} is counted under {heir.name} ({heir.slug})", "organisation"
            )
        return self._scope(one, KINDS[with_children, today])

    def _scope(self, one: Organisation, kind: ScopeKind) -> Scope:
        today = kind in (ScopeKind.PRESENT, ScopeKind.PRESENT_FAMILY)
        return Scope(kind, one.id, one.slug, one.name, UNALLOCATED if today and one.is_closed else "")

    def by_organisation(self, *, with_children: bool = False, today: bool = False) -> list[Scope]:
        """A scope for every organisation, by name; by today's structure only for those that people are counted
        under."""
        kind = KINDS[with_children, today]
        return [self._scope(one, kind) for one in self.organisations if not today or self._is_shown_today(one)]

    def by_parent(self, *, today: bool = False) -> list[Scope]:
        """A scope for every organisation that stands under no other, with the bodies under it."""
        children = {child for child, _ in self.links}
        return [
            one for one in self.by_organisation(with_children=True, today=today) if one.organisation_id not in children
        ]

    def members(self, scope: Scope) -> frozenset[int]:
        """The organisations whose records count in the scope."""
        id = scope.organisation_id
        if id is None:
            return frozenset(self.by_id)
        with_children = scope.kind in (ScopeKind.FAMILY, ScopeKind.PRESENT_FAMILY)
        base = self._families.get(id, frozenset({id})) if with_children else frozenset({id})
        if scope.kind in (ScopeKind.OWN, ScopeKind.FAMILY):
            return base
        return frozenset[int]().union(*(self._came_to.get(one, frozenset()) for one in base))

    @cached_property
    def kept_scopes(self) -> list[Scope]:
        """The scopes that figures are kept for: every organisation's own, others only where they differ, and all
        government."""
        kept = [ALL]
        for kind in KINDS.values():
            today = kind in (ScopeKind.PRESENT, ScopeKind.PRESENT_FAMILY)
            for one in self.organisations:
                if today and not self._is_shown_today(one):
                    continue
                scope = self._scope(one, kind)
                if kind is ScopeKind.OWN or self.members(scope) != frozenset({one.id}):
                    kept.append(scope)
        return kept

    @cached_property
    def holding(self) -> Mapping[int, list[int]]:
        """For each organisation, the places in `kept_scopes` of the scopes it counts in."""
        found: dict[int, list[int]] = {id: [] for id in self.by_id}
        for place, scope in enumerate(self.kept_scopes):
            for id in self.members(scope):
                found[id].append(place)
        return found


def load_structure() -> Structure:
    """Read the organisations as they stand."""
    return Structure(*organisations_with_links())
