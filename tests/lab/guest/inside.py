# SPDX-License-Identifier: GPL-2.0-or-later
"""The host behind the server: it says who asked."""

import http.server
import threading

GREETING = "Hello from inside"


class Greeter(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = f"{GREETING}, {self.client_address[0]}\n".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def serve(call, address=""):
    """The socket is made where `call` runs things; it stays there, whoever serves it."""
    listener = call(http.server.ThreadingHTTPServer, (address, 80), Greeter)
    threading.Thread(target=listener.serve_forever, daemon=True).start()
