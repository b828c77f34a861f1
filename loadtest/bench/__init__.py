"""Side-by-side measurements of proxies on one machine. Python's standard library only."""
