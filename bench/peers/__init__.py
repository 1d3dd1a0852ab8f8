"""Small honest bots for the comparison. Each reads an answer, checks it, stores it as its persistence does, and asks
the next question of `bench.form`. Each takes its updates from a webhook.
"""
