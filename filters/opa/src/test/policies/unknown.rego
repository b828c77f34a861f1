# Calls a function that no gateway should have: it would block an event loop.
package unknown

allow if http.send({"method": "GET", "url": "http://127.0.0.1/"}).status_code == 200
