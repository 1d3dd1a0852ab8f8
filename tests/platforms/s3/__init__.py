"""A strict server that answers as an object store with S3's interface does. See README.md."""

from tests.platforms.s3.server import ACCESS_KEY, REGION, SECRET_KEY, S3Server, s3_server

__all__ = ["ACCESS_KEY", "REGION", "SECRET_KEY", "S3Server", "s3_server"]
