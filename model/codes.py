"""The closed lists of codes: the public contract of feeds, addresses, the API and exports.

A code never changes its meaning. What each one covers is written down in ``docs/taxonomy.md``.
"""

from enum import StrEnum


class Outcome(StrEnum):
    """How one run of a source ended; every run has exactly one."""

    NEW = "new"
    UNCHANGED = "unchanged"
    PARTIAL = "partial"
    BLOCKED = "blocked"
    SUSPICIOUS = "suspicious"
    FAILED = "failed"
    SKIPPED = "skipped"


class Facet(StrEnum):
    """What a tag says something about."""

    RELEVANCE = "relevance"
    JURISDICTION = "jurisdiction"
    CONCERN = "concern"
    TOPIC = "topic"
    SECTOR = "sector"
    KIND = "kind"
    STAGE = "stage"
    DATE = "date"
    INSTRUMENT = "instrument"
    LANGUAGE = "language"


class DateType(StrEnum):
    """The three clocks that a rule itself has."""

    PUBLISHED = "published"
    EFFECTIVE = "effective"
    DEADLINE = "deadline"


class Topic(StrEnum):
    FORCED_LABOUR = "forced-labour"
    HUMAN_TRAFFICKING = "human-trafficking"
    CHILD_LABOUR = "child-labour"
    DUE_DILIGENCE = "due-diligence"
    DISCLOSURE = "disclosure"
    IMPORT_BAN = "import-ban"
    PROCUREMENT = "procurement"
    SANCTIONS = "sanctions"
    FAIR_RECRUITMENT = "fair-recruitment"
    RESPONSIBLE_MINERALS = "responsible-minerals"
    DEFORESTATION = "deforestation"
    TRADE = "trade"
    REMEDY = "remedy"
    WORKERS_RIGHTS = "workers-rights"


class Sector(StrEnum):
    AGRICULTURE = "agriculture"
    FISHING = "fishing"
    FOOD = "food"
    COCOA = "cocoa"
    COFFEE = "coffee"
    PALM_OIL = "palm-oil"
    SUGAR = "sugar"
    TOBACCO = "tobacco"
    COTTON = "cotton"
    GARMENTS = "garments"
    LEATHER = "leather"
    ELECTRONICS = "electronics"
    SOLAR = "solar"
    AUTOMOTIVE = "automotive"
    BATTERIES = "batteries"
    MINING = "mining"
    METALS = "metals"
    CHEMICALS = "chemicals"
    RUBBER = "rubber"
    TIMBER = "timber"
    PAPER = "paper"
    CONSTRUCTION = "construction"
    BRICKS = "bricks"
    SHIPPING = "shipping"
    LOGISTICS = "logistics"
    HEALTHCARE = "healthcare"
    HOSPITALITY = "hospitality"
    RETAIL = "retail"
    DOMESTIC_WORK = "domestic-work"
    SECURITY = "security"
    FINANCE = "finance"
    TECHNOLOGY = "technology"
    ENERGY = "energy"


class Kind(StrEnum):
    BILL = "bill"
    LEGISLATION = "legislation"
    RULEMAKING = "rulemaking"
    CONSULTATION = "consultation"
    ENFORCEMENT = "enforcement"
    JUDGMENT = "judgment"
    GUIDANCE = "guidance"
    POLICY = "policy"
    REPORT = "report"
    NEWS = "news"


class Stage(StrEnum):
    PROPOSED = "proposed"
    CONSULTATION = "consultation"
    PASSED = "passed"
    ADOPTED = "adopted"
    IN_FORCE = "in-force"
    AMENDED = "amended"
    POSTPONED = "postponed"
    REPEALED = "repealed"
    WITHDRAWN = "withdrawn"
    NONE = "none"
