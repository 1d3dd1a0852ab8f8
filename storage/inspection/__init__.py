"""Inspects the files that people send. `process` is what the service calls; `inspect` is what runs in the child."""
