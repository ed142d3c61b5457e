"""What one process counts about itself. What the database knows is counted there, at scrape time."""

from prometheus_client import Counter, Histogram

ACK_SECONDS = Histogram(
    "afterword_ingest_ack_seconds",
    "From the first byte of a request's body to its durable answer.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)
REQUESTS = Counter(
    "afterword_ingest_requests_total", "Requests to the doors that write.", ["source", "status"]
)
DUPLICATES = Counter(
    "afterword_duplicates_total", "Events that came again and changed nothing.", ["source"]
)
VERIFIED = Counter(
    "afterword_webhook_verified_total",
    "Signatures that fitted, by the secret's id.",
    ["source", "key"],
)
SKEW = Histogram(
    "afterword_signature_skew_seconds",
    "How far a signed timestamp is from our clock (absolute).",
    buckets=(1, 5, 15, 60, 150, 300, 900),
)
DISPATCHED = Counter("afterword_dispatched_total", "Deliveries handed to the broker.")
REDISPATCHED = Counter(
    "afterword_redispatched_total", "Deliveries handed to the broker again after a lease ran out."
)
BURIED = Counter("afterword_workers_lost_total", "Deliveries given up because no worker answered.")
BROKER_DOWN = Counter("afterword_broker_down_total", "Times a relay found no broker.")
