"""What people decide about a comment, and the reasons they may give."""

from enum import StrEnum


class Action(StrEnum):
    """A person's decision."""

    APPROVE = "approve"
    REJECT = "reject"
    UNDO = "undo"
    BLOCK = "block"
    UNBLOCK = "unblock"


class Reason(StrEnum):
    """Why (codes after Coral's, which follow the DSA's statement of reasons)."""

    FINE = "fine"
    NOT_SPAM = "not_spam"
    MISTAKE = "mistake"
    SPAM = "spam"
    AD = "ad"
    OFFENSIVE = "offensive"
    ABUSIVE = "abusive"
    HARASSMENT = "harassment"
    HATE_SPEECH = "hate_speech"
    BANNED_WORD = "banned_word"
    ILLEGAL = "illegal"
    MISINFORMATION = "misinformation"
    IRRELEVANT = "irrelevant"
    OTHER = "other"


class BlockKind(StrEnum):
    """What a block list entry names."""

    AUTHOR = "author"
    EMAIL = "email"
    IP = "ip"
    DOMAIN = "domain"
