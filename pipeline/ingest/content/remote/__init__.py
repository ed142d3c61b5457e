"""Content read over HTTP: pages, feeds and the APIs of blogs that have one."""
