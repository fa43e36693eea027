"""A bare page to compare with: Flask, one Jinja template, as many bytes as the page compared; nothing else."""

import os

from flask import Flask, render_template_string

TEMPLATE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{{ title }}</title></head>
<body><h1>{{ title }}</h1>{% for row in rows %}<p>{{ row }}</p>{% endfor %}<pre>{{ filling }}</pre></body></html>"""
ROWS = tuple(f"Row {number}" for number in range(20))
BYTES = int(os.environ.get("BARE_BYTES", "1000"))
FILLING = "x" * BYTES

app = Flask(__name__)


@app.get("/bare")
def bare() -> str:
    """The page."""
    return render_template_string(TEMPLATE, title="Bare", rows=ROWS, filling=FILLING)
