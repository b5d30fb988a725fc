"""Spellings that no library holds: what people and shop systems write, kept by hand.

Each table maps a standard code to its spellings in lower case, joined by ``|``. Names and
codes that CLDR knows need no entry here.
"""

from __future__ import annotations

#: Names that CLDR gives to one country of two that are called so.
AMBIGUOUS_COUNTRIES = {"congo", "kongo"}

COUNTRIES = {
    "AE": "u.a.e.|uae|emirates",
    "BA": "bosnia|bosnien",
    "CD": "dr congo|drc|congo-kinshasa|zaire",
    "CG": "republic of the congo|congo-brazzaville",
    "CI": "ivory coast",
    "CZ": "czech republic|tschechische republik|ceska republika|česká republika|cesko|česko",
    "DE": "brd|federal republic of germany|bundesrepublik deutschland|frg",
    "DK": "danmark",
    "ES": "espana",
    "FI": "suomi",
    "GB": (
        "uk|u.k.|g.b.|great britain|britain|england|scotland|wales|northern ireland"
        "|großbritannien|grossbritannien|united kingdom of great britain and northern ireland"
    ),
    "GR": "hellas|ellada",
    "HK": "hong kong|hongkong|hong-kong",
    "HR": "hrvatska",
    "HU": "magyarország|magyarorszag",
    "IE": "eire|éire|republic of ireland",
    "KP": "dprk",
    "KR": "korea|republic of korea",
    "LT": "lietuva",
    "LV": "latvija",
    "MK": "macedonia|fyrom",
    "MM": "burma",
    "MO": "macao|macau",
    "NL": "holland|the netherlands|nederland",
    "PS": "palestine|palästina|palaestina|state of palestine",
    "RU": "russian federation|rossija",
    "SI": "slovenija",
    "SK": "slovak republic|slovensko",
    "SZ": "swaziland",
    "TL": "east timor",
    "TR": "turkey",
    "US": "usa|u.s.|u.s.a.|united states of america|america|the united states",
    "VA": "vatican|holy see",
}

CURRENCIES = {
    "AUD": "au$",
    "CAD": "c$|can$",
    "CHF": "sfr|sfr.|swiss francs",
    "CNY": "rmb|renminbi",
    "CZK": "kč|czech crowns",
    "EUR": "eur.|euros",
    "GBP": "pound sterling|pounds sterling|sterling|stg",
    "HUF": "ft",
    "ILS": "nis",
    "PLN": "zł|zl|zloty|zlotych",
    "RUB": "₽",
    "THB": "฿",
    "TRY": "₺",
    "UAH": "₴",
    "USD": "us$|usd$|u.s. dollar",
}

GENDERS = {
    "female": (
        "f|female|w|weiblich|frau|woman|fr.|v|vrouw|vrouwelijk|k|kvinna|kvinde|kobieta|femme"
        "|féminin|feminin|femenino|feminino|femminile|mujer|donna|mulher|lady|girl|fem|2"
        "|mrs|mrs.|ms|ms.|miss|mme|madame|mlle|sra|sra.|señora|senora|signora|mevrouw|pani|dame"
    ),
    "male": (
        "m|male|männlich|maennlich|mann|man|h|homme|masculin|hombre|masculino|maschile|uomo|homem"
        "|mannelijk|mężczyzna|mezczyzna|mand|masc|1|mr|mr.|herr|hr.|monsieur|sr|sr.|señor|senor"
        "|signore|sig.|meneer|pan|gentleman|boy"
    ),
    "diverse": (
        "d|divers|diverse|x|non-binary|nonbinary|non binary|nb|enby|other|another|mx|mx."
        "|genderqueer|genderfluid|third gender|inter|intersex|divers/x|autre|otro|altro|anders"
    ),
}

LANGUAGES = {
    "cs": "cz",
    "da": "dk",
    "en": "uk english|us english|british english|american english",
    "el": "gr",
    "he": "iw",
    "id": "in",
    "ja": "jp",
    "zh": "cn|mandarin",
}

ORDER_CHANNELS = {
    "web": (
        "web|online|online shop|online-shop|onlineshop|online store|online-store|webshop|web-shop"
        "|web shop|web store|webstore|website|web site|www|internet|e-commerce|ecommerce|ecom|eshop"
        "|e-shop|desktop|mobile web|m-web|browser"
    ),
    "app": (
        "app|mobile app|mobile-app|mobileapp|in-app|ios|android|ios app|android app|iphone|ipad"
        "|native app|smartphone app"
    ),
    "store": (
        "store|pos|p.o.s.|point of sale|point-of-sale|in-store|instore|in store|retail|shop|filiale"
        "|boutique|branch|offline|brick and mortar|brick-and-mortar|physical store|retail store"
        "|till|ladengeschäft|ladengeschaeft|laden|magasin|tienda|negozio|winkel"
    ),
    "phone": (
        "phone|telephone|telefon|tel|tel.|call|call center|call-center|callcenter|call centre"
        "|call-centre|contact center|contact centre|hotline|phone order|telefonisch|telesales"
    ),
    "marketplace": (
        "marketplace|market place|market-place|marktplatz|amazon|ebay|zalando|otto|etsy|allegro"
        "|bol|bol.com|cdiscount|kaufland|walmart|place de marché"
    ),
}

MESSAGE_CHANNELS = {
    "email": (
        "email|e-mail|e mail|mail|e-mails|emails|newsletter|edm|courriel|correo electrónico"
        "|correo electronico|mailing"
    ),
    "sms": "sms|text|text message|text-message|txt|mms|texto",
    "push": (
        "push|push notification|push-notification|app push|app-push|web push|web-push|webpush"
        "|mobile push|notification|pushnachricht"
    ),
    "phone": (
        "phone|telephone|telefon|tel|tel.|call|voice|telemarketing|phone call|call center"
        "|call centre|outbound call"
    ),
    "post": (
        "post|postal|postal mail|direct mail|direct-mail|directmail|letter|brief|postcard|print"
        "|snail mail|dm|catalogue|catalog|courrier"
    ),
    "ads": (
        "ads|ad|advertising|display|display ads|paid|paid social|paid-social|retargeting"
        "|remarketing|social ads|facebook ads|google ads|meta ads|sea|ppc|custom audience"
    ),
    "web": "web|website|onsite|on-site|on site|web personalisation|web personalization|banner",
}
