"""What pages of every channel share: the frame around them, colours, headers, limits, languages, and uploads.

It imports no channel; every channel may import it.
"""
