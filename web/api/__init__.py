"""The JSON API: the store read by programs, below ``/api/v1``. It changes nothing and knows nobody."""
