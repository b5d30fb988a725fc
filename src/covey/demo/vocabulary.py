"""Words of the invented shop: names, places, streets, products, browsers."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

import numpy as np

from covey.demo.settings import Floats, Ints

COUNTRIES: Final = ("DE", "AT", "FR", "GB", "US")
COUNTRY_SHARES: Final = (0.42, 0.10, 0.16, 0.18, 0.14)
COUNTRY_SPELLINGS: Final = (
    ("DE", "de", "Germany", "deu", "Deutschland"),
    ("AT", "at", "Austria", "aut", "Österreich"),
    ("FR", "fr", "France", "fra", "FRANCE"),
    ("GB", "UK", "United Kingdom", "gbr", "Great Britain"),
    ("US", "us", "USA", "usa", "United States"),
)
LANGUAGES: Final = ("de", "de", "fr", "en", "en")
JURISDICTIONS: Final = ("EU", "EU", "EU", "UK", "US")
CURRENCIES: Final = ("EUR", "GBP", "USD")
COUNTRY_CURRENCY: Final = (0, 0, 0, 1, 2)
PRICE_FACTORS: Final = (1.0, 0.86, 1.12)
"""Price in the currency per EUR of list price."""

VAT_RATES: Final = (0.19, 0.20, 0.20, 0.20, 0.07)
NAME_POOL: Final = (0, 0, 1, 2, 2)

FEMALE: Final = (
    "Anna Lena Katharina Jördis Zoë Mia Ingrid Ursula Heike Sabine Petra Claudia Birgit Jana "
    "Lea Hannah Frieda Greta Käthe Renate Sofie Elif Ayşe Magdalena Theresa Johanna Antonia "
    "Marlene Silke Nadine Kerstin Gülcan Oksana Milena Wiebke Dörte Svenja Helga Rosa Paula",
    "Camille Chloé Zoé Élodie Amélie Inès Léa Manon Océane Anaïs Maëlle Françoise Hélène Céline "
    "Margaux Noémie Gaëlle Brigitte Sylvie Mireille Solène Aurélie Clémence Fatou Aïcha Yasmine "
    "Lucie Jeanne Agnès Odile Véronique Mathilde Pauline Sandrine Estelle Juliette Capucine Maud "
    "Colette Thérèse",
    "Olivia Amelia Grace Harriet Beatrice Siobhán Niamh Priya Zoë Chloe Renée Abigail Eleanor Ruby "
    "Florence Imogen Keisha María Lucía Guadalupe Brooke Savannah Jasmine Hazel Nora Evelyn Joan "
    "Doris Maureen Yolanda Shanice Mei Aoife Rosalind Tamsin Philippa Delilah Wren Ingrid Nadia",
)
MALE: Final = (
    "Jürgen Björn Lukas Jonas Felix Maximilian Günther Wolfgang Dieter Uwe Sören Malte Torben Emre "
    "Mehmet Stefan Andreas Tobias Sebastian Florian Matthias Klaus Hans Rüdiger Götz Leopold Xaver "
    "Valentin Moritz Henning Ole Piotr Sergej Bruno Karsten Holger Detlef Anton Emil Oskar",
    "Rémi Loïc François Jérôme Étienne Théo Maël Gaëtan Benoît Cédric Yves Hervé Olivier Mathis "
    "Raphaël Antoine Bastien Guillaume Thibault Mamadou Karim Youssef Stéphane Grégoire Aurélien "
    "Lilian Marcel Gaspard Ludovic Sylvain Fabrice Noël Damien Arnaud Quentin Corentin Tristan "
    "Basile Léon Anatole",
    "José Oliver Harry Callum Rhys Alistair Declan Seán Diarmuid Arjun Imran Hamish Graham Nigel "
    "Trevor Wyatt Mason Carter Tyrone DeShawn Ángel Jesús Raúl Andrés Brandon Curtis Walter Elijah "
    "Ethan Gareth Ewan Desmond Barnaby Wei Kofi Leroy Stuart Clifford Rowan Jasper",
)
LAST: Final = (
    "Müller Schröder Köhler Weiß Krüger Böhm Jäger Schäfer Größel Yildiz Öztürk Kowalski Nowak "
    "Lindner Ahrens Petersen Brandstätter Huber Gruber Moser Steindl Pichler Wimmer Zöllner "
    "Kästner Voß Heß Bäumler Thälmann Rössler Dorfner Eichhorn Falkenberg Grünwald Hagedorn "
    "Immenhof Jankowski Kirchner Lohmann Mattes Niebuhr Oberländer Paulsen Quandt Reinders "
    "Sommerfeld Tiedemann Uhlig Vetter Wessels Zimmer Albers Bremer Clausen Dietz Engel Fromm "
    "Geiger Hollmann Kern Lorenz Maurer Neubert Otto Prinz Rohde Seidel Trautmann Unger Wolff",
    "Lefèvre Dubois Bézier Côté Gauthier Renard Mercier Faure Blanchet Garnier Roussel "
    "Chevalier Marchand Lemaître Prévost Barbier Guérin Boyer Périer Aubert Delacroix Fontaine "
    "Girard Hébert Jacquet Lacombe Maréchal Navarro Ollivier Pasquier Quéré Rivière Sauvage "
    "Tessier Vasseur Diallo Benali Traoré N'Diaye Haddad Bouvier Carpentier Descamps Etchegaray "
    "Ferrand Guillot Humbert Imbert Joly Klein Langlois Moulin Noiret Orsini Poirier Rolland "
    "Schmitt Thibaut Vidal Weber Bertin Collet Duval Evrard Foucher Grondin Huet Lenoir Masson "
    "Picard",
    "Ashworth Bramley Cartwright Dunmore Ellery Fairfax Greenhalgh Hartley Inglis Jessop "
    "Kettering Lockwood Merriman Nettleton O'Connor O'Brien Pemberton Quigley Ramsbottom "
    "Sutcliffe Thornbury Underhill Venables Whitaker Yardley García Hernández Martínez López "
    "Núñez Peña Castañeda Washington Jefferson Booker Patel Sharma Khan Okafor Mensah Chen "
    "Nguyen Kim MacAllister Campbell Fraser Llewellyn Pritchard Rees Calloway Beaumont Delgado "
    "Everhart Fitzgerald Goodwin Hathaway Iverson Jennings Kirkland Lancaster Montgomery "
    "Norwood Oakley Prescott Rutledge Sinclair Tillman Vance Winslow Zimmerman",
)

STREETS: Final = (
    "Lindenstraße|Gartenweg|Am Mühlbach|Schulstr.|Bahnhofstraße|Rosenallee|Kirchgasse|Talweg|"
    "Birkenring|Hauptstraße|Ulmenweg|Marktplatz|Brunnengasse|Feldstraße|Wiesengrund|Ahornweg",
    "rue des Tilleuls|avenue de la Gare|rue du Moulin|place du Marché|chemin des Prés|rue Haute|"
    "boulevard des Érables|impasse du Puits|rue de l'Église|allée des Roses|quai du Port|"
    "rue des Écoles|cours des Halles|rue Basse|route de la Forêt|rue du Lavoir",
    "Mill Lane|Church Road|Orchard Street|Station Road|Elm Avenue|Maple Drive|High Street|"
    "Juniper Court|Harbour View|King's Row|Willow Close|Cedar Street|Meadow Lane|Park Terrace|"
    "Foundry Street|Chapel Hill",
)

CITIES: Final = (
    # country, city, region, postal prefix, latitude, longitude, weight
    (0, "Berlin", "Berlin", "10", 52.52, 13.40, 5), (0, "Hamburg", "Hamburg", "20", 53.55, 9.99, 4),
    (0, "München", "Bayern", "80", 48.14, 11.58, 4),
    (0, "Köln", "Nordrhein-Westfalen", "50", 50.94, 6.96, 3),
    (0, "Leipzig", "Sachsen", "04", 51.34, 12.37, 2),
    (0, "Lübeck", "Schleswig-Holstein", "23", 53.87, 10.69, 1),
    (0, "Würzburg", "Bayern", "97", 49.79, 9.93, 1),
    (0, "Göttingen", "Niedersachsen", "37", 51.54, 9.92, 1),
    (1, "Wien", "Wien", "10", 48.21, 16.37, 4), (1, "Graz", "Steiermark", "80", 47.07, 15.44, 2),
    (1, "Linz", "Oberösterreich", "40", 48.31, 14.29, 1),
    (1, "Innsbruck", "Tirol", "60", 47.27, 11.39, 1),
    (2, "Paris", "Île-de-France", "75", 48.86, 2.35, 5),
    (2, "Lyon", "Auvergne-Rhône-Alpes", "69", 45.76, 4.84, 2),
    (2, "Nantes", "Pays de la Loire", "44", 47.22, -1.55, 1),
    (2, "Besançon", "Bourgogne-Franche-Comté", "25", 47.24, 6.02, 1),
    (2, "Lille", "Hauts-de-France", "59", 50.63, 3.06, 1),
    (3, "London", "England", "E", 51.51, -0.13, 5),
    (3, "Manchester", "England", "M", 53.48, -2.24, 2),
    (3, "Glasgow", "Scotland", "G", 55.86, -4.25, 1),
    (3, "Cardiff", "Wales", "CF", 51.48, -3.18, 1), (3, "Leeds", "England", "LS", 53.80, -1.55, 1),
    (4, "New York", "New York", "100", 40.71, -74.01, 3),
    (4, "Chicago", "Illinois", "606", 41.88, -87.63, 2),
    (4, "Austin", "Texas", "787", 30.27, -97.74, 2),
    (4, "Portland", "Oregon", "972", 45.52, -122.68, 1),
    (4, "San José", "California", "951", 37.34, -121.89, 2),
)  # fmt: skip
DISTRICTS: Final = 20
"""Postal districts per city."""

MAIL_DOMAINS: Final = (
    "mail.example", "post.example", "inbox.example", "web.example", "courrier.example",
)  # fmt: skip
PLACEHOLDER_EMAILS: Final = ("unknown@shop.example", "kasse@store.example")
PLACEHOLDER_PHONE: Final = "+49 000 0000000"
ACQUISITION: Final = (
    "organic_search", "paid_search", "social", "referral", "store", "affiliate", "direct",
)  # fmt: skip
MARITAL: Final = ("single", "married", "divorced", "widowed", "partnership")
CARD_COLOURS: Final = ("green", "silver", "blue")
GENDERS: Final = (("F", "female", "f", "w"), ("M", "male", "m", "Male"), ("d", "X", "d", "divers"))

_TREE: Final = (
    # category, then its three tiers from cheap to dear, each with two kinds of thing
    ("kitchen", "utensils:whisk,ladle", "cookware:saucepan,casserole", "appliances:mixer,oven"),
    ("bedding", "pillowcases:pillowcase,bolster", "duvets:duvet,quilt", "mattresses:mattress,bed"),
    ("garden", "seeds:seed tin,trowel", "tools:shears,barrow", "structures:arbour,greenhouse"),
    ("camping", "tableware:mug,spork", "sleeping:sleeping bag,hammock", "tents:tent,awning"),
    ("cycling", "parts:bell,inner tube", "clothing:jersey,helmet", "bicycles:city bike,e-bike"),
    ("lighting", "bulbs:bulb,candle", "lamps:desk lamp,floor lamp", "chandeliers:chandelier,track"),
    ("furniture", "hooks:hook,knob", "chairs:stool,armchair", "large:sideboard,sofa"),
    ("paper", "notebooks:notebook,pencil set", "pens:fountain pen,easel", "desks:desk,press"),
    ("toys", "puzzles:puzzle,top", "games:board game,kite", "playhouses:rocking horse,playhouse"),
    ("pantry", "tea:green tea,honey", "coffee:coffee,grinder", "espresso:press pot,machine"),
    ("bath", "soap:soap,sponge", "towels:towel,robe", "fittings:basin,bathtub"),
    ("pets", "treats:treat,ball", "beds:dog bed,cat tree", "homes:aquarium,kennel"),
)
_SERIES: Final = ("Alder", "Birk", "Corrie", "Dapple", "Ember", "Fjell", "Gorse", "Hollow")
BRANDS: Final = (
    "Fieldhare",
    "Nordlund",
    "Maison Brume",
    "Tarn & Thistle",
    "Grauwerk",
    "Osprey Hill",
)
CATEGORIES: Final = tuple(branch[0] for branch in _TREE)
STEPS: Final = 24
"""Price steps per category, evenly spaced in the logarithm."""

LOWEST_PRICE: Final = 6.0
HIGHEST_PRICE: Final = 1_900.0
PRICE_STEP: Final = float(np.log(HIGHEST_PRICE / LOWEST_PRICE) / (STEPS - 1))

SEARCH_TERMS: Final = tuple(
    thing for branch in _TREE for tier in branch[1:] for thing in tier.split(":")[1].split(",")
)
DEVICE_TYPES: Final = ("desktop", "mobile", "tablet", "app", "kiosk")
USER_AGENTS: Final = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
    "Mozilla/5.0 (Linux; Android 15; Mobile) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36",
    "Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Safari/604.1",
    "FieldhareApp/5.2 (iOS 18.1)",
    "FieldhareApp/5.1 (Android 15)",
    "FieldhareKiosk/2.0",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "python-requests/2.32.3",
)
AGENTS_OF_TYPE: Final = ((0, 1, 2), (3, 4, 3), (5, 5, 5), (6, 7, 6), (8, 8, 8))
CRAWLER_AGENTS: Final = (9, 10, 11)
SITE: Final = "https://shop.example"
REFERRERS: Final = (
    "https://www.google.com/", "https://www.bing.com/", "https://www.instagram.com/",
    "https://blog.example/gift-guide",
)  # fmt: skip
UTM_SOURCES: Final = ("google", "newsletter", "instagram", "affiliate")
UTM_MEDIUMS: Final = ("cpc", "email", "social", "referral")
UTM_CAMPAIGNS: Final = ("always_on", "spring_refresh", "summer_outdoors", "winter_warmers")


def pool(words: str) -> list[str]:
    """Split a word list at bars, or at blanks when it has none."""
    return words.split("|") if "|" in words else words.split()


def fold(word: str) -> str:
    """Return the word in plain ASCII letters, German umlauts as two letters.

    Examples
    --------
    >>> fold("Müller"), fold("Zoë"), fold("Weiß")
    ('Mueller', 'Zoe', 'Weiss')
    """
    for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"),
                            ("Ä", "Ae"), ("Ö", "Oe"), ("Ü", "Ue"), ("ø", "o")):  # fmt: skip
        word = word.replace(umlaut, letters)
    plain = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode("ascii")
    return "".join(letter for letter in plain if letter.isalnum())


def misspell(word: str) -> tuple[str, ...]:
    """Return the word and five ways to misspell it, the word first."""
    return (
        word,
        fold(word),
        word[:2] + word[3:] if len(word) > 3 else word + word[-1],
        word[0] + word[2:3] + word[1] + word[3:] if len(word) > 3 else word,
        word[:2] + word[1] + word[2:],
        word.upper(),
    )


SPELLINGS: Final = 6


@dataclass(frozen=True)
class NameBook:
    """Every name and its misspellings as one list; code = base + spelling * size.

    Parameters
    ----------
    words
        `SPELLINGS` stretches of `size` words each: as is, folded, then four errors.
    folded
        The names in lower-case ASCII, for e-mail addresses, length `size`.
    starts, sizes
        Where the names of a pool (and sex) begin, and how many it has.
    """

    words: list[str]
    folded: list[str]
    size: int
    starts: Ints
    sizes: Ints


def name_book(lists: tuple[str, ...]) -> NameBook:
    """Lay the word lists behind one another and add the misspellings."""
    pools = [pool(words) for words in lists]
    names = [name for words in pools for name in words]
    spelled = [misspell(name) for name in names]
    sizes = np.array([len(words) for words in pools], dtype=np.int64)
    return NameBook(
        words=[variants[kind] for kind in range(SPELLINGS) for variants in spelled],
        folded=[fold(name).lower() for name in names],
        size=len(names),
        starts=np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64),
        sizes=sizes,
    )


FIRST_NAMES: Final = name_book(FEMALE + MALE)
"""Pools 0 to 2 are female names, 3 to 5 male ones."""

LAST_NAMES: Final = name_book(LAST)
STREET_NAMES: Final = name_book(STREETS)


@dataclass(frozen=True)
class Catalogue:
    """The products; product number = category * STEPS + price step.

    Parameters
    ----------
    prices
        List prices in cents by currency and product, shape (3, products).
    """

    product_ids: list[str]
    names: list[str]
    brands: list[str]
    level_1: list[str]
    level_2: list[str]
    level_3: list[str]
    tags: list[str | None]
    prices: Ints


def catalogue() -> Catalogue:
    """Return the invented catalogue: 12 categories of 24 products, 6 to 1,900 EUR."""
    ids: list[str] = []
    names: list[str] = []
    brands: list[str] = []
    levels: tuple[list[str], list[str], list[str]] = ([], [], [])
    tags: list[str | None] = []
    for number, (category, *tiers) in enumerate(_TREE):
        for step in range(STEPS):
            group, things = tiers[step // 8].split(":")
            thing = things.split(",")[step % 2]
            product = number * STEPS + step
            ids.append(f"P{product + 1:04d}")
            names.append(f"{_SERIES[step % 8]} {thing}")
            brands.append(BRANDS[(number + step * 5) % len(BRANDS)])
            for level, value in zip(levels, (category, group, thing), strict=True):
                level.append(value)
            labels = [
                label
                for label, chosen in (
                    ("organic", product % 7 == 0),
                    ("gift", product % 5 == 0),
                    ("new", product % 11 == 0),
                    ("local", product % 9 == 0),
                )
                if chosen
            ]
            tags.append(",".join(labels) if labels else None)
    steps = np.tile(np.arange(STEPS), len(_TREE))
    eur: Floats = LOWEST_PRICE * np.exp(PRICE_STEP * steps)
    cents = [np.ceil(eur * factor).astype(np.int64) * 100 - 5 for factor in PRICE_FACTORS]
    return Catalogue(ids, names, brands, *levels, tags, np.stack(cents))


CATALOGUE: Final = catalogue()
