"""The application, for a WSGI server."""

from tracker.app import create_app

app = create_app()
