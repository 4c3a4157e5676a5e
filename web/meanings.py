"""What the codes of the tags mean, in a line each; ``docs/taxonomy.md`` is the contract."""

from collections.abc import Mapping

from model.codes import DateType, Facet, Kind, Sector, Stage, Topic
from model.texts import _


def facets() -> Mapping[Facet, str]:
    return {
        Facet.RELEVANCE: _(
            "Whether an update is about our subject: it makes, changes, applies, explains or plans a public rule or "
            "policy on forced labour, modern slavery, trafficking in persons, child labour, the recruitment of migrant "
            "workers, or what companies owe to human rights in their supply chains."
        ),
        Facet.JURISDICTION: _("Whose rule it is: a country, a state or province, the EU, an international body."),
        Facet.CONCERN: _("Which other countries the rule is aimed at."),
        Facet.TOPIC: _("What it is about; one update may have several."),
        Facet.SECTOR: _("Which branches it names; none means all."),
        Facet.KIND: _("What sort of publication it is; exactly one."),
        Facet.STAGE: _("Where the rule stands; exactly one."),
        Facet.DATE: _("The dates of the rule itself, each with the words that it was read from."),
        Facet.INSTRUMENT: _("Which laws, bills, lists and conventions of our register it belongs to."),
        Facet.LANGUAGE: _("In which languages the source published it."),
    }  # fmt: skip


def topics() -> Mapping[Topic, str]:
    return {
        Topic.FORCED_LABOUR: _("Forced or compulsory labour, modern slavery, servitude, debt bondage, prison labour."),
        Topic.HUMAN_TRAFFICKING: _("Trafficking in persons: prevention, prosecution, protection of victims."),
        Topic.CHILD_LABOUR: _("Child labour, minimum age, child soldiers."),
        Topic.DUE_DILIGENCE: _("Duties to find, prevent and account for harm along the chain of activities."),
        Topic.DISCLOSURE: _("Duties to report or to publish statements."),
        Topic.IMPORT_BAN: _("Goods stopped at the border or kept off the market."),
        Topic.PROCUREMENT: _("Conditions for public buyers and their suppliers."),
        Topic.SANCTIONS: _("Designations, frozen assets, entity lists with legal effect."),
        Topic.FAIR_RECRUITMENT: _("Fees, brokers, contracts, passports and visas of migrant workers."),
        Topic.RESPONSIBLE_MINERALS: _("Sourcing duties for minerals, metals and batteries."),
        Topic.DEFORESTATION: _("Products free of deforestation, with a duty of due diligence."),
        Topic.TRADE: _("Labour chapters of trade agreements, preferences, rapid response cases."),
        Topic.REMEDY: _("Grievance mechanisms, compensation, civil liability, access to courts."),
        Topic.WORKERS_RIGHTS: _(
            "Association, bargaining, discrimination, wages and safety, where tied to supply chains or forced labour."
        ),
    }


def sectors() -> Mapping[Sector, str]:
    return {
        Sector.AGRICULTURE: _("Growing crops and raising animals, farm work, plantations."),
        Sector.FISHING: _("Fishing at sea and in inland waters, fish farming, seafood."),
        Sector.FOOD: _("Making and packing food: meat, poultry, preserves and other processed food."),
        Sector.COCOA: _("Cocoa and chocolate, from the farm on."),
        Sector.COFFEE: _("Coffee, from the farm on."),
        Sector.PALM_OIL: _("Oil palm plantations, palm oil and what is made of it."),
        Sector.SUGAR: _("Sugar cane, sugar beet and sugar."),
        Sector.TOBACCO: _("Tobacco leaf and tobacco products."),
        Sector.COTTON: _("Cotton, from the field to the yarn."),
        Sector.GARMENTS: _("Clothes, textiles made up, footwear."),
        Sector.LEATHER: _("Hides, tanning and leather goods."),
        Sector.ELECTRONICS: _("Electronic devices, semiconductors and other components."),
        Sector.SOLAR: _("Solar panels and what they are made of."),
        Sector.AUTOMOTIVE: _("All vehicles and their parts."),
        Sector.BATTERIES: _("Batteries, their cells and the raw materials for them."),
        Sector.MINING: _("Mines and quarries, and the minerals from them."),
        Sector.METALS: _("Smelting and making of steel, aluminium, copper and other metals."),
        Sector.CHEMICALS: _("Chemicals, plastics and pharmaceuticals."),
        Sector.RUBBER: _("Natural rubber, gloves, tyres and other rubber goods."),
        Sector.TIMBER: _("Forestry, wood and furniture."),
        Sector.PAPER: _("Pulp, paper and printed goods."),
        Sector.CONSTRUCTION: _("Building sites and those who work on them."),
        Sector.BRICKS: _("Brick kilns and bricks."),
        Sector.SHIPPING: _("Ships and seafarers, flag states and ports."),
        Sector.LOGISTICS: _("Road haulage, warehouses, freight and parcels."),
        Sector.HEALTHCARE: _("Hospitals and care work, medical goods."),
        Sector.HOSPITALITY: _("Hotels, restaurants, catering and tourism."),
        Sector.RETAIL: _("Shops, supermarkets and online market places."),
        Sector.DOMESTIC_WORK: _("Work in private households."),
        Sector.SECURITY: _("Private security services and guards."),
        Sector.FINANCE: _("Banks, insurers and investors."),
        Sector.TECHNOLOGY: _("Software, data centres, online and work platforms."),
        Sector.ENERGY: _("Oil, gas and power; not solar."),
    }


def kinds() -> Mapping[Kind, str]:
    return {
        Kind.BILL: _("A draft law before a parliament."),
        Kind.LEGISLATION: _("A law, regulation, directive or order as it was made."),
        Kind.RULEMAKING: _("A draft or proposed rule of an agency or ministry."),
        Kind.CONSULTATION: _("A public body asks for views."),
        Kind.ENFORCEMENT: _("A rule applied: orders, detentions, listings, fines, prosecutions."),
        Kind.JUDGMENT: _("A decision of a court."),
        Kind.GUIDANCE: _("How a public body says that a rule is to be understood or followed."),
        Kind.POLICY: _("A plan, strategy or commitment of a public body."),
        Kind.REPORT: _("Findings: studies, reviews, statistics, yearly reports."),
        Kind.NEWS: _("An announcement that is none of the others."),
    }


def stages() -> Mapping[Stage, str]:
    return {
        Stage.PROPOSED: _("Put forward, not decided."),
        Stage.CONSULTATION: _("Open for comments."),
        Stage.PASSED: _("Passed by a chamber or a parliament, not made law yet."),
        Stage.ADOPTED: _("Made, not applied yet."),
        Stage.IN_FORCE: _("Applies."),
        Stage.AMENDED: _("Was changed by this."),
        Stage.POSTPONED: _("Put off to a later date."),
        Stage.REPEALED: _("No longer law."),
        Stage.WITHDRAWN: _("Taken back by who proposed it."),
        Stage.NONE: _("Has no stage: guidance, reports, news and judgments, as a rule."),
    }


def date_types() -> Mapping[DateType, str]:
    return {
        DateType.PUBLISHED: _("When the source published it."),
        DateType.EFFECTIVE: _("When it enters into force or begins to apply."),
        DateType.DEADLINE: _("When comments close, transposition is due, or the first report is."),
    }
