"""Text, HTML, XML and JSON in, values out: pure functions. The only folder that imports spaCy."""
