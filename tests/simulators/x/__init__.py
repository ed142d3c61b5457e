"""A simulated X API: pages, windows, money, logins and events, with a clock and faults of its own.

    python -m tests.simulators.x --edges FILE --port 8900 --seed 7 --clock manual
    AFTERWORD_X_API_URL=http://127.0.0.1:8900 afterword up

A world is an edge list: `A B` per line = A follows B, plain or .gz; later lines are newer. Ids are
the file's numbers. --made-up N stands in where there is no file. Handles, names and the rest are
derived from id and seed. What X offers under /2/ is answered as its documentation, recorded traffic
and field reports have it.

The bearer token is `simulated-bearer` (--bearer); the app's client id is `simulated-client`, its
consumer secret `simulated-consumer-secret`. Users log in at /2/oauth2/authorize, which agrees at
once for the app's --owner, or for whom POST /_sim/app {"consenting": ID} named.

The clock is `real`, `xN` (N times faster), or `manual`: it stands still until it is advanced. Rate
windows, tokens, days and changes go by it. `Date` shows it, so a client that trusts its own clock
more is told wrong things, as by a real server whose clock is off.

--changes gives rates of what happens by itself, per day, and list: JSON or @FILE, such as
{"7": {"follows": 20, "unfollows": 10, "suspensions": 1}, "7/following": {"follows": 2}}.

The simulator's own doors (no token, no cost, JSON in and out):

GET  /_sim/clock                          {"now", "epoch", "rate"}
POST /_sim/advance  {"days": 1}           also hours, minutes, seconds; -> {"applied", "now", ...}
POST /_sim/apply    [{"kind", "source", "target", "at"}]   at once, or "at" a later ISO time;
         kinds: follow, unfollow (source, target); suspend, delete, reinstate, protect, unprotect
         (id); rename (id, target = new handle)   -> {"applied": how many had an effect now}
GET  /_sim/faults                         those that are on
POST /_sim/faults   {"kind", "endpoint", "probability", "count", "after", "value"}, a list of such,
         or {"profile": NAME}; kinds and profiles are in faults.py; endpoints are followers,
         following, users, user, users_by, user_by_username, me, subscriptions, stream, token,
         events, and * for all
DELETE /_sim/faults                       none from now on
GET  /_sim/truth?id=&direction=           {"ids" as pages would show them, "members" with states}
GET  /_sim/history?id=&direction=         {"initial" ids, "events" of the list and its accounts}
GET  /_sim/largest?direction=&n=          accounts with the longest lists
GET  /_sim/report                         what was asked, answered, paid, refused
DELETE /_sim/report                       count from nothing
POST /_sim/tokens   {"user", "app", "scope"}   a user's tokens without a browser
POST /_sim/app      {"name", "credits", "enrolled", "owner", "consenting"}   change an app
POST /_sim/webhooks {"url", "app"}        CRC at once; -> {"id" for subscriptions, "valid"}
POST /_sim/deliver                        send what waits; happens by itself four times a second

Within a process: `simulator.Simulator(World(edges, seed=1), clock=..., apps=[App(owner="7")])`;
`client.Client(simulator)` asks it without any wire, `adapter.InProcess(simulator)` is mounted in a
requests.Session, `asgi.App(simulator)` is for httpx.ASGITransport, and
`with server.SimulatedX(world, clock=...) as x:` serves it on a free port (`x.url`, `x.simulator`).
"""
