"""Fetching official sources politely: settings, base spiders by publishing shape, one spider a source."""
