"""Graphs as files for other programs: CSV, Parquet, GraphML, GEXF.

Rows are written as they are read, so memory stays small however long the lists are. Every format
carries the bounds of each edge: what is only possible is never told as certain.
"""
