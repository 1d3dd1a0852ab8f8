"""The codes with which the server closes a WebSocket, besides the standard ones. The page understands them."""

OPENED_ELSEWHERE = 4000
TOO_FAST = 4029
