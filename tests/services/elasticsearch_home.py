"""Elasticsearch without Docker: the distribution for integration tests, from Maven's repository.

It is the real server without most modules. The analysers our mapping names come from a plugin of
ours (analysis_plugin/), compiled against the server's own libraries.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

from tests.services import apt

VERSION = "9.4.3"
ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
SHA512 = (
    "d4ce9678ef69387c41caeefbebdfbf485da920645bcf48a8261f635fc27e8a7d"
    "5b8fd4c3ee51b0c85d49fc8d12a6ea262723ab0c5804ec0d4c152fe6d5f2b6f2"
)
OLDEST_JAVA = 21
JDKS = Path("/usr/lib/jvm")
TRIED = f"Maven with a JDK >= {OLDEST_JAVA} (JAVA_HOME, {JDKS}, PATH, apt-get install)"

_PLUGIN = Path(__file__).parent / "analysis_plugin" / "StockAnalysis.java"
_DOWNLOAD_SECONDS = 600
_COMPILE_SECONDS = 120
_DESCRIPTOR = f"""\
name=stock-analysis
description=What Elasticsearch's module analysis-common has
version=1
classname=StockAnalysis
java.version={OLDEST_JAVA}
elasticsearch.version={VERSION}
"""


def find_java() -> Path | None:
    """The home of a JDK that is new enough, installed now if need be."""
    found = _java()
    for package in ("openjdk-25-jdk-headless", "openjdk-21-jdk-headless"):
        if found is None:
            apt.install(package, lambda: _java() is not None)
            found = _java()
    return found


def fetch() -> Path | None:
    """The distribution's zip, from the cache or downloaded into it; None where it is not to be had.

    Raises RuntimeError where what came is not what was asked for.
    """
    cache = _cache()
    cache.mkdir(parents=True, exist_ok=True)
    archive = cache / f"elasticsearch-{VERSION}.zip"
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not archive.exists() and not _download(cache):
            return None
        found = _sha512(archive)
        if found != SHA512:
            archive.unlink()
            raise RuntimeError(
                f"{ARTIFACT} has SHA-512 {found}, but it must be {SHA512}; removed it"
            )
    return archive


def unpack(archive: Path, folder: Path, java: Path) -> Path:
    """Unpack into `folder`, add the plugin, and give the server's home."""
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)
    home = folder / f"elasticsearch-{VERSION}"
    for script in (home / "bin").iterdir():
        script.chmod(0o755)
    plugin = home / "plugins" / "stock-analysis"
    classes = folder / "classes"
    for each in (plugin, classes):
        each.mkdir(parents=True)
    release = ["--release", str(OLDEST_JAVA), "-cp", f"{home}/lib/*", "-d", str(classes)]
    _run([java / "bin" / "javac", *release, _PLUGIN], _COMPILE_SECONDS)
    with zipfile.ZipFile(plugin / "stock-analysis.jar", "w") as jar:
        for compiled in classes.iterdir():
            jar.write(compiled, compiled.name)
    (plugin / "plugin-descriptor.properties").write_text(_DESCRIPTOR)
    return home


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME")  # noqa: TID251 - where the user keeps caches, no setting of Afterword
    return (Path(base) if base else Path.home() / ".cache") / "afterword" / "elasticsearch"


def _download(folder: Path) -> bool:
    if shutil.which("mvn") is None:
        apt.install("maven", lambda: shutil.which("mvn") is not None)
    maven = shutil.which("mvn")
    if maven is None:
        return False
    goal = ["dependency:copy", f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={folder}"]
    try:
        _run([maven, "-q", "-B", *goal], _DOWNLOAD_SECONDS)
    except RuntimeError:
        return False
    return True


def _java() -> Path | None:
    return next((home for home in _java_homes() if _java_version(home) >= OLDEST_JAVA), None)


def _java_homes() -> Iterator[Path]:
    named = os.environ.get("JAVA_HOME")  # noqa: TID251 - Java's own, no setting of Afterword
    if named:
        yield Path(named)
    yield from sorted(JDKS.glob("*"), reverse=True)
    on_path = shutil.which("javac")
    if on_path:
        yield Path(on_path).resolve().parent.parent


def _java_version(home: Path) -> int:
    compiler = home / "bin" / "javac"
    if not compiler.exists():
        return 0
    found = re.search(r"javac (\d+)", _run([compiler, "-version"], 20))
    return int(found[1]) if found else 0


def _sha512(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha512").hexdigest()


def _run(argv: list[str | Path], seconds: float) -> str:
    """What a program said; RuntimeError with that where it failed."""
    try:
        done = subprocess.run(  # noqa: S603 - found executables, our own words
            argv, capture_output=True, text=True, check=False, timeout=seconds
        )
    except subprocess.TimeoutExpired as error:
        raise RuntimeError(f"{argv[0]} took longer than {seconds:g} s") from error
    if done.returncode != 0:
        raise RuntimeError(f"{argv[0]} failed: {(done.stderr or done.stdout)[-2000:]}")
    return done.stdout + done.stderr
