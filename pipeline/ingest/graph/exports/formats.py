"""What graphs are exported as. By itself: who names a format need not load what writes it."""

from enum import StrEnum


class Format(StrEnum):
    """A format; the name is the file's ending."""

    CSV = "csv"
    PARQUET = "parquet"
    GRAPHML = "graphml"
    GEXF = "gexf"
