"""Ports in use are told before anything starts."""

import errno
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import StartError
from pipeline.supervisor.ports import Port, _explain, require_free

pytestmark = pytest.mark.enable_socket
HOST = "127.0.0.1"


@pytest.fixture
def taken() -> Iterator[int]:
    """A port this process listens on."""
    with socket.create_server((HOST, 0)) as server:
        yield server.getsockname()[1]


def web(number: int, host: str = HOST) -> Port:
    return Port("AFTERWORD_PORT", host, number)


def test_free_ports_pass(taken: int) -> None:
    require_free([web(0), Port("AFTERWORD_FLOWER_PORT", HOST, 0)])
    require_free([])
    with socket.create_server((HOST, 0)) as server:
        number = server.getsockname()[1]
    assert number != taken
    require_free([web(number)])


def test_a_taken_port_names_the_variable_and_the_process(taken: int) -> None:
    with pytest.raises(StartError, match=rf"port {taken} on {HOST} is taken by process") as caught:
        require_free([web(taken)])
    assert f"process {os.getpid()} (" in str(caught.value)
    assert "set AFTERWORD_PORT to a free port" in str(caught.value)


def test_a_taken_port_without_proc_still_names_the_variable(taken: int, tmp_path: Path) -> None:
    with pytest.raises(StartError, match=r"taken by another program\. .*AFTERWORD_PORT"):
        require_free([web(taken)], proc=tmp_path)


def test_one_port_for_two_servers_is_refused() -> None:
    ports = [web(8000), Port("AFTERWORD_FLOWER_PORT", HOST, 8000)]
    with pytest.raises(StartError, match="AFTERWORD_PORT and AFTERWORD_FLOWER_PORT are both 8000"):
        require_free(ports)


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host"])
def test_a_host_that_is_not_this_machine_names_its_variable(host: str) -> None:
    with pytest.raises(StartError, match=r"AFTERWORD_HOST is .*no address of this machine"):
        require_free([web(0, host)])


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [
        (80, errno.EACCES, "may only be opened by root. Set AFTERWORD_PORT to 1024 or above"),
        (8000, errno.EACCES, "(Permission denied). Set AFTERWORD_PORT to another port"),
        (8000, errno.EMFILE, "(Too many open files). Set AFTERWORD_PORT to another port"),
    ],
)
def test_a_port_that_cannot_be_opened_says_what_to_change(
    number: int, code: int, words: str
) -> None:
    said = _explain(web(number), OSError(code, os.strerror(code)), Path("/proc"))
    assert words in said
