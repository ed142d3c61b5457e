"""Finding accounts: among those that are known, else by asking their network, through the turnstile."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from pipeline.domain.graph import prices
from pipeline.domain.graph.calls import Ask, Denied, Permit
from pipeline.domain.graph.names import Name
from pipeline.domain.graph.port import Person, Profiles
from pipeline.domain.ids import IdFactory
from pipeline.errors import NotFoundError, Rejected, Transient
from pipeline.ingest.graph.erased import Erased
from pipeline.ingest.graph.errands import OAUTH2
from pipeline.ingest.graph.fetching import OpenSource
from pipeline.ingest.graph.turnstile import Turnstile
from pipeline.store.database import Database
from pipeline.store.graph import accounts
from pipeline.store.graph.credentials import CredentialRow
from pipeline.store.graph.profiles import AccountRow


class Finder:
    """Finds accounts. Opens its own transactions, none while it asks a network."""

    def __init__(  # noqa: PLR0913 - each is a part of the outside world
        self,
        database: Database,
        turnstile: Turnstile,
        sources: OpenSource,
        *,
        ids: IdFactory,
        clock: Callable[[], datetime],
        erased: Erased,
    ) -> None:
        self._database = database
        self._turnstile = turnstile
        self._sources = sources
        self._ids = ids
        self._clock = clock
        self._erased = erased

    def known(self, names: Sequence[Name], network: str) -> dict[Name, AccountRow]:
        """Accounts that nobody needs to be asked for; an id is one, known or not."""
        with self._database.write() as db:
            found = {name: self._known(db, name, network) for name in names}
        return {name: row for name, row in found.items() if row is not None}

    def look_up(self, name: Name, credential: CredentialRow) -> AccountRow:
        """Ask the network for a handle: one resource.

        Raises NotFoundError (there is no such account, or it was erased), Transient (not now: the
        window, the budget, the network) or Rejected (not with this credential).
        """
        network = credential.network
        source = self._sources(credential)
        ask = self._ask(credential, 1)
        permit, answer = self._through(ask, lambda: source.find(name.handle or ""))
        with self._database.write() as db:
            known = self._take(db, permit, answer, network)
            found = accounts.get(db, next(iter(known.values()))) if known else None
        if found is None:
            why = next(iter(answer.missing.values()), "not found")
            raise NotFoundError(f"{network} has no account {name} ({why})")
        return found

    def largest_lookup(self, credential: CredentialRow) -> int:
        """How many accounts one call of `profiles` may be for."""
        return self._sources(credential).largest_lookup

    def profiles(self, rows: Sequence[AccountRow], credential: CredentialRow) -> int:
        """Ask for the profiles of known accounts, one call's worth; how many have a name now.

        One that is not there keeps the reason as its state. Raises as `look_up`.
        """
        wanted = {row.native_id: row.ord for row in rows}
        source = self._sources(credential)
        ask = self._ask(credential, len(rows))
        permit, answer = self._through(ask, lambda: source.profiles(list(wanted)))
        with self._database.write() as db:
            known = self._take(db, permit, answer, credential.network)
            for native_id, state in answer.missing.items():
                if native_id in wanted:
                    accounts.set_state(db, wanted[native_id], state, now=self._clock())
        return len(known)

    def whoami(self, credential: CredentialRow, question: Callable[[], Profiles]) -> Person:
        """Ask whose a login is that is not kept yet: one resource. Raises Transient or Rejected.

        The network counts calls by person, who is not known before the answer. So the window is that
        of the credential's name, and logins that were given none share one: fewer calls than may be.
        """
        ask = self._ask(credential, 1)._replace(endpoint=prices.ME)
        permit, answer = self._through(ask, question)
        with self._database.write() as db:
            self._take(db, permit, answer, credential.network)
        return answer.found[0]

    def _through(self, ask: Ask, question: Callable[[], Profiles]) -> tuple[Permit, Profiles]:
        """Ask through the turnstile; its permit is still to be left."""
        with self._database.write() as db:
            permit = self._turnstile.enter(db, ask)
        if isinstance(permit, Denied):
            raise Transient(f"{ask.network} can't be asked now: {permit.reason}")
        try:
            return permit, question()
        except (Transient, Rejected) as failure:
            with self._database.write() as db:
                self._turnstile.refused(db, permit, failure)
            raise

    def _take(
        self, db: Connection, permit: Permit, answer: Profiles, network: str
    ) -> dict[str, int]:
        known = self._erased.learn(db, network, answer.found, now=self._clock())
        gone = [each.native_id for each in answer.found if each.native_id not in known]
        self._turnstile.leave(
            db,
            permit,
            members=[*known.values(), *(self._erased.ordinal(network, id_) for id_ in gone)],
            limits=answer.limits,
            answered_at=answer.answered_at,
        )
        return known

    def _ask(self, credential: CredentialRow, size: int) -> Ask:
        return Ask(
            job_id=self._ids.next(),
            step=0,
            credential=credential.name,
            app=credential.app,
            network=credential.network,
            endpoint=prices.USERS,
            kind=prices.USER,
            owner=0,
            owned=False,
            size=size,
            interactive=True,
            user_token=credential.kind == OAUTH2,
        )

    def _known(self, db: Connection, name: Name, network: str) -> AccountRow | None:
        if name.handle is not None:
            return accounts.by_handle(db, network, name.handle)
        native_id = name.native_id or ""
        self._erased.require_others(db, network, native_id)
        return accounts.get(db, accounts.ordinals(db, network, [native_id])[native_id])
