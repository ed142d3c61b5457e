"""CloudEvents attributes in headers. Source: CloudEvents 1.0.2, HTTP binding section 3.1.3.2."""

import re
from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

from pipeline.errors import InvalidEventError

_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)


def attribute(headers: Mapping[bytes, bytes], name: str) -> str:
    """The attribute's value: quotes taken off, then percent-decoded once.

    Raises InvalidEventError when the header is missing or is not UTF-8 after that.
    """
    value = headers.get(b"ce-" + name.encode())
    if value is None:
        raise InvalidEventError(f"the ce-{name} header is missing, which a CloudEvent must have")
    # Older senders quote the value instead of percent-encoding it.
    if len(value) > 1 and value.startswith(b'"') and value.endswith(b'"'):
        value = _ESCAPED.sub(rb"\1", value[1:-1])
    try:
        return unquote_to_bytes(value).decode("utf-8")
    except UnicodeDecodeError:
        raise InvalidEventError(f"the ce-{name} header is not UTF-8") from None
