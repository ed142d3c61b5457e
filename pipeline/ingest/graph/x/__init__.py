"""X: its API behind the port of `pipeline.domain.graph.port`. Nothing else here knows its words."""
