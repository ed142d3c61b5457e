"""Column types that behave the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, TypeDecorator
from sqlalchemy.types import TypeEngine

BigId = BigInteger().with_variant(Integer(), "sqlite")
"""64-bit key; on SQLite the INTEGER that aliases the rowid."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC moment: timestamptz on PostgreSQL, whole microseconds since 1970 on SQLite.

    SQLite has no time type; integers compare and index as fast as it gets, text does not.
    """

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None or dialect.name != "sqlite":
            return value
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if dialect.name != "sqlite":
            return value.astimezone(UTC)  # type: ignore[no-any-return] # psycopg gives a datetime
        return _EPOCH + timedelta(microseconds=value)
