"""Conversations as they reach phones: the whole service on a platform's strict server, in the test's own loop."""
