"""``python -m service`` is ``vigilex``."""

from service.cli import main

raise SystemExit(main())
