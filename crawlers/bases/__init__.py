"""Base spiders, one a publishing shape."""
