"""A comment on the table: its facts, and what several signals need to know of them."""

from dataclasses import dataclass
from functools import cached_property

from pipeline.domain.moderation.facts import Facts
from pipeline.domain.moderation.hosts import host, listed
from pipeline.domain.moderation.text import is_disguisable, skeleton, surface
from pipeline.domain.moderation.words import SPAM_LISTS, Match, WordList, compiled, shipped


@dataclass(frozen=True)
class Case:
    """Each derived value is worked out once, when the first signal asks for it."""

    facts: Facts
    lists: tuple[WordList, ...] = ()

    @cached_property
    def prose(self) -> str:
        """The rendered text without the URLs in it."""
        plain = self.facts.plain
        return " ".join(
            word for word in plain.split() if "://" not in word and word[:4].lower() != "www."
        )

    @cached_property
    def tokens(self) -> list[str]:
        """The words of the prose, in one case."""
        return surface(self.prose).split()

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Each of those words once: the cheap first question of most signals."""
        return frozenset(self.tokens)

    @cached_property
    def searched(self) -> str:
        """Everything a phrase may stand in: the rendered text and the addresses behind it."""
        return "\n".join([self.facts.plain, *dict.fromkeys(self.facts.links)])

    @cached_property
    def matches(self) -> tuple[Match, ...]:
        """Phrases of the shipped spam lists and of the site's own, heaviest first."""
        return self.find(self.searched)

    @cached_property
    def external(self) -> tuple[tuple[str, str], ...]:
        """(URL, host) of every link that leaves the site, repetitions included."""
        own = self.facts.site_hosts
        pairs = ((url, host(url)) for url in self.facts.links)
        return tuple((url, name) for url, name in pairs if name and not listed(name, own))

    @cached_property
    def addresses(self) -> dict[str, str]:
        """Each URL that leaves the site once, the author's website included, with its host."""
        found = dict(self.external)
        website = self.facts.website
        if website and (name := host(website)) and not listed(name, self.facts.site_hosts):
            found[website] = name
        return found

    def find(self, text: str) -> tuple[Match, ...]:
        """Phrases of the shipped spam lists and of the site's own in any text."""
        written = surface(text)
        seen = skeleton(text) if is_disguisable(text, written) else None
        found = shipped(*SPAM_LISTS).find(written, seen)
        return found + compiled(self.lists).find(written, seen) if self.lists else found
