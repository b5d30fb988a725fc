{#- [words, purity] of a name: "KundenNr", "cust_no" and "customer_id" are all [customer, id]. Purity is
    1 for a name in our own words and falls with each word that had to be translated. -#}
{% macro doctor_tokens(name, lexicon) %}
    {%- set noise = [
        'fct', 'fact', 'facts', 'dim', 'stg', 'raw', 'tbl', 'table', 'is', 'has', 'flag', 'kz',
            'gmt',
        'utc', 'of', 'the', 'de', 'der', 'des', 'du', 'la', 'e', 'lookup', 'history', 'by', 'in',
            'f', 'd'
    ] -%}
    {%- set text = name | replace('ä', 'ae') | replace('ö', 'oe') | replace('ü', 'ue')
        | replace('ß', 'ss') | replace('Ä', 'Ae') | replace('Ö', 'Oe') | replace('Ü', 'Ue')
        | replace('é', 'e') | replace('è', 'e') | replace('á', 'a') | replace('ó', 'o')
        | replace('í', 'i') | replace('ñ', 'n') -%}
    {%- set text = modules.re.sub('([a-z0-9])([A-Z])', '\\1 \\2', text) -%}
    {%- set text = modules.re.sub('([A-Z]+)([A-Z][a-z])', '\\1 \\2', text) -%}
    {%- set ns = namespace(tokens=[], purity=1.0) -%}
    {%- for word in modules.re.findall('[a-z]+|[0-9]+', text | lower) if word not in noise -%}
        {%- set known = lexicon.get(word) -%}
        {%- set parts = known[0] if known else covey.doctor_split_word(word, lexicon) -%}
        {%- if not (known and known[1]) -%}
            {%- set ns.purity = ns.purity * 0.98 -%}
        {%- endif -%}
        {%- for part in parts if part not in ns.tokens -%}
            {%- do ns.tokens.append(part) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return([ns.tokens, ns.purity]) }}
{% endmacro %}
